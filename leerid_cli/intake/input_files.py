"""Reading all enrolment files of an import: opened, checked, joined to one list of rows.

Every original row is kept for the rejects file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import InputError
from leerid_cli.i18n import _, plural
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
# So many names with accents a note shows at most.
MOST_NAMES = 5
# Progress is reported every so many rows.
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of `leerid import`, None or empty where not given (docs/contract.md §5).

    `max_departures` is a percentage; `accepted` has the numbers of `--accept` by school; `max_age` is in days;
    `older`: files of an earlier school year are let in.
    """

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
    older: bool = False


@dataclass
class ReadRows:
    """What the files have: usable rows, problems, and what can be read of other rows.

    `originals` has every row by (file, line), with the column map of its file, for the rejects file; `kinds`
    are the formats of the files; `notes` are lines for the user; `skipped` counts rows that are skipped.
    `unusable` are the keys of rows that cannot be used, but show that their pupil is in the school;
    `unusable_facts` the personal data in them; `illegible` the schools with a row whose stamnummer cannot be
    read, '' where its school cannot be either.
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
        """Note what can be read of a row that cannot be used: key ('' where illegible) and personal data."""
        self.unusable_facts += [facts] if facts else []
        if all(key):
            self.unusable.add(key)
        else:
            self.illegible.add(key[0])

    @property
    def rejected(self) -> set[tuple[str, int]]:
        """(file, line) of every row that is kept out by an error."""
        return {(problem.file, problem.line) for problem in self.problems if not problem.warning}


def name(file: str) -> str:
    """Return the name that messages give to a file of the command line."""
    return _("standard input") if file == STANDARD_INPUT else file


def content(file: str) -> bytes:
    """Return the bytes of a file, `-` for standard input; raises InputError if unreadable or too large."""
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
    """Return what files, given as (name, bytes), have together.

    `own_profiles` is the folder of the user's profiles; `hash_number` makes the keyed hash of an official
    number. A row that repeats another one of any file is rejected. Raises InputError, naming the file, where
    one cannot be read.
    """
    known = profiles.load(resources.profiles(), own_profiles)
    how = reading.Reading(
        options.profile, options.encoding, options.delimiter, bool(options.school), options.type is not None
    )
    read_rows = ReadRows()
    for file, data in contents:
        try:
            opened = reading.open_source(file, data, known, how)
            total = data.count(b"\n") if opened.kind is reading.FileFormat.CSV else None
            opened = replace(opened, rows=_counted(opened.rows, progress.step(_("rows read"), total)))
            defaults = Defaults(options.school, options.type)
            checker = Checker(opened.file, opened.column_map, defaults, hash_number, today)
            _read_rows(opened, options, checker, read_rows)
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
    """Yield the rows, and report progress on the way."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_AT_ONCE == 0:
            done(ROWS_AT_ONCE)


def _read_rows(
    opened: reading.InputFile, options: ImportOptions, checker: Checker, read_rows: ReadRows
) -> None:
    """Check the rows of one file and add what was read to `read_rows`."""
    column_map = opened.column_map
    read_rows.kinds[opened.file] = opened.kind
    for line, cells in opened.rows:
        if line < column_map.line:
            _note_above(opened, line, cells, checker, read_rows)
            continue
        outcome = checker.check(line, cells)
        read_rows.problems += outcome.problems
        read_rows.originals[opened.file, line] = (column_map, cells)
        if outcome.pupil:
            read_rows.rows.append(outcome.pupil)
            continue
        read_rows.skipped += not outcome.rejected
        if not outcome.cancelled:
            read_rows.show(outcome.key, outcome.facts)
    read_rows.notes += notes_on(opened, options, [row for row in read_rows.rows if row.file == opened.file])
    if column_map.unknown:
        read_rows.notes.append(
            _("{file}: columns not used: {columns}").format(
                file=opened.file, columns=", ".join(column_map.unknown)
            )
        )
    if not {"official_number", "bis_number"} & column_map.positions.keys():
        message = _("there is no column with official numbers: pupils without one cannot get an account")
        read_rows.problems.append(
            Problem("no-official-column", message, opened.file, column_map.line or 1, "", warning=True)
        )


