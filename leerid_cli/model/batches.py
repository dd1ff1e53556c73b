"""Batches: the accounts that one command makes or gives new passwords, delivered as files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from leerid_cli.model.choices import BundlePart, Split
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.model.reports import Skipped


class BatchState(StrEnum):
    """How far a batch is, as the store has it (docs/design.md, "What happens when the power goes?")."""

    INTENT = "intent"  # announced: no account is made yet
    COMMITTED = "committed"  # the accounts are in the store, not all files have their names yet
    DELIVERED = "delivered"  # all files have their names: done
    ABORTED = "aborted"  # interrupted before the commit, and undone
    LOST = "lost"  # committed, but a file is gone: an operator has to decide
    ACCEPTED = "accepted"  # lost, and nobody needs the file any more


class FileState(StrEnum):
    """How far one file of a batch is, as the store has it."""

    STAGED = "staged"  # it is a hidden file, or will be one
    PUBLISHED = "published"  # it has got its final name; it may have been moved since
    GONE = "gone"  # it was removed with an aborted batch, or a recovery did not find it


class OutputKind(StrEnum):
    """What a file of a batch is."""

    BUNDLE = "bundle"  # the ZIP with cards and workbook


class IssueReason(StrEnum):
    """Why an account gets a password; the values are also events of the history (`HistoryEvent`)."""

    CREATED = "account-created"  # the account is new
    RESET = "password-reset"  # a new password of the same kind
    CONVERTED = "account-converted"  # the account changes type, so it needs another kind of password
    RENAMED = "account-renamed"  # another username, which also means a new password and new cards


@dataclass(frozen=True, slots=True)
class IssuedAccount:
    """An account as a batch commits it to the store: a new account, or an existing one with a new password.

    `person` is the id of the person in the store; `password_hash` is a bcrypt string and is left out of
    `repr`; `must_change`: the pupil has to replace the password at the first sign-in; `token` is the random
    part of the address on the card. `former` are username and type that a changed account has until then,
    None for a new account.
    """

    person: int
    username: str
    type: AccountType
    password_kind: PasswordKind
    password_hash: str = field(repr=False)
    must_change: bool
    token: str
    reason: IssueReason = IssueReason.CREATED
    former: tuple[str, AccountType] | None = None


@dataclass(frozen=True, slots=True)
class AdoptedAccounts:
    """What `adopt` writes to the store.

    `new` are accounts that are not in the store yet, `updated` accounts that get another password.
    `usernames` are never given out here, whether or not their account is taken over. `suspended` and
    `printed` are ids of persons: those whose new account is suspended because they left every school, and
    those who get a card in the batch.
    """

    new: tuple[IssuedAccount, ...] = ()
    updated: tuple[IssuedAccount, ...] = ()
    usernames: tuple[str, ...] = ()
    suspended: frozenset[int] = frozenset()
    printed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reservation:
    """A pupil whom a batch will serve, so that meanwhile no other run changes the account.

    `person` is the id in the store; `reason` the event that the history will have; `username` one that is given
    out anew, '' where the account keeps its own.
    """

    person: int
    reason: HistoryEvent
    username: str = ""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One file that a batch delivers.

    `number` counts the files of the batch from 1; `stage` is the path of the hidden file in which it is
    written, `final` its path once it is published; `sha256` (hexadecimal) and `size` (bytes) are '' and 0 as
    long as it is not written.
    """

    number: int
    output: OutputKind
    stage: Path
    final: Path
    state: FileState = FileState.STAGED
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the store has it: the command that made it, the number of accounts, its state, its files."""

    id: str
    command: str
    accounts: int
    state: BatchState = BatchState.INTENT
    files: tuple[BatchFile, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """What the command line says about label sheet and printer; None or '' where an option was not given.

    `sheet` is the name of a label sheet; `start_at` the number of the first free label on it, from 1;
    `offset_x` and `offset_y` move everything, in millimetres to the right and down; `scale_y` is a factor for
    heights on the page; `printer` is the name of a printer in the settings.
    """

    sheet: str = ""
    start_at: int = 1
    offset_x: float | None = None
    offset_y: float | None = None
    scale_y: float | None = None
    printer: str = ""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How the ZIP of a batch is made (docs/contract.md §8).

    `output`: the ZIP or the folder it goes into, None for the working folder. `with_workbook`: the ZIP has a
    workbook and class lists; `list_passwords`: these lists show passwords. `split`: a folder in the ZIP for
    each school or class. `only`: the parts that the ZIP has, empty for all. `compact`: no class starts on a
    new sheet. `card_language`: '' for the one of the settings. `cluster`: the address of the Dask cluster
    that does the work, '' for none.
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
    """A delivered batch: its id, the path of its ZIP, the pupils that it left out, and warnings for the user."""

    batch: str
    path: Path
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]
