"""All printing of the program: data on standard output, everything else on standard error (docs/contract.md §4).

Rich is used only for tables and progress bars at a terminal; data in CSV or JSON never passes through it. At a
terminal, control and bidi characters are shown as `?`, so that text from a file cannot deceive the reader.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from getpass import getpass
from typing import TYPE_CHECKING, Any, Literal

from leerid_cli.errors import ExitCode, InputError, LeeridError, RefusedError
from leerid_cli.i18n import _, plural

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from leerid_cli.model.reports import Problem, Report, Skipped

MOST_PROBLEMS = 20
MOST_NAMED = 5
BAR = 20
LEAST_WIDTH = 8
INTERVAL = "LEERID_PROGRESS_SECONDS"
"""Environment variable with the number of seconds between two lines of progress in a log; 60 where not set."""
MAX_CHARACTERS = 16 << 20
"""Limit for a list on standard input or in a file: a hundred thousand pupil ids have two million characters."""
MOST_SHOWN = 20_000
"""Characters shown of one line on standard error: a message may quote a file that is one line of megabytes."""
MAX_LINE = 10_000
"""Characters read of a password: far more than allowed, so that a longer one is refused rather than cut."""
TO_COPY = ("school", "stamnummer", "username")


def visible(text: str) -> str:
    """Return a text for a terminal: control, bidi and other format characters become `?`."""
    return "".join(
        "?" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character for character in text
    )


def data(text: str) -> None:
    """Write data to standard output; raises StorageError where it is closed."""
    sys.stdout.write(text)


def flush() -> None:
    """Flush standard output; raises OSError where it cannot be written, such as on a full disk."""
    sys.stdout.flush()


def entered() -> str:
    """Return all of standard input as text, '' where it is closed.

    Raises InputError where it is not UTF-8 or longer than MAX_CHARACTERS.
    """
    try:
        text = sys.stdin.read(MAX_CHARACTERS + 1) if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise InputError(_("standard input is not UTF-8 text")) from error
    return bounded(text, _("standard input"))


def bounded(text: str, name: str) -> str:
    """Return a text unchanged; raises InputError, naming its file, where it is longer than MAX_CHARACTERS."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(_("{file} is too long to be a list of pupils or usernames").format(file=name))
    return text


def secret(prompt: str) -> str:
    """Return one line of standard input, such as a password; at a terminal, ask for it without echo.

    It is '' at the end of the input. Raises InputError where it is not UTF-8.
    """
    try:
        if sys.stdin and sys.stdin.isatty():
            return getpass(prompt, stream=sys.stderr)
        return sys.stdin.readline(MAX_LINE).rstrip("\r\n") if sys.stdin else ""
    except EOFError:
        return ""
    except UnicodeDecodeError as error:
        raise InputError(_("standard input is not UTF-8 text")) from error


def say(text: str) -> None:
    """Write one line for a person to standard error; where that is impossible, do nothing."""
    with suppress(OSError, ValueError):  # a message that cannot be shown changes nothing that was done
        shown = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
        print(visible(shown), file=sys.stderr)


