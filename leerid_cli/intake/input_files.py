"""Enrolment files to rows: opened, decoded and checked, with every original row kept for the rejects file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake import profiles, reading
from leerid_cli.intake.check import Checker, Defaults, PupilRow, unique
from leerid_cli.intake.profiles import ColumnMap
from leerid_cli.intake.recognise import Rows
from leerid_cli.model.people import AccountType
from leerid_cli.model.plans import PersonFacts
from leerid_cli.model.progress import Done, Progress
from leerid_cli.model.reports import Problem
from leerid_cli.tables.limits import MAX_BYTES

STANDARD_INPUT = "-"
MOST_NAMES = 5
ROWS_AT_ONCE = 500
"""Of so many rows the progress is told at once."""


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
class ReadRows:
    """What has been read so far: usable rows, problems, and every original row for the rejects file.

    `unusable` are the keys of other rows that show their pupil all the same, `illegible` the schools
    ('' for an illegible one) of rows that do not.
    """

    rows: list[PupilRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    originals: dict[tuple[str, int], tuple[ColumnMap, list[str]]] = field(default_factory=dict)
    kinds: dict[str, reading.FileFormat] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    skipped: int = 0
    unusable: set[tuple[str, str]] = field(default_factory=set)
    illegible: set[str] = field(default_factory=set)
    unusable_facts: list[PersonFacts] = field(default_factory=list)

    def show(self, key: tuple[str, str], facts: PersonFacts | None) -> None:
        """Note that a row that cannot be used shows this pupil, or does not even show whom."""
        self.unusable_facts += [facts] if facts else []
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
        refusal = reading.too_large()
        raise InputError(f"{name(file)}: {refusal.message}", refusal.hint)
    return data


def read(
    contents: Iterable[tuple[str, bytes]],
    options: ImportOptions,
    own_profiles: Path,
    today: date,
    hash_number: Callable[[str], str],
    progress: Progress,
) -> ReadRows:
    """Return the rows of files, given as (name, bytes), as one list.

    `own_profiles` is the folder of the user's profiles, `hash_number` makes the keyed hash of an official number.
    Raises InputError, naming the file, where one cannot be read.
    """
    known = profiles.load(resources.profiles(), own_profiles)
    how = reading.Reading(
        options.profile, options.encoding, options.delimiter, bool(options.school), options.type is not None
    )
    read_rows = ReadRows()
    for file, data in contents:
        try:
            source = reading.open_source(file, data, known, how)
            rows = data.count(b"\n") if source.kind is reading.FileFormat.CSV else None
            source = replace(source, rows=_counted(source.rows, progress.step(_("rows read"), rows)))
            defaults = Defaults(options.school, options.type)
            checker = Checker(source.file, source.column_map, defaults, hash_number, today)
            _read_rows(source, options, checker, read_rows)
        except InputError as error:
            raise InputError(f"{file}: {error.message}", error.hint) from error
    found = read_rows.rows
    read_rows.rows, repeated = unique(found)
    places = {(problem.file, problem.line) for problem in repeated}
    repeating = [row for row in found if (row.file, row.line) in places]
    read_rows.unusable |= {row.enrolment.key for row in repeating}
    read_rows.unusable_facts += [row.facts for row in repeating]
    read_rows.problems += repeated
    return read_rows


def _counted(rows: Rows, done: Done) -> Rows:
    """Yield the rows, and tell of every so many."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_AT_ONCE == 0:
            done(ROWS_AT_ONCE)


def _read_rows(
    source: reading.InputFile, options: ImportOptions, checker: Checker, read_rows: ReadRows
) -> None:
    column_map = source.column_map
    read_rows.kinds[source.file] = source.kind
    for line, cells in source.rows:
        outcome = checker.check(line, cells)
        read_rows.problems += outcome.problems
        read_rows.originals[source.file, line] = (column_map, cells)
        if outcome.pupil:
            read_rows.rows.append(outcome.pupil)
            continue
        read_rows.skipped += not outcome.rejected
        if not outcome.cancelled:
            read_rows.show(outcome.key, outcome.facts)
    read_rows.notes += notes_on(source, options, [row for row in read_rows.rows if row.file == source.file])
    if column_map.unknown:
        read_rows.notes.append(
            _("{file}: columns not used: {columns}").format(
                file=source.file, columns=", ".join(column_map.unknown)
            )
        )
    if not {"official_number", "bis_number"} & column_map.positions.keys():
        message = _("there is no column with official numbers: pupils without one cannot get an account")
        read_rows.problems.append(
            Problem("no-official-column", message, source.file, column_map.line or 1, "", warning=True)
        )


def notes_on(source: reading.InputFile, options: ImportOptions, rows: Sequence[PupilRow]) -> list[str]:
    """Return what there is to say of how a file was read: the guess, what stood in, names with accents."""
    said = [_described(source)]
    said += [
        _("{file}: {column} {value} from {origin}").format(
            file=source.file, column=column, value=value, origin=origin
        )
        for column, value, origin in _stand_ins(source, options)
    ]
    if names := _accented(rows):
        said.append(_("{file}: names with accents: {names}").format(file=source.file, names=", ".join(names)))
    return said


def _stand_ins(source: reading.InputFile, options: ImportOptions) -> list[tuple[str, str, str]]:
    """Return (column, value, origin) of every column that the file lacks and something else supplies."""
    there = source.column_map.positions.keys()
    options_give = {"school": options.school, "type": options.type or ""}
    found = {
        column: (str(value), _("the profile"))
        for column, value in source.column_map.profile.constants.items()
        if column not in there and not (column == "hoofdstructuur" and ("type" in there or options.type))
    }
    for column, value in options_give.items():
        if value and column not in there and not (column == "type" and "hoofdstructuur" in there):
            found[column] = (str(value), f"--{column}")
    return [(column, *supplied) for column, supplied in found.items()]


def _accented(rows: Sequence[PupilRow]) -> list[str]:
    """Return a handful of names with letters beyond ASCII, as they were read."""
    names: dict[str, None] = {}
    for row in rows:
        for text in (row.facts.voornaam, row.facts.naam):
            accented = any(character.isalpha() and not character.isascii() for character in text)
            if accented and not any(character.isdigit() for character in text):
                names[text] = None
        if len(names) >= MOST_NAMES:
            break
    return list(names)[:MOST_NAMES]


def _described(source: reading.InputFile) -> str:
    delimiter = {"\t": "tab"}.get(source.delimiter, source.delimiter)
    form = {
        reading.FileFormat.CSV: _("{encoding}, delimiter {delimiter}"),
        reading.FileFormat.XLSX: _("XLSX, sheet {table}"),
        reading.FileFormat.XML: _("XML, {encoding}, rows are {table}"),
    }[source.kind].format(encoding=source.encoding, delimiter=delimiter, table=source.table)
    described = _("{file}: profile {profile}, {form}").format(
        file=source.file, profile=source.column_map.profile.name, form=form
    )
    if source.column_map.line > 1:
        described += _(", header in line {line}").format(line=source.column_map.line)
    return described
