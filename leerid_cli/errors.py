"""Exit codes, and the errors that carry them (docs/contract.md §3).

An error says what went wrong and where (`message`), and what to do about it (`hint`). A program that shows a page
of its own instead, such as a sign-in page, chooses it by `reason`. Any room may raise one; only `leerid_cli.cli.app`
turns it into output and an exit code, and no room below `cli` prints or exits. From 128 on an exit code is 128 + the
number of a signal, as with POSIX shells (docs/sources.md, "Operating system and SQLite").
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leerid_cli.model.reports import Problem


class ExitCode(IntEnum):
    """The exit codes of the program, on which shells, cron jobs and scripts can rely."""

    OK = 0
    BUG = 1
    USAGE = 2
    INPUT = 3
    PARTIAL = 4
    NOT_FOUND = 5
    REFUSED = 6
    STORAGE = 7
    BUSY = 8
    UNDELIVERED = 9
    HUNG_UP = 129
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


class ErrorReason(StrEnum):
    """Why somebody cannot sign in, or cannot have this password or this username.

    Every error that `accounts` and `rules` raise has one. The terminal does not show it.
    """

    UNKNOWN_USERNAME = "unknown-username"
    SUSPENDED = "suspended"
    PASSWORD_NOT_KNOWN = "password-not-known"  # noqa: S105 - a name, no password
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a name, no password
    BASIS_ACCOUNT = "basis-account"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    SAME_PASSWORD = "same-password"  # noqa: S105 - a name, no password
    CONTROL_CHARACTER = "control-character"
    NOT_OF_ITS_KIND = "not-of-its-kind"
    KIND_NOT_ALLOWED = "kind-not-allowed"
    USERNAME_NOT_ALLOWED = "username-not-allowed"
    USERNAME_TAKEN = "username-taken"
    BUSY = "busy"


class LeeridError(Exception):
    """The base of all errors that the user is told about.

    `message` says what is wrong and `hint` what to do about it, both in the language of the user; `problems`
    are single faults with file, line and column. `reason` is None where no program needs to know more than the
    class of the error.
    """

    exit_code = ExitCode.BUG
    name = "bug"
    reason: ErrorReason | None = None

    def __init__(
        self,
        message: str,
        hint: str = "",
        problems: tuple[Problem, ...] = (),
        *,
        reason: ErrorReason | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason or self.reason
        self.message = message
        self.hint = hint
        self.problems = problems


class UsageError(LeeridError):
    """The command line contradicts itself or names something that does not exist."""

    exit_code = ExitCode.USAGE
    name = "usage"


class InputError(LeeridError):
    """A file is missing, unreadable, or holds nothing usable."""

    exit_code = ExitCode.INPUT
    name = "input"


class NotFoundError(LeeridError):
    """No such pupil, username, hit or store."""

    exit_code = ExitCode.NOT_FOUND
    name = "not-found"


class RefusedError(LeeridError):
    """Possible, but not allowed: a conflict, something unsafe, a wrong password."""

    exit_code = ExitCode.REFUSED
    name = "refused"


class StorageError(LeeridError):
    """Store or output cannot be read or written."""

    exit_code = ExitCode.STORAGE
    name = "storage"


class BusyError(LeeridError):
    """Another run holds the lock."""

    exit_code = ExitCode.BUSY
    name = "busy"
    reason = ErrorReason.BUSY


class UndeliveredError(LeeridError):
    """Accounts are committed, but their ZIP is not where it should be: the operator has to decide."""

    exit_code = ExitCode.UNDELIVERED
    name = "undelivered"


class Interrupted(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived; no Exception, so that `except Exception` does not catch it."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number
