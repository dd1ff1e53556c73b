"""The batches: how far each is, and where its ZIP is to stand."""

from __future__ import annotations

from datetime import datetime

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchState
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment


def digests(connection: Connection) -> set[str]:
    """Return the SHA-256 of every bundle whose accounts this store knows."""
    return {row[0] for row in connection.execute("SELECT sha256 FROM batch WHERE sha256 IS NOT NULL")}


def delivered_to(connection: Connection) -> dict[str, str]:
    """Return the ids of all batches with where their ZIP was to stand."""
    return {row["id"]: row["final"] for row in connection.execute("SELECT id, final FROM batch")}


def open_batches(connection: Connection) -> list[Batch]:
    """Return the batches that are neither delivered nor settled: intended, committed or lost."""
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
    """Return the persons whose working account has the password of this batch, and of no later one."""
    rows = connection.execute(
        "SELECT person FROM account WHERE batch = ? AND suspended = '' ORDER BY person", (batch,)
    )
    return [row["person"] for row in rows]


def intend(connection: Connection, batch: Batch, now: datetime) -> None:
    """Write down that a batch is about to be staged, so that a killed run leaves a trace."""
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
    """Change where the ZIP of a batch is to stand."""
    with transaction(connection):
        connection.execute("UPDATE batch SET final = ? WHERE id = ?", (final, batch))


def state(connection: Connection, batch: str) -> BatchState | None:
    """Return the state of a batch, None when there is none of that id."""
    row = connection.execute("SELECT state FROM batch WHERE id = ?", (batch,)).fetchone()
    return BatchState(row["state"]) if row else None


def mark_committed(connection: Connection, batch: Batch) -> None:
    """Move a staged batch on, within the transaction that makes its accounts real; raises StorageError if undone."""
    cursor = connection.execute(
        "UPDATE batch SET state = 'committed', sha256 = ?, size = ? WHERE id = ? AND state = 'intent'",
        (batch.sha256, batch.size, batch.id),
    )
    if cursor.rowcount != 1:
        raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))
