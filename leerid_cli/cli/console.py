"""The only printer: data on standard output, everything else on standard error (contract §4).

Rich draws tables and bars for people at a terminal and nothing else; data never passes through
it. Text that comes from files is neutralised for terminals: no control or bidi sign gets through.
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
"""Names the environment variable with the time between two lines of progress in a log; 60 where it is not set."""
MAX_CHARACTERS = 16 << 20
"""Of a list on standard input or in a file: a hundred thousand pupil ids are two million."""
MOST_SHOWN = 20_000
"""Signs of a line on standard error: a file can be one line of megabytes, and a message quote it."""
MAX_LINE = 10_000
"""Signs of a password: far more than any may have, so that one that is too long is refused and not cut."""
TO_COPY = ("school", "stamnummer", "username")


def visible(text: str) -> str:
    """Return text for a terminal: control, bidi and other format characters shown as `?`."""
    return "".join(
        "?" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character for character in text
    )


def data(text: str) -> None:
    """Write data to standard output; raises StorageError where it is closed."""
    sys.stdout.write(text)


def flush() -> None:
    """Write out what is still held back of standard output: a full disk shows only then."""
    sys.stdout.flush()


def entered() -> str:
    """Return all of standard input as text, '' where it is closed."""
    try:
        text = sys.stdin.read(MAX_CHARACTERS + 1) if sys.stdin else ""
    except UnicodeDecodeError as error:
        raise InputError(_("standard input is not UTF-8 text")) from error
    return bounded(text, _("standard input"))


def bounded(text: str, name: str) -> str:
    """Return a text as it is; raises InputError, naming where it is from, where it is longer than a list can be."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(_("{file} is too long to be a list of pupils or usernames").format(file=name))
    return text


def secret(prompt: str) -> str:
    """Return one line of standard input, asked for without echo at a terminal."""
    try:
        if sys.stdin and sys.stdin.isatty():
            return getpass(prompt, stream=sys.stderr)
        return sys.stdin.readline(MAX_LINE).rstrip("\r\n") if sys.stdin else ""
    except EOFError:
        return ""
    except UnicodeDecodeError as error:
        raise InputError(_("standard input is not UTF-8 text")) from error


def say(text: str) -> None:
    """Write one line for a person to standard error."""
    with suppress(OSError, ValueError):  # nobody listens: that changes nothing of what was done
        shown = text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
        print(visible(shown), file=sys.stderr)


def interactive() -> bool:
    """Tell whether there is somebody to ask: standard input and standard error are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def confirm(question: str) -> bool:
    """Ask yes or no at a terminal; elsewhere the command line itself was the answer."""
    if not interactive():
        return True
    choice = _("y/N")
    print(f"{visible(question)} [{choice}] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "j", "ja")


class Terminal:
    """Talks with somebody at the terminal, on standard input and standard error."""

    def say(self, text: str) -> None:
        """Show one line."""
        say(text)

    def prompt(self, question: str, default: str) -> str:
        """Ask for a line; an empty answer is the default. Raises RefusedError at the end of the input."""
        shown = f"{question} [{default}]" if default else question
        print(f"{visible(shown)}: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise RefusedError(_("nothing was done"))
        return line.strip() or default

    def secret(self, prompt: str) -> str:
        """Ask for a line that is not shown."""
        return secret(prompt)


def problems(found: Sequence[Problem], most: int = MOST_PROBLEMS) -> None:
    """Say what is wrong and where, errors before warnings, the rest of a long list as a number."""
    ordered = sorted(found, key=lambda problem: (problem.warning, problem.file, problem.line))
    for problem in ordered[:most]:
        say(described(problem))
    if len(ordered) > most:
        say(_("… and {n} more; --format json gives them all").format(n=len(ordered) - most))


def described(problem: Problem) -> str:
    """Return a problem as one line: file, line and column as far as known, then what is wrong."""
    where = problem.file
    if problem.line:
        where += _(", line {line}").format(line=problem.line)
    if problem.column:
        where += _(", column {column}").format(column=problem.column)
    warning = _("warning: ") if problem.warning else ""
    return f"{where}: {warning}{problem.message}" if where else f"{warning}{problem.message}"


def report(result: Report, *, as_json: bool, quiet: bool) -> None:
    """Print what a writing command did: a line for people, or JSON on standard output."""
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
    """Say who was left out, gathered by reason; the first few by name."""
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
    """Say what went wrong, where, and what to do about it."""
    problems(failure.problems, most=10 * MOST_PROBLEMS)
    say(_("leerid: {message}").format(message=failure.message))
    if failure.hint:
        say(_("  → {hint}").format(hint=failure.hint))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Draw rows as a table as wide as the terminal; what does not fit is folded, never cut."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    screen = Console(file=sys.stdout)
    whole = [column for column in columns if column in TO_COPY]
    widest = sum(max([len(str(row[column])) for row in rows], default=0) for column in whole)
    # Whole cells are easier to copy; where they leave no room for the others, those would not be shown at all.
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
    """Return a bar of a share, in characters that the terminal's encoding has."""
    full, empty = ("█", "░") if "utf" in (sys.stdout.encoding or "").lower() else ("#", "-")
    length = round(BAR * part / whole) if whole else 0
    length = min(max(length, int(part > 0)), BAR - int(part < whole))
    return full * length + empty * (BAR - length)


class Bars:
    """Progress bars on standard error for the steps of a long command."""

    def __init__(self, bars: RichProgress) -> None:
        self.bars = bars

    def step(self, label: str, total: int | None) -> Callable[[int], None]:
        """Begin a bar of `total` parts, None where nobody knows, and return what to call as they are done."""
        self.bars.start()  # not before, or a question asked earlier would not show
        task = self.bars.add_task(label, total=total)
        return lambda number: self.bars.advance(task, number)


class LineProgress:
    """A line on standard error once in a while for the steps of a long command: for a log."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._last = seconds, time.monotonic()
        self._turn = threading.Lock()

    def step(self, label: str, total: int | None) -> Callable[[int], None]:
        """Begin a step of `total` parts, None where nobody knows, and return what to call as they are done."""
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
    """Return a line of a log that says how far a step is after so many seconds."""
    if total is None:
        return f"{label}: {_thousands(so_far)}"
    minutes = max(1, round(seconds / so_far * (total - so_far) / 60))
    left = plural("about {n} minute to go", "about {n} minutes to go", minutes).format(n=minutes)
    return _("{step}: {done} of {total}; {left}").format(
        step=label, done=_thousands(so_far), total=_thousands(total), left=left
    )


def _thousands(number: int) -> str:
    """Return a number with its thousands apart, as the language has it."""
    return f"{number:,}".replace(",", _(","))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Bars | LineProgress | None]:
    """Show progress during the block: bars on a terminal, lines in a log; yield None when quiet."""
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
    """Return the exit code that a report's status stands for."""
    return ExitCode.PARTIAL if result.status == "partial" else ExitCode.OK