def interactive() -> bool:
    """Tell whether somebody can be asked: standard input and standard error are both a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def confirm(question: str) -> bool:
    """Ask yes or no at a terminal and return the answer; return True where nobody can be asked.

    There an explicit command line is the answer (docs/contract.md §2, "Asking").
    """
    if not interactive():
        return True
    choice = _("y/N")
    print(f"{visible(question)} [{choice}] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "j", "ja")


class Terminal:
    """The `run.Dialogue` with somebody at the terminal, on standard input and standard error."""

    def say(self, text: str) -> None:
        """Show one line."""
        say(text)

    def prompt(self, question: str, default: str) -> str:
        """Ask for a line and return it, or `default` where it is empty; raises RefusedError at end of input."""
        shown = f"{question} [{default}]" if default else question
        print(f"{visible(shown)}: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise RefusedError(_("nothing was done"))
        return line.strip() or default

    def secret(self, prompt: str) -> str:
        """Ask for a line without showing what is typed, and return it."""
        return secret(prompt)


def problems(found: Sequence[Problem], most: int = MOST_PROBLEMS) -> None:
    """Print at most `most` problems, errors before warnings, and the number of those that are left out."""
    ordered = sorted(found, key=lambda problem: (problem.warning, problem.file, problem.line))
    for problem in ordered[:most]:
        say(described(problem))
    if len(ordered) > most:
        say(_("… and {n} more; --format json gives them all").format(n=len(ordered) - most))


def described(problem: Problem) -> str:
    """Return a problem as one line of text: file, line and column as far as known, then the message."""
    where = problem.file
    if problem.line:
        where += _(", line {line}").format(line=problem.line)
    if problem.column:
        where += _(", column {column}").format(column=problem.column)
    warning = _("warning: ") if problem.warning else ""
    return f"{where}: {warning}{problem.message}" if where else f"{warning}{problem.message}"


def report(result: Report, *, as_json: bool, quiet: bool) -> None:
    """Print the report of a writing command: text on standard error, or JSON on standard output.

    `quiet` leaves out the text of a report whose status is ok, but never its announcements.
    """
    for line in result.announcements:
        say(line)
    if as_json:
        data(json.dumps(_as_dict(result), ensure_ascii=False, indent=2) + "\n")
        return
    if quiet and result.status == "ok":
        return
    problems(result.problems)
    _skipped(result.skipped)
    for line in result.notes:
        say(line)
    say(f"{result.command}: {result.summary}")


def _skipped(pupils: Sequence[Skipped]) -> None:
    """Print how many pupils were skipped for each reason, with the ids of the first MOST_NAMED."""
    by_reason: dict[str, list[str]] = {}
    for skipped in pupils:
        by_reason.setdefault(skipped.reason, []).append(skipped.pupil)
    for reason, ids in by_reason.items():
        more = ", …" if len(ids) > MOST_NAMED else ""
        named = ", ".join(ids[:MOST_NAMED]) + more
        say(_("skipped, {reason}: {n} ({pupils})").format(reason=reason, n=len(ids), pupils=named))


def _as_dict(result: Report) -> dict[str, Any]:
    return {
        "version": 1,
        "command": result.command,
        "status": result.status,
        **result.counts,
        "batch": result.batch or None,
        "output": result.output or None,
        "problems": [_problem(problem) for problem in result.problems],
        "skipped_pupils": [
            {"pupil": skipped.pupil, "status": skipped.status.value, "reason": skipped.reason}
            for skipped in result.skipped
        ],
        **result.details,
        "notes": [*result.announcements, *result.notes],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
        "warning": problem.warning,
    }


def error(failure: LeeridError) -> None:
    """Print the problems, the message and the hint of an error on standard error."""
    problems(failure.problems, most=10 * MOST_PROBLEMS)
    say(_("leerid: {message}").format(message=failure.message))
    if failure.hint:
        say(_("  → {hint}").format(hint=failure.hint))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as a table as wide as the terminal; cells that do not fit are wrapped, never cut."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    screen = Console(file=sys.stdout)
    whole = [column for column in columns if column in TO_COPY]
    widest = sum(max([len(str(row[column])) for row in rows], default=0) for column in whole)
    # Unwrapped cells are easier to copy, but where they leave the other columns no room they are wrapped too.
    roomy = widest + LEAST_WIDTH * (len(columns) - len(whole)) <= screen.width
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="")
    for column in columns:
        number = any(isinstance(row[column], int) for row in rows)
        side: Literal["right", "left"] = "right" if number else "left"
        unbroken = number or (roomy and column in TO_COPY)
        drawn.add_column(column, overflow="fold", no_wrap=unbroken, justify=side)
    for row in rows:
        drawn.add_row(*(Text(visible(str(row[column]))) for column in columns))
    screen.print(drawn)


def bar(part: int, whole: int) -> str:
    """Return a bar of BAR characters that shows `part` of `whole`, in ASCII where the encoding is not UTF.

    It looks empty only where `part` is 0, and full only where `part` is `whole`.
    """
    full, empty = ("█", "░") if "utf" in (sys.stdout.encoding or "").lower() else ("#", "-")
    length = round(BAR * part / whole) if whole else 0
    length = min(max(length, int(part > 0)), BAR - int(part < whole))
    return full * length + empty * (BAR - length)


class Bars:
    """Progress bars on standard error, one for each step of a long command."""

    def __init__(self, bars: RichProgress) -> None:
        self.bars = bars

    def step(self, label: str, total: int | None) -> Callable[[int], None]:
        """Begin a bar; returns a function to call with the number of parts just done.

        `total` is the number of parts, None where it is not known.
        """
        self.bars.start()  # bars that were started earlier would hide a question to the user
        task = self.bars.add_task(label, total=total)
        return lambda number: self.bars.advance(task, number)


class LineProgress:
    """Progress as lines on standard error, at most one every so many seconds: for a log."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._last = seconds, time.monotonic()
        self._turn = threading.Lock()

    def step(self, label: str, total: int | None) -> Callable[[int], None]:
        """Begin a step; returns a function to call, from any thread, with the number of parts just done.

        `total` is the number of parts, None where it is not known.
        """
        begun, so_far = time.monotonic(), 0

        def done(number: int) -> None:
            nonlocal so_far
            with self._turn:
                so_far += number
                now = time.monotonic()
                if now - self._last >= self._seconds and so_far != total:
                    self._last = now
                    say(_how_far(label, so_far, total, now - begun))

        return done


def _how_far(label: str, so_far: int, total: int | None, seconds: float) -> str:
    """Return the line of a log that tells how far a step is; `seconds` is how long it has taken so far."""
    if total is None:
        return f"{label}: {_thousands(so_far)}"
    minutes = max(1, round(seconds / so_far * (total - so_far) / 60))
    left = plural("about {n} minute to go", "about {n} minutes to go", minutes).format(n=minutes)
    return _("{step}: {done} of {total}; {left}").format(
        step=label, done=_thousands(so_far), total=_thousands(total), left=left
    )


def _thousands(number: int) -> str:
    """Return a number with the thousands separator of the language."""
    return f"{number:,}".replace(",", _(","))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Bars | LineProgress | None]:
    """Yield what shows progress during the block: bars at a terminal, else lines for a log; None when quiet."""
    if quiet or not sys.stderr:
        yield None
        return
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield LineProgress(float(os.environ.get(INTERVAL) or 60))
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bars = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    try:
        yield Bars(bars)
    finally:
        bars.stop()


def exit_code(result: Report) -> ExitCode:
    """Return the exit code of a command with this report: PARTIAL for the status `partial`, else OK."""
    return ExitCode.PARTIAL if result.status == "partial" else ExitCode.OK
