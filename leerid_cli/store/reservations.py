"""The table of reservations: which pupils and usernames the batches that are being made will use.

A reservation is there only while its batch is an `intent`. Every other writer leaves a reserved pupil's account
alone, and gives a reserved username to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, Reservation
from leerid_cli.store.connection import Connection


def persons(connection: Connection) -> frozenset[int]:
    """Return the persons that any batch has reserved."""
    return frozenset(row[0] for row in connection.execute("SELECT person FROM reservation"))


def insert(connection: Connection, batch: str, reserved: Iterable[Reservation]) -> None:
    """Reserve pupils and usernames for a batch, within the transaction that inserts it.

    Raises sqlite3.IntegrityError where a pupil or a username is reserved already.
    """
    connection.executemany(
        "INSERT INTO reservation (person, batch, reason, username) VALUES (?, ?, ?, ?)",
        [(one.person, batch, one.reason.value, one.username or None) for one in reserved],
    )


def drop(connection: Connection, batch: Batch) -> None:
    """Remove the reservations of a batch, within the transaction that commits it.

    Raises StorageError where there are fewer than accounts: another run has undone the batch.
    """
    cursor = connection.execute("DELETE FROM reservation WHERE batch = ?", (batch.id,))
    if cursor.rowcount < batch.accounts:
        raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))


def release(connection: Connection, batch: str) -> None:
    """Remove the reservations of a batch that is given up, within a transaction."""
    connection.execute("DELETE FROM reservation WHERE batch = ?", (batch,))
