"""The table of accounts: writes those of a batch, suspends them, stores passwords that owners chose."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, IssuedAccount, IssueReason
from leerid_cli.model.history import HistoryEntry, HistoryEvent
from leerid_cli.model.people import Person, SuspendedBy
from leerid_cli.store.batches import mark_committed
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment, record
from leerid_cli.store.register import refresh_terms


def number_of_accounts(connection: Connection) -> int:
    """Return how many accounts there are."""
    return int(connection.execute("SELECT count(*) FROM account").fetchone()[0])


def write_issued(
    connection: Connection,
    batch: Batch,
    accounts: Sequence[IssuedAccount],
    now: datetime,
    reason: str,
    left: Collection[int] = (),
) -> None:
    """Write the accounts and new passwords of a staged batch in one transaction: its commit point.

    The batch moves to `committed` and the history is written in the same transaction. New accounts of the persons
    `left`, who left every school while the batch was made, are suspended as by an import. Where it fails nothing
    is changed: StorageError where the batch was undone, or a person or an account is not as the batch reserved it.
    """
    created = [account for account in accounts if account.reason is IssueReason.CREATED]
    changed = [account for account in accounts if account.reason is not IssueReason.CREATED]
    with transaction(connection), _unexpected_as_storage_error(batch):
        mark_committed(connection, batch)
        _refuse_merged(connection, batch, created)
        former = _former(connection, changed)
        _refuse_changed(batch, changed, former)
        connection.executemany(
            "INSERT INTO username (username, origin, person, at) VALUES (?, 'issued', ?, ?)",
            [
                (account.username, account.person, moment(now))
                for account in accounts
                if account.reason in (IssueReason.CREATED, IssueReason.RENAMED)
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
                    HistoryEvent(account.reason),
                    _detail(account, former.get(account.person), batch),
                )
                for account in accounts
            ],
            reason,
        )
        _suspend_leavers(connection, [account for account in created if account.person in left], now, reason)
        refresh_terms(connection, {account.person for account in accounts})


@contextmanager
def _unexpected_as_storage_error(batch: Batch) -> Iterator[None]:
    """Turn a broken constraint, such as a username that is taken, into StorageError during the block."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise _not_as_reserved(batch) from error


def _not_as_reserved(batch: Batch) -> StorageError:
    return StorageError(
        _("a pupil of the batch {batch} was changed by another run; nothing was made").format(batch=batch.id),
        _("run the command again"),
    )


def _refuse_merged(connection: Connection, batch: Batch, accounts: Sequence[IssuedAccount]) -> None:
    """Raise StorageError where a person of these accounts was merged into another one."""
    ids = json.dumps([account.person for account in accounts])
    merged = connection.execute(
        "SELECT 1 FROM person WHERE merged_into IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    if merged.fetchone():
        raise _not_as_reserved(batch)


def _refuse_changed(
    batch: Batch, accounts: Sequence[IssuedAccount], former: Mapping[int, tuple[str, str, str]]
) -> None:
    """Raise StorageError where an account does not have the username and type that the batch expects."""
    for account in accounts:
        username, type_, _token = former.get(account.person, ("", "", ""))
        if account.former is None or (username, type_) != account.former:
            raise _not_as_reserved(batch)


def _suspend_leavers(
    connection: Connection, accounts: Sequence[IssuedAccount], now: datetime, reason: str
) -> None:
    connection.executemany(
        "UPDATE account SET suspended = 'import' WHERE person = ?",
        [(account.person,) for account in accounts],
    )
    events: list[HistoryEntry] = [
        (account.person, HistoryEvent.SUSPENDED, {"by": "import"}) for account in accounts
    ]
    record(connection, now, events, reason)


def _former(connection: Connection, accounts: Sequence[IssuedAccount]) -> dict[int, tuple[str, str, str]]:
    """Return the present username, type and token of the accounts that exist, by person."""
    ids = json.dumps([account.person for account in accounts])
    rows = connection.execute(
        "SELECT person, username, type, token FROM account WHERE person IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return {row["person"]: (row["username"], row["type"], row["token"]) for row in rows}


def _values(account: IssuedAccount, batch: Batch) -> tuple[str | int, ...]:
    """Return the values of an account in the order of both statements in `write_issued`."""
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
    """Return the detail of the history entry: the account, and what was different before."""
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
    """Suspend the accounts of these persons by hand, with history; only `reactivate` lifts that."""
    _set_suspended(connection, persons, SuspendedBy.HAND, HistoryEvent.SUSPENDED, now, reason)


def reactivate(connection: Connection, persons: Iterable[Person], now: datetime, reason: str) -> None:
    """Make suspended accounts usable again, suspended by hand or by an import, with history."""
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


def set_own_password(
    connection: Connection, username: str, old_hash: str, password_hash: str, now: datetime, reason: str
) -> bool:
    """Store the hash of a password that the owner of an account chose, in place of `old_hash`.

    The password need not be changed any more, and no longer is that of a batch. Returns False, with nothing
    changed, where the account does not have the hash `old_hash` any more, or is suspended by now.
    """
    with transaction(connection):
        changed = connection.execute(
            "UPDATE account SET password_hash = ?, must_change = 0, batch = NULL"
            " WHERE username = ? AND password_hash = ? AND suspended = '' RETURNING person",
            (password_hash, username, old_hash),
        ).fetchall()
        events: list[HistoryEntry] = [
            (row["person"], HistoryEvent.PASSWORD_CHANGED, {"by": "owner"}) for row in changed
        ]
        record(connection, now, events, reason)
    return bool(changed)
