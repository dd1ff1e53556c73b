"""The tables of batches and their files: how far each is, and where its files are."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchFile, BatchState, FileState, OutputKind, Reservation
from leerid_cli.store import reservations
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment


def digests(connection: Connection) -> set[str]:
    """Return the SHA-256 (hexadecimal) of every file of a batch whose accounts are in this store."""
    return {row[0] for row in connection.execute("SELECT sha256 FROM batch_file WHERE sha256 IS NOT NULL")}


def final_paths(connection: Connection) -> list[tuple[str, Path]]:
    """Return the id of the batch and the final path of every file that a batch delivered or was to deliver."""
    rows = connection.execute("SELECT batch, final FROM batch_file ORDER BY batch, number")
    return [(row["batch"], Path(row["final"])) for row in rows]


def open_batches(connection: Connection) -> list[Batch]:
    """Return the batches that recovery has to look at (intent, committed, lost), the oldest first."""
    rows = connection.execute(
        "SELECT * FROM batch WHERE state IN ('intent', 'committed', 'lost') ORDER BY at, id"
    ).fetchall()
    files = _files(connection) if rows else {}
    return [
        Batch(
            row["id"],
            row["command"],
            row["accounts"],
            BatchState(row["state"]),
            tuple(files[row["id"]]),
        )
        for row in rows
    ]


def _files(connection: Connection) -> dict[str, list[BatchFile]]:
    """Return the files of the open batches, by batch."""
    files: dict[str, list[BatchFile]] = defaultdict(list)
    for row in connection.execute(
        "SELECT f.* FROM batch_file f JOIN batch b ON b.id = f.batch"
        " WHERE b.state IN ('intent', 'committed', 'lost') ORDER BY f.number"
    ):
        files[row["batch"]].append(_file(row))
    return files


def _file(row: sqlite3.Row) -> BatchFile:
    return BatchFile(
        number=row["number"],
        output=OutputKind(row["output"]),
        stage=Path(row["stage"]),
        final=Path(row["final"]),
        state=FileState(row["state"]),
        sha256=row["sha256"] or "",
        size=row["size"] or 0,
    )


def waiting_for(connection: Connection, batch: str) -> list[int]:
    """Return the persons whose account is not suspended and still has the password of this batch."""
    rows = connection.execute(
        "SELECT person FROM account WHERE batch = ? AND suspended = '' ORDER BY person", (batch,)
    )
    return [row["person"] for row in rows]


def intend(connection: Connection, batch: Batch, reserved: Iterable[Reservation], now: datetime) -> None:
    """Insert a batch in state `intent` with its files and the pupils that it reserves.

    If the run is killed, recovery knows its files from here. Raises sqlite3.IntegrityError, with nothing changed,
    where a pupil or a username is reserved already.
    """
    with transaction(connection):
        connection.execute(
            "INSERT INTO batch (id, command, state, accounts, at) VALUES (?, ?, 'intent', ?, ?)",
            (batch.id, batch.command, batch.accounts, moment(now)),
        )
        connection.executemany(
            "INSERT INTO batch_file (batch, number, output, stage, final, state) VALUES (?, ?, ?, ?, ?, 'staged')",
            [
                (batch.id, file.number, file.output.value, str(file.stage), str(file.final))
                for file in batch.files
            ],
        )
        reservations.insert(connection, batch.id, reserved)


def abort(connection: Connection, batch: str) -> None:
    """Move a batch whose files are discarded to `aborted`, and release what it reserved."""
    with transaction(connection):
        reservations.release(connection, batch)
        connection.execute("UPDATE batch SET state = 'aborted' WHERE id = ?", (batch,))
        connection.execute("UPDATE batch_file SET state = 'gone' WHERE batch = ?", (batch,))


def set_state(connection: Connection, batch: str, state: BatchState, gone: Iterable[int] = ()) -> None:
    """Move a batch to another state, and its files with the numbers `gone` to that state."""
    with transaction(connection):
        connection.execute("UPDATE batch SET state = ? WHERE id = ?", (state.value, batch))
        connection.executemany(
            "UPDATE batch_file SET state = 'gone' WHERE batch = ? AND number = ?",
            [(batch, number) for number in gone],
        )


def note_published(connection: Connection, batch: str, number: int) -> None:
    """Note that a file has its final name; with the last file the batch becomes `delivered`."""
    with transaction(connection):
        connection.execute(
            "UPDATE batch_file SET state = 'published' WHERE batch = ? AND number = ?", (batch, number)
        )
        connection.execute(
            "UPDATE batch SET state = 'delivered' WHERE id = ? AND NOT EXISTS"
            " (SELECT 1 FROM batch_file f WHERE f.batch = batch.id AND f.state <> 'published')",
            (batch,),
        )


def move(connection: Connection, batch: str, number: int, final: Path) -> None:
    """Change the final path of a file of a batch."""
    with transaction(connection):
        connection.execute(
            "UPDATE batch_file SET final = ? WHERE batch = ? AND number = ?", (str(final), batch, number)
        )


def state(connection: Connection, batch: str) -> BatchState | None:
    """Return the state of a batch, None where there is no batch with this id."""
    row = connection.execute("SELECT state FROM batch WHERE id = ?", (batch,)).fetchone()
    return BatchState(row["state"]) if row else None


def mark_committed(connection: Connection, batch: Batch) -> None:
    """Move a batch whose files are staged to `committed`, within the transaction that writes its accounts.

    What it reserved is released. Raises StorageError where another run has undone the batch.
    """
    reservations.drop(connection, batch)
    connection.executemany(
        "UPDATE batch_file SET sha256 = ?, size = ? WHERE batch = ? AND number = ?",
        [(file.sha256, file.size, batch.id, file.number) for file in batch.files],
    )
    cursor = connection.execute(
        "UPDATE batch SET state = 'committed' WHERE id = ? AND state = 'intent'", (batch.id,)
    )
    if cursor.rowcount != 1:
        raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))
