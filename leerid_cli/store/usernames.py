"""The usernames that can never be given out again: issued, adopted or reserved ones (docs/contract.md §6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from leerid_cli.model.history import HistoryEvent
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment, record


def taken(connection: Connection, username: str) -> bool:
    """Tell whether a username was ever issued, adopted or reserved, in upper or lower case.

    One that a batch is about to give out counts too.
    """
    found = connection.execute(
        "SELECT 1 FROM username WHERE username = ? UNION SELECT 1 FROM reservation WHERE username = ?",
        (username, username),
    )
    return found.fetchone() is not None


def taken_among(connection: Connection, usernames: Sequence[str]) -> set[str]:
    """Return those of many usernames that are taken, in lower case."""
    names = json.dumps([username.lower() for username in usernames])
    rows = connection.execute(
        "SELECT lower(username) FROM username WHERE username IN (SELECT value FROM json_each(?))"
        " UNION SELECT lower(username) FROM reservation WHERE username IN (SELECT value FROM json_each(?))",
        (names, names),
    )
    return {row[0] for row in rows}


def keep_taken(connection: Connection, usernames: Iterable[str], now: datetime) -> None:
    """Reserve usernames that were given out after the backup was made that is being restored."""
    connection.executemany(
        "INSERT OR IGNORE INTO username (username, origin, person, at) VALUES (?, 'reserved', NULL, ?)",
        [(username, moment(now)) for username in usernames],
    )


def reserve(connection: Connection, usernames: Sequence[str], now: datetime, reason: str) -> None:
    """Reserve usernames that are taken elsewhere, so that they are never given out, with one history entry.

    Raises sqlite3.IntegrityError, with nothing changed, where one of them is taken here already.
    """
    with transaction(connection):
        connection.executemany(
            "INSERT INTO username (username, origin, person, at) VALUES (?, 'reserved', NULL, ?)",
            [(username, moment(now)) for username in usernames],
        )
        record(connection, now, [(None, HistoryEvent.USERNAMES_RESERVED, {"count": len(usernames)})], reason)


def owners(connection: Connection) -> dict[str, int | None]:
    """Return all usernames that cannot be given out, in lower case, each with its person or None."""
    rows = connection.execute(
        "SELECT username, person FROM username"
        " UNION ALL SELECT username, person FROM reservation WHERE username IS NOT NULL"
    )
    return {row["username"].lower(): row["person"] for row in rows}
