"""The table of accounts: writes those of a batch, suspends them, stores passwords that owners chose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, IssuedAccount, IssueReason
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import Person, SuspendedBy
from leerid_cli.store.batches import mark_committed
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment, record
from leerid_cli.store.register import refresh_terms


def number_of_accounts(connection: Connection) -> int:
    """Return how many accounts there are."""
    return int(connection.execute("SELECT count(*) FROM account").fetchone()[0])


def write_issued(
    connection: Connection, batch: Batch, accounts: Sequence[IssuedAccount], now: datetime, reason: str
) -> None:
    """Write the accounts and new passwords of a staged batch in one transaction: its commit point.

    The batch moves to `committed` and the history is written in the same transaction. Where it fails nothing
    is changed: sqlite3.IntegrityError where a person has got an account or a username was taken meanwhile,
    StorageError where an account that was to change is gone or the batch was undone.
    """
    created = [account for account in accounts if account.reason is IssueReason.CREATED]
    changed = [account for account in accounts if account.reason is not IssueReason.CREATED]
    with transaction(connection):
        former = _former(connection, changed)
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
        refresh_terms(connection, {account.person for account in accounts})
        mark_committed(connection, batch)
        if len(former) != len(changed):
            raise StorageError(_("the batch {batch} was undone by another run").format(batch=batch.id))


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
    connection: Connection, person: int, password_hash: str, now: datetime, reason: str
) -> None:
    """Store the hash of a password that the owner of an account chose; it need not be changed any more."""
    with transaction(connection):
        connection.execute(
            "UPDATE account SET password_hash = ?, must_change = 0 WHERE person = ?", (password_hash, person)
        )
        record(connection, now, [(person, HistoryEvent.PASSWORD_CHANGED, {"by": "owner"})], reason)
