"""The accounts that one command makes, and what they are delivered in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from leerid_cli.model.people import AccountType, PasswordKind


class Issue(StrEnum):
    """Why an account gets a password; the values stand in the history."""

    CREATED = "account-created"
    RESET = "password-reset"
    CONVERTED = "account-converted"
    RENAMED = "account-renamed"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as a batch is about to commit it: a new one, or one that exists with a new password.

    The hash stays out of `repr`.
    """

    person: int
    username: str
    type: AccountType
    password_kind: PasswordKind
    password_hash: str = field(repr=False)
    must_change: bool
    token: str
    issue: Issue = Issue.CREATED


@dataclass(frozen=True, slots=True)
class AdoptedAccounts:
    """What `adopt` writes: accounts that are new here, such whose password changes, and usernames to keep free.

    `suspended`: persons who left every school; `printed`: persons who get a card in the batch.
    """

    new: tuple[NewAccount, ...] = ()
    updated: tuple[NewAccount, ...] = ()
    usernames: tuple[str, ...] = ()
    suspended: frozenset[int] = frozenset()
    printed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """The accounts made by one command and the ZIP they are delivered in."""

    id: str
    command: str
    state: str
    stage: str
    final: str
    accounts: int
    sha256: str = ""
    size: int = 0
