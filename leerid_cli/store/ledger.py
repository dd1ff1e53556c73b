"""Accounts, usernames and batches; and the key fingerprint under which official numbers were hashed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model import Batch, NewAccount
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.register import moment, record, refresh_terms


def taken(connection: Connection, username: str) -> bool:
    """Tell whether a username was ever issued, adopted or reserved, in any case."""
    return connection.execute("SELECT 1 FROM username WHERE username = ?", (username,)).fetchone() is not None


def number_of_accounts(connection: Connection) -> int:
    """Return how many accounts there are."""
    return int(connection.execute("SELECT count(*) FROM account").fetchone()[0])


def last_event(connection: Connection, event: str) -> datetime | None:
    """Return when an event last stood in the history, None where it never did."""
    row = connection.execute("SELECT max(at) AS at FROM history WHERE event = ?", (event,)).fetchone()
    return datetime.fromisoformat(row["at"]) if row["at"] else None


def digests(connection: Connection) -> set[str]:
    """Return the SHA-256 of every bundle whose accounts this store knows."""
    return {row[0] for row in connection.execute("SELECT sha256 FROM batch WHERE sha256 IS NOT NULL")}


def keep_taken(connection: Connection, usernames: Iterable[str], now: datetime) -> None:
    """Keep usernames from being given out that were given out by another state of this store."""
    connection.executemany(
        "INSERT OR IGNORE INTO username (username, origin, person, at) VALUES (?, 'reserved', NULL, ?)",
        [(username, moment(now)) for username in usernames],
    )


def meta(connection: Connection, key: str) -> str:
    """Return one value about the store itself, '' when it is not set."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row["value"] if row else ""


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Set one value about the store itself."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def forget_official_hashes(connection: Connection) -> None:
    """Drop all hashes of official numbers, made under a key that is no longer there; the next import fills them."""
    connection.execute("UPDATE person SET official_hash = NULL")


def open_batches(connection: Connection) -> list[Batch]:
    """Return the batches that are neither delivered nor settled: intended, committed or lost."""
    rows = connection.execute(
        "SELECT * FROM batch WHERE state IN ('intent', 'committed', 'lost') ORDER BY at, id"
    )
    return [
        Batch(
            id=row["id"],
            command=row["command"],
            state=row["state"],
            stage=row["stage"],
            final=row["final"],
            accounts=row["accounts"],
            sha256=row["sha256"] or "",
            size=row["size"] or 0,
        )
        for row in rows
    ]


def intend(connection: Connection, batch: Batch, now: datetime) -> None:
    """Write down that a batch is about to be staged, so that a killed run leaves a trace."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO batch (id, command, state, stage, final, accounts, at) VALUES (?, ?, 'intent', ?, ?, ?, ?)",
            (batch.id, batch.command, batch.stage, batch.final, batch.accounts, moment(now)),
        )


def set_state(connection: Connection, batch: str, state: str) -> None:
    """Move a batch to another state."""
    with transaction(connection):
        connection.execute("UPDATE batch SET state = ? WHERE id = ?", (state, batch))


def move(connection: Connection, batch: str, final: str) -> None:
    """Change where the ZIP of a batch is to stand."""
    with transaction(connection):
        connection.execute("UPDATE batch SET final = ? WHERE id = ?", (final, batch))


def state(connection: Connection, batch: str) -> str:
    """Return the state of a batch, '' when there is none of that id."""
    row = connection.execute("SELECT state FROM batch WHERE id = ?", (batch,)).fetchone()
    return row["state"] if row else ""


def commit(
    connection: Connection, batch: Batch, accounts: Sequence[NewAccount], now: datetime, reason: str
) -> None:
    """Make the accounts of a staged batch real: the commit point, one transaction.

    Raises sqlite3.IntegrityError, with nothing changed, where a person has an account by now or a
    username is taken.
    """
    with transaction(connection):
        connection.executemany(
            "INSERT INTO username (username, origin, person, at) VALUES (?, 'issued', ?, ?)",
            [(account.username, account.person, moment(now)) for account in accounts],
        )
        connection.executemany(
            "INSERT INTO account (person, username, type, password_kind, password_hash, must_change, token, batch)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    account.person,
                    account.username,
                    account.type.value,
                    account.password_kind.value,
                    account.password_hash,
                    int(account.must_change),
                    account.token,
                    batch.id,
                )
                for account in accounts
            ],
        )
        record(
            connection,
            now,
            [
                (
                    account.person,
                    "account-created",
                    {"username": account.username, "type": account.type.value, "batch": batch.id},
                )
                for account in accounts
            ],
            reason,
        )
        refresh_terms(connection, {account.person for account in accounts})
        mark_committed(connection, batch)


def mark_committed(connection: Connection, batch: Batch) -> None:
    """Move a staged batch on, within the transaction that makes its accounts real; raises StorageError if undone."""
    cursor = connection.execute(
        "UPDATE batch SET state = 'committed', sha256 = ?, size = ? WHERE id = ? AND state = 'intent'",
        (batch.sha256, batch.size, batch.id),
    )
    if cursor.rowcount != 1:
        raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))
