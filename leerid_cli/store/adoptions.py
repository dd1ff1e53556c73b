"""Writes what `adopt` planned: accounts taken over from LeerID, and usernames that are taken there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from leerid_cli.model.batches import AdoptedAccounts, Batch, IssuedAccount
from leerid_cli.model.history import HistoryEntry, HistoryEvent
from leerid_cli.store import refused_adoptions
from leerid_cli.store.batches import mark_committed
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment, record
from leerid_cli.store.register import refresh_terms


def write(
    connection: Connection, batch: Batch | None, adopted: AdoptedAccounts, now: datetime, reason: str
) -> None:
    """Write adopted accounts in one transaction; it is the commit point of `batch` where cards are printed.

    Where it fails nothing is changed: sqlite3.IntegrityError where a person has got an account meanwhile,
    StorageError where the batch was undone.
    """
    accounts = (*adopted.new, *adopted.updated)
    with transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO username (username, origin, person, at) VALUES (?, 'adopted', NULL, ?)",
            [(username, moment(now)) for username in adopted.usernames],
        )
        connection.executemany(
            "UPDATE username SET origin = 'adopted', person = ? WHERE username = ? AND person IS NULL",
            [(account.person, account.username) for account in accounts],
        )
        connection.executemany(
            "INSERT INTO account (person, username, type, password_kind, password_hash, must_change, token, suspended)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    account.person,
                    account.username,
                    *_password(account),
                    account.token,
                    "import" if account.person in adopted.suspended else "",
                )
                for account in adopted.new
            ],
        )
        connection.executemany(
            "UPDATE account SET username = ?, type = ?, password_kind = ?, password_hash = ?, must_change = ?,"
            " token = ? WHERE person = ?",
            [
                (account.username, *_password(account), account.token, account.person)
                for account in adopted.updated
            ],
        )
        record(connection, now, _events(adopted, batch), reason)
        if batch:
            connection.execute(
                "UPDATE account SET batch = ? WHERE person IN (SELECT value FROM json_each(?))",
                (batch.id, json.dumps(sorted(adopted.printed))),
            )
            mark_committed(connection, batch)
        refused_adoptions.replace(connection, adopted)
        refresh_terms(connection, {account.person for account in accounts})


def _password(account: IssuedAccount) -> tuple[str, str, str, int]:
    """Return the columns type, password_kind, password_hash and must_change of an account."""
    return (
        account.type.value,
        account.password_kind.value,
        account.password_hash,
        int(account.must_change),
    )


def _events(adopted: AdoptedAccounts, batch: Batch | None) -> Iterator[HistoryEntry]:
    """Yield the history entries of the accounts, and of the cards that the batch prints."""
    for event, accounts in (
        (HistoryEvent.ACCOUNT_ADOPTED, adopted.new),
        (HistoryEvent.PASSWORD_ADOPTED, adopted.updated),
    ):
        for account in accounts:
            detail = {"username": account.username, "type": account.type.value}
            yield account.person, event, {**detail, "password_known": bool(account.password_hash)}
    if batch:
        for person in sorted(adopted.printed):
            yield person, HistoryEvent.CARDS_PRINTED, {"batch": batch.id}
