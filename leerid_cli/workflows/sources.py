"""Enrolment files to rows: opened, decoded and checked, with every original row kept for the rejects file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake import profiles, reading
from leerid_cli.intake.check import Checker, Defaults, PupilRow, unique
from leerid_cli.model import AccountType, Problem
from leerid_cli.store import keys
from leerid_cli.workflows.run import Run

MAX_BYTES = 1 << 30
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of the command line, None or empty where not given."""

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    school: str = ""
    type: AccountType | None = None
    dry_run: bool = False
    strict: bool = False
    rejects: Path | None = None
    new_key: bool = False
    full: bool = False
    max_departures: float = 10
    accepted: Mapping[str, int] = field(default_factory=dict)
    max_age: float | None = None


@dataclass
class Intake:
    """What has been read so far: usable rows, problems, and every original row for the rejects file.

    `unusable` are the keys of other rows that show their pupil all the same, `illegible` the schools
    ('' for an illegible one) of rows that do not.
    """

    rows: list[PupilRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    originals: dict[tuple[str, int], tuple[tuple[str, ...], list[str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    skipped: int = 0
    unusable: set[tuple[str, str]] = field(default_factory=set)
    illegible: set[str] = field(default_factory=set)

    def show(self, key: tuple[str, str]) -> None:
        """Note that a row that cannot be used shows this pupil, or does not even show whom."""
        if all(key):
            self.unusable.add(key)
        else:
            self.illegible.add(key[0])

    @property
    def rejected(self) -> set[tuple[str, int]]:
        """Return (file, line) of every row that a problem keeps out."""
        return {(problem.file, problem.line) for problem in self.problems if not problem.warning}


def name(file: str) -> str:
    """Return how messages call a file of the command line."""
    return _("standard input") if file == STANDARD_INPUT else file


def content(file: str) -> bytes:
    """Return the bytes of a file, `-` being standard input; raises InputError where it cannot be read."""
    try:
        if file == STANDARD_INPUT:
            if sys.stdin is None:
                raise InputError(_("standard input is closed"))
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(_("{file} cannot be read: {why}").format(file=file, why=error.strerror)) from error
    if len(data) > MAX_BYTES:
        raise InputError(_("{file} is larger than 1 GiB").format(file=name(file)))
    return data


def read(run: Run, contents: Iterable[tuple[str, bytes]], options: ImportOptions, key: bytes) -> Intake:
    """Return the rows of the files as one list; raises InputError, naming the file, where one cannot be read."""
    known = profiles.load(resources.profiles())
    how = reading.Reading(
        options.profile, options.encoding, options.delimiter, bool(options.school), options.type is not None
    )
    intake = Intake()
    for file, data in contents:
        try:
            source = reading.open_source(file, data, known, how)
            _read_rows(run, source, options, lambda digits: keys.hash_number(key, digits), intake)
        except InputError as error:
            raise InputError(f"{file}: {error.message}", error.hint) from error
    found = intake.rows
    intake.rows, repeated = unique(found)
    places = {(problem.file, problem.line) for problem in repeated}
    intake.unusable |= {row.enrolment.key for row in found if (row.file, row.line) in places}
    intake.problems += repeated
    return intake


def _read_rows(
    run: Run,
    source: reading.Source,
    options: ImportOptions,
    hash_number: Callable[[str], str],
    intake: Intake,
) -> None:
    layout = source.layout
    checker = Checker(source.file, layout, Defaults(options.school, options.type), hash_number, run.today)
    for line, cells in source.rows:
        outcome = checker.check(line, cells)
        intake.problems += outcome.problems
        intake.originals[source.file, line] = (layout.header, cells)
        if outcome.pupil:
            intake.rows.append(outcome.pupil)
            continue
        intake.skipped += not outcome.rejected
        if not outcome.cancelled:
            intake.show(outcome.key)
    intake.notes.append(_described(source))
    if layout.unknown:
        intake.notes.append(
            _("{file}: columns not used: {columns}").format(
                file=source.file, columns=", ".join(layout.unknown)
            )
        )
    if "official_number" not in layout.positions:
        message = _("there is no column with official numbers: pupils without one cannot get an account")
        intake.problems.append(Problem("no-official-column", message, source.file, 1, "", warning=True))


def _described(source: reading.Source) -> str:
    delimiter = {"\t": "tab"}.get(source.delimiter, source.delimiter)
    return _("{file}: profile {profile}, {encoding}, delimiter {delimiter}").format(
        file=source.file, profile=source.layout.profile.name, encoding=source.encoding, delimiter=delimiter
    )
