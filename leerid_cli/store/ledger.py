"""Accounts, usernames and batches; and the key fingerprint under which official numbers were hashed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchState, IssuedAccount, IssueReason
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import Person, SuspendedBy
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.register import moment, record, refresh_terms


def taken(connection: Connection, username: str) -> bool:
    """Tell whether a username was ever issued, adopted or reserved, in any case."""
    return connection.execute("SELECT 1 FROM username WHERE username = ?", (username,)).fetchone() is not None


def number_of_accounts(connection: Connection) -> int:
    """Return how many accounts there are."""
    return int(connection.execute("SELECT count(*) FROM account").fetchone()[0])


def last_event(connection: Connection, event: HistoryEvent) -> datetime | None:
    """Return when an event last stood in the history, None where it never did."""
    row = connection.execute("SELECT max(at) AS at FROM history WHERE event = ?", (event.value,)).fetchone()
    return datetime.fromisoformat(row["at"]) if row["at"] else None


def digests(connection: Connection) -> set[str]:
    """Return the SHA-256 of every bundle whose accounts this store knows."""
    return {row[0] for row in connection.execute("SELECT sha256 FROM batch WHERE sha256 IS NOT NULL")}


def last_history(connection: Connection) -> tuple[int, datetime | None]:
    """Return the number of the newest entry of the history, which only grows, and when a restore was last done."""
    newest = connection.execute("SELECT max(id) FROM history").fetchone()[0] or 0
    return int(newest), last_event(connection, HistoryEvent.RESTORED)


def delivered_to(connection: Connection) -> dict[str, str]:
    """Return the ids of all batches with where their ZIP was to stand."""
    return {row["id"]: row["final"] for row in connection.execute("SELECT id, final FROM batch")}


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


def commit(
    connection: Connection, batch: Batch, accounts: Sequence[IssuedAccount], now: datetime, reason: str
) -> None:
    """Make the accounts and new passwords of a staged batch real: the commit point, one transaction.

    Raises sqlite3.IntegrityError, with nothing changed, where a person has an account by now or a
    username is taken; StorageError where an account that was to change is gone.
    """
    created = [account for account in accounts if account.issue is IssueReason.CREATED]
    changed = [account for account in accounts if account.issue is not IssueReason.CREATED]
    with transaction(connection):
        former = _former(connection, changed)
        connection.executemany(
            "INSERT INTO username (username, origin, person, at) VALUES (?, 'issued', ?, ?)",
            [
                (account.username, account.person, moment(now))
                for account in accounts
                if account.issue in (IssueReason.CREATED, IssueReason.RENAMED)
            ],
        )
        connection.executemany(
            "INSERT INTO account (username, type, password_kind, password_hash, must_change, token, batch, person)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [_values(account, batch) for account in created],
        )
        connection.executemany(
            "UPDATE account SET username = ?, type = ?, password_kind = ?, password_hash = ?, must_change = ?,"
            " token = ?, batch = ? WHERE person = ?",
            [_values(account, batch) for account in changed],
        )
        record(
            connection,
            now,
            [
                (
                    account.person,
                    HistoryEvent(account.issue),
                    _detail(account, former.get(account.person), batch),
                )
                for account in accounts
            ],
            reason,
        )
        refresh_terms(connection, {account.person for account in accounts})
        mark_committed(connection, batch)
        if len(former) != len(changed):
            raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))


def mark_committed(connection: Connection, batch: Batch) -> None:
    """Move a staged batch on, within the transaction that makes its accounts real; raises StorageError if undone."""
    cursor = connection.execute(
        "UPDATE batch SET state = 'committed', sha256 = ?, size = ? WHERE id = ? AND state = 'intent'",
        (batch.sha256, batch.size, batch.id),
    )
    if cursor.rowcount != 1:
        raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))


def _former(connection: Connection, accounts: Sequence[IssuedAccount]) -> dict[int, tuple[str, str, str]]:
    """Return username, type and token as they are until now, by person."""
    ids = json.dumps([account.person for account in accounts])
    rows = connection.execute(
        "SELECT person, username, type, token FROM account WHERE person IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return {row["person"]: (row["username"], row["type"], row["token"]) for row in rows}


def _values(account: IssuedAccount, batch: Batch) -> tuple[str | int, ...]:
    return (
        account.username,
        account.type.value,
        account.password_kind.value,
        account.password_hash,
        int(account.must_change),
        account.token,
        batch.id,
        account.person,
    )


def _detail(account: IssuedAccount, former: tuple[str, str, str] | None, batch: Batch) -> dict[str, object]:
    """Return what the history says of the event: the account, and what of it became another."""
    detail: dict[str, object] = {
        "username": account.username,
        "type": account.type.value,
        "password_kind": account.password_kind.value,
        "batch": batch.id,
    }
    username, type_, token = former or (account.username, account.type.value, account.token)
    if username != account.username:
        detail["former_username"] = username
    if type_ != account.type.value:
        detail["former_type"] = type_
    if token != account.token:
        detail["new_token"] = True
    return detail


def suspend(connection: Connection, persons: Iterable[Person], now: datetime, reason: str) -> None:
    """Suspend accounts by hand, with history: only `reactivate` lifts that."""
    _set_suspended(connection, persons, SuspendedBy.HAND, HistoryEvent.SUSPENDED, now, reason)


def reactivate(connection: Connection, persons: Iterable[Person], now: datetime, reason: str) -> None:
    """Let suspended accounts work again, whoever suspended them, with history."""
    _set_suspended(connection, persons, SuspendedBy.NOBODY, HistoryEvent.REACTIVATED, now, reason)


def _set_suspended(
    connection: Connection,
    persons: Iterable[Person],
    by: SuspendedBy,
    event: HistoryEvent,
    now: datetime,
    reason: str,
) -> None:
    accounts = {person.id: person.account.username for person in persons if person.account}
    with transaction(connection):
        connection.executemany(
            "UPDATE account SET suspended = ? WHERE person = ?", [(by.value, person) for person in accounts]
        )
        record(
            connection,
            now,
            [(person, event, {"username": name, "by": "hand"}) for person, name in accounts.items()],
            reason,
        )


def reserve(connection: Connection, usernames: Sequence[str], now: datetime, reason: str) -> None:
    """Keep usernames that are taken elsewhere from ever being given out; none may be taken here already."""
    with transaction(connection):
        connection.executemany(
            "INSERT INTO username (username, origin, person, at) VALUES (?, 'reserved', NULL, ?)",
            [(username, moment(now)) for username in usernames],
        )
        record(connection, now, [(None, HistoryEvent.USERNAMES_RESERVED, {"count": len(usernames)})], reason)


def set_own_password(
    connection: Connection, person: int, password_hash: str, now: datetime, reason: str
) -> None:
    """Replace the password of an account by one that its owner chose, who need not change it any more."""
    with transaction(connection):
        connection.execute(
            "UPDATE account SET password_hash = ?, must_change = 0 WHERE person = ?", (password_hash, person)
        )
        record(connection, now, [(person, HistoryEvent.PASSWORD_CHANGED, {"by": "owner"})], reason)
