"""The table of batches: the state of each, and the path of its ZIP."""

from __future__ import annotations

from datetime import datetime

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchState
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment


def digests(connection: Connection) -> set[str]:
    """Return the SHA-256 (hexadecimal) of every ZIP whose accounts are in this store."""
    return {row[0] for row in connection.execute("SELECT sha256 FROM batch WHERE sha256 IS NOT NULL")}


def delivered_to(connection: Connection) -> dict[str, str]:
    """Return the path of the ZIP of every batch, by batch id."""
    return {row["id"]: row["final"] for row in connection.execute("SELECT id, final FROM batch")}


def open_batches(connection: Connection) -> list[Batch]:
    """Return the batches that recovery has to look at (intent, committed, lost), the oldest first."""
    rows = connection.execute(
        "SELECT * FROM batch WHERE state IN ('intent', 'committed', 'lost') ORDER BY at, id"
    )
    return [
        Batch(
            id=row["id"],
            command=row["command"],
            state=BatchState(row["state"]),
            stage=row["stage"],
            final=row["final"],
            accounts=row["accounts"],
            sha256=row["sha256"] or "",
            size=row["size"] or 0,
        )
        for row in rows
    ]


def waiting_for(connection: Connection, batch: str) -> list[int]:
    """Return the persons whose account is not suspended and still has the password of this batch."""
    rows = connection.execute(
        "SELECT person FROM account WHERE batch = ? AND suspended = '' ORDER BY person", (batch,)
    )
    return [row["person"] for row in rows]


def intend(connection: Connection, batch: Batch, now: datetime) -> None:
    """Insert a batch in state `intent`, so that recovery knows of its files if this run is killed."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO batch (id, command, state, stage, final, accounts, at) VALUES (?, ?, 'intent', ?, ?, ?, ?)",
            (batch.id, batch.command, batch.stage, batch.final, batch.accounts, moment(now)),
        )


def set_state(connection: Connection, batch: str, state: BatchState) -> None:
    """Move a batch to another state."""
    with transaction(connection):
        connection.execute("UPDATE batch SET state = ? WHERE id = ?", (state.value, batch))


def move(connection: Connection, batch: str, final: str) -> None:
    """Change the path of the ZIP of a batch."""
    with transaction(connection):
        connection.execute("UPDATE batch SET final = ? WHERE id = ?", (final, batch))


def state(connection: Connection, batch: str) -> BatchState | None:
    """Return the state of a batch, None where there is no batch with this id."""
    row = connection.execute("SELECT state FROM batch WHERE id = ?", (batch,)).fetchone()
    return BatchState(row["state"]) if row else None


def mark_committed(connection: Connection, batch: Batch) -> None:
    """Move a staged batch to `committed`, within the transaction that writes its accounts.

    Raises StorageError where another run has undone the batch.
    """
    cursor = connection.execute(
        "UPDATE batch SET state = 'committed', sha256 = ?, size = ? WHERE id = ? AND state = 'intent'",
        (batch.sha256, batch.size, batch.id),
    )
    if cursor.rowcount != 1:
        raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))