def _note_above(
    opened: reading.InputFile, line: int, cells: list[str], checker: Checker, read_rows: ReadRows
) -> None:
    """Reject a row above the header that holds a pupil; a title, or a blank row, is none."""
    outcome = checker.check(line, cells)
    if outcome.pupil or (
        all(outcome.key) and outcome.facts and outcome.facts.naam and outcome.facts.voornaam
    ):
        message = _("a pupil above the header row, which is line {line}").format(line=opened.column_map.line)
        read_rows.problems.append(Problem("row-above-header", message, opened.file, line))
        read_rows.originals[opened.file, line] = (opened.column_map, cells)
        facts = outcome.pupil.facts if outcome.pupil else outcome.facts
        read_rows.show(outcome.pupil.enrolment.key if outcome.pupil else outcome.key, facts)


def notes_on(opened: reading.InputFile, options: ImportOptions, rows: Sequence[PupilRow]) -> list[str]:
    """Return notes for the user on how a file was read, to be checked by eye.

    They tell format and profile, values that the file lacked, and some names with accents.
    """
    notes = [_described(opened)]
    notes += [
        _("{file}: {column} {value} from {origin}").format(
            file=opened.file, column=column, value=value, origin=origin
        )
        for column, value, origin in _supplied(opened, options)
    ]
    unknown = sum(
        not row.enrolment.hoofdstructuur and row.enrolment.type is AccountType.BASIS for row in rows
    )
    if unknown:
        text = plural(
            "{file}: {n} pupil has no hoofdstructuur: whether it is a kleuter is told by the birth date",
            "{file}: {n} pupils have no hoofdstructuur: whether they are kleuters is told by the birth date",
            unknown,
        )
        notes.append(text.format(file=opened.file, n=unknown))
    if names := _accented(rows):
        notes.append(
            _("{file}: names with accents: {names}").format(file=opened.file, names=", ".join(names))
        )
    return notes


def _supplied(opened: reading.InputFile, options: ImportOptions) -> list[tuple[str, str, str]]:
    """Return (column, value, origin) of what profile or command line supply for columns that are missing."""
    present = opened.column_map.positions.keys()
    options_give = {"school": options.school, "type": options.type or ""}
    found = {
        column: (str(value), _("the profile"))
        for column, value in opened.column_map.profile.constants.items()
        if column not in present and not (column == "hoofdstructuur" and ("type" in present or options.type))
    }
    for column, value in options_give.items():
        if value and column not in present and not (column == "type" and "hoofdstructuur" in present):
            found[column] = (str(value), f"--{column}")
    return [(column, *value_and_origin) for column, value_and_origin in found.items()]


def _accented(rows: Sequence[PupilRow]) -> list[str]:
    """Return up to `MOST_NAMES` names with letters outside ASCII, as they were read."""
    names: dict[str, None] = {}
    for row in rows:
        for text in (row.facts.voornaam, row.facts.naam):
            accented = any(character.isalpha() and not character.isascii() for character in text)
            if accented and not any(character.isdigit() for character in text):
                names[text] = None
        if len(names) >= MOST_NAMES:
            break
    return list(names)[:MOST_NAMES]


def _described(opened: reading.InputFile) -> str:
    """Return for the user how a file was read."""
    delimiter = {"\t": "tab"}.get(opened.delimiter, opened.delimiter)
    form = {
        reading.FileFormat.CSV: _("{encoding}, delimiter {delimiter}"),
        reading.FileFormat.XLSX: _("XLSX, sheet {table}"),
        reading.FileFormat.XML: _("XML, {encoding}, rows are {table}"),
    }[opened.kind].format(encoding=opened.encoding, delimiter=delimiter, table=opened.table)
    described = _("{file}: profile {profile}, {form}").format(
        file=opened.file, profile=opened.column_map.profile.name, form=form
    )
    if opened.column_map.line > 1:
        described += _(", header in line {line}").format(line=opened.column_map.line)
    return described
