"""The accounts that one command makes, and what they are delivered in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from leerid_cli.model.choices import BundlePart, LabelOptions, Split
from leerid_cli.model.people import AccountType, PasswordKind


class BatchState(StrEnum):
    """How far a batch is: from `intent` to `delivered`, or undone, lost, or lost and accepted as such."""

    INTENT = "intent"
    COMMITTED = "committed"
    DELIVERED = "delivered"
    ABORTED = "aborted"
    LOST = "lost"
    ACCEPTED = "accepted"


class IssueReason(StrEnum):
    """Why an account gets a password; the values stand in the history."""

    CREATED = "account-created"
    RESET = "password-reset"
    CONVERTED = "account-converted"
    RENAMED = "account-renamed"


@dataclass(frozen=True, slots=True)
class IssuedAccount:
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
    issue: IssueReason = IssueReason.CREATED


@dataclass(frozen=True, slots=True)
class AdoptedAccounts:
    """What `adopt` writes: accounts that are new here, such whose password changes, and usernames to keep free.

    `suspended`: persons who left every school; `printed`: persons who get a card in the batch.
    """

    new: tuple[IssuedAccount, ...] = ()
    updated: tuple[IssuedAccount, ...] = ()
    usernames: tuple[str, ...] = ()
    suspended: frozenset[int] = frozenset()
    printed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """The accounts made by one command and the ZIP they are delivered in."""

    id: str
    command: str
    state: BatchState
    stage: str
    final: str
    accounts: int
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch is made: where its ZIP goes, with a workbook or not, how cards are laid out, in which language.

    `split` gives the ZIP a folder for each school or class; `only` confines it to these parts, empty: all.
    With a workbook there are class lists too, which show passwords with `list_passwords`.
    `cluster`: the address of the Dask cluster that does the work, '' for none.
    """

    output: Path | None = None
    with_workbook: bool = True
    split: Split | None = None
    only: frozenset[BundlePart] = frozenset()
    compact: bool = False
    colour: bool = False
    card_language: str = ""
    labels: LabelOptions = field(default_factory=LabelOptions)
    list_passwords: bool = True
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class DeliveredBatch:
    """A delivered batch: its id, where its ZIP stands, and what to warn about."""

    batch: str
    path: Path
    warnings: tuple[str, ...]
