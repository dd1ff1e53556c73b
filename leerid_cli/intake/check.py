"""Checking the rows of an enrolment file: each becomes a `PupilRow`, or problems (docs/contract.md §5).

Everything is text: nothing turns `007`, `NA` or `1E2` into something else. The rules for spelling (NFC,
characters that nobody sees) are docs/sources.md, "Files and text"; the codes of problems are listed in
docs/formats.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from leerid_cli.i18n import _
from leerid_cli.intake.official import Official, doubts, hint, judge, masked, named, why_wrong
from leerid_cli.intake.profiles import DATE_FORMS, DATES, ColumnMap, plain
from leerid_cli.model.people import AccountType, Enrolment, OfficialState, Status
from leerid_cli.model.plans import PersonFacts
from leerid_cli.model.reports import Problem
from leerid_cli.rules.pupil_status import TYPE_OF_HOOFDSTRUCTUUR
from leerid_cli.tables.cells import CellKind, Typed

SPOILT = "#FOUT!"
"""What a rejects file has instead of a cell with an error or a formula without result."""
# Columns whose values are kept or shown, so they may not hold an official number by mistake.
SHOWN = (
    "stamnummer", "naam", "voornaam", "gender", "klas", "vestigingsplaats",
    "administratieve_groep", "administratieve_groep_omschrijving",
)  # fmt: skip
# Characters of a name, and of another cell.
MAX_NAME = 250
MAX_CELL = 250
# The earliest year of birth.
EARLIEST_BIRTH = 1900
OFFICIAL_COLUMNS = ("official_number", "bis_number")
# Education without LeerID accounts, by hoofdstructuur or its first digit, to explain why a row is rejected.
OUTSIDE = {
    "316": "deeltijds kunstonderwijs",
    "317": "sociale promotie",
    "4": "hoger onderwijs",
}
# A long number as a spreadsheet shows it (1,2E+10): some of its digits are lost.
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-][0-9]{2,}", re.IGNORECASE)
# Soft hyphens, zero-width characters, byte order marks, and characters that change the direction of text.
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A row that can be used: file and line, personal data, enrolment, and the columns that its file has.

    What a file has no column for must not change the register; `columns` are leerid's names of columns.
    `doubts` are the fields that contradict the official number in the row (`intake.official.doubts`).
    """

    file: str
    line: int
    facts: PersonFacts
    enrolment: Enrolment
    columns: frozenset[str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values that the command line supplies for columns that the file lacks (`--school`, `--type`)."""

    school: str = ""
    type: AccountType | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of checking one row: a usable row (`pupil`), or one that is skipped or rejected.

    A row that cannot be used still shows that its pupil is in the school, unless the enrolment was
    `cancelled`. So `key` is its (instellingsnummer, stamnummer), each '' where it cannot be read, and `facts`
    are the personal data in it. `problems` are errors and warnings.
    """

    pupil: PupilRow | None
    problems: tuple[Problem, ...]
    key: tuple[str, str] = ("", "")
    cancelled: bool = False
    facts: PersonFacts | None = None

    @property
    def rejected(self) -> bool:
        """True where an error, not just a warning, keeps the row out."""
        return any(not problem.warning for problem in self.problems)


class Checker:
    """Checks the rows of one file.

    `hash_number` makes the keyed hash of an official number (11 digits); `today` is the latest possible birth
    date.
    """

    def __init__(
        self,
        file: str,
        column_map: ColumnMap,
        defaults: Defaults,
        hash_number: Callable[[str], str],
        today: date,
    ) -> None:
        self.file, self.column_map, self.defaults = file, column_map, defaults
        self.hash_number, self.today = hash_number, today
        self.columns = frozenset(column_map.positions) | column_map.profile.constants.keys()

    def check(self, line: int, cells: Sequence[str]) -> Outcome:
        """Check one row, which is in line `line` of the file; all of its problems are reported."""
        row = _Row(self, line, cells)
        row.check_length()
        if row.problems:
            return Outcome(None, tuple(row.problems), (row.school_of_a_broken_row(), ""))
        facts, enrolment = row.facts(), row.enrolment()
        row.refuse_official_numbers(facts.birth_date)
        key = (
            "" if row.failed("school") else enrolment.school,
            "" if row.failed("stamnummer") else enrolment.stamnummer,
        )
        if any(not problem.warning for problem in row.problems):
            return Outcome(None, tuple(row.problems), key, facts=facts)
        if row.cancelled(enrolment):
            return Outcome(None, (), key, cancelled=True)
        if row.provisional():
            return Outcome(None, (), key, facts=facts)
        pupil = PupilRow(self.file, line, facts, enrolment, self.columns, row.doubts)
        return Outcome(pupil, tuple(row.problems), key)


class _Row:
    """One row while it is checked; collects its problems. `column` is always leerid's name of a column."""

    def __init__(self, checker: Checker, line: int, cells: Sequence[str]) -> None:
        self.checker, self.line, self.cells = checker, line, cells
        self.column_map = checker.column_map
        self.problems: list[Problem] = []
        self.doubts: tuple[str, ...] = ()

    def failed(self, column: str) -> bool:
        """Tell whether an error was found in this column."""
        heading = self.column_map.heading(column)
        return any(problem.column == heading and not problem.warning for problem in self.problems)

    def school_of_a_broken_row(self) -> str:
        """Return the school of a row with too few or too many cells, '' where it is not certain.

        The last cell of a row that was cut short may be incomplete
        (docs/decisions/020-what-a-cut-row-says.md).
        """
        position = self.column_map.positions.get("school")
        if position is None:
            return self.supplied_school()
        complete = self.cells[position].strip() if position < len(self.cells) - 1 else ""
        return complete if re.fullmatch(r"[0-9]{6}", complete) else ""

    def problem(self, column: str, code: str, message: str, *, warning: bool = False) -> None:
        heading = self.column_map.heading(column) if column else ""
        self.problems.append(Problem(code, message, self.checker.file, self.line, heading, warning))

    def check_length(self) -> None:
        """Report a row with fewer or more cells than the header."""
        have, want = len(self.cells), len(self.column_map.header)
        while want and not self.column_map.header[want - 1].strip():
            want -= 1  # a separator at the end of the header is no column
        if have < want:
            message = _("{have} cells where the header has {want}; from column {column} on they are missing")
            heading = self.column_map.header[have].strip()
            text = message.format(have=have, want=want, column=heading)
            self.problems.append(Problem("row-length", text, self.checker.file, self.line, heading))
        elif any(cell.strip() for cell in self.cells[want:]):
            message = _("{have} cells where the header has {want}; is a delimiter part of a value?")
            self.problem(self.shifted_date(), "row-length", message.format(have=have, want=want))

    def shifted_date(self) -> str:
        """Return the first column of dates that has something else, '' where none has.

        A delimiter in a value before it has moved the cells.
        """
        columns = sorted(
            (self.column_map.positions[column], column)
            for column in DATES
            if column in self.column_map.positions
        )
        forms = [DATE_FORMS[form][0] for form in self.column_map.profile.date_forms]
        for position, column in columns:
            text = self.cells[position].strip()
            if text and not any(form.fullmatch(text) for form in forms):
                return column
        return ""

    def supplied_school(self) -> str:
        """Return the school of a file that has no such column: of the command line, else of the profile."""
        return self.checker.defaults.school or self.column_map.profile.constants.get("school", "")

    def original(self, column: str) -> str:
        """Return a cell as the file has it, '' where it has no such column."""
        position = self.column_map.positions.get(column)
        return "" if position is None else self.cells[position]

    def cell(self, column: str) -> str:
        """Return the value of a column, without blanks around it, translated or supplied by the profile."""
        if column not in self.column_map.positions:
            return self.column_map.profile.constants.get(column, "")
        cell = self.original(column)
        failed = isinstance(cell, Typed) and cell.kind in (CellKind.ERROR, CellKind.FORMULA)
        if failed or cell.strip() == SPOILT:
            self.problem(column, "cell-error", _("this cell holds an error or a formula without result"))
            return ""
        text = cell.strip()
        values = self.column_map.profile.values.get(column)
        return values.get(plain(text), text) if values else text

    def text(self, column: str, longest: int = MAX_CELL) -> str:
        """Return a cell as the register keeps it: as NFC, without characters that nobody sees."""
        cell = self.original(column)
        if isinstance(cell, Typed) and cell.kind in (CellKind.DATE, CellKind.BOOL):
            self.problem(column, "cell-type", _("the spreadsheet made a date or true/false of this text"))
            return ""
        raw = self.cell(column)
        if len(raw) > 4 * longest:  # too long, however many characters nobody sees
            return self.too_long(column, raw, longest)
        if raw.isascii() and raw.isprintable():  # a shortcut for most cells: there is nothing to leave out
            return self.too_long(column, raw, longest) if len(raw) > longest else raw
        kept = unicodedata.normalize("NFC", _without_unseen(raw)).strip()
        if kept != unicodedata.normalize("NFC", raw):
            self.problem(column, "unseen-characters", _("invisible characters were left out"), warning=True)
        return self.too_long(column, kept, longest) if len(kept) > longest else kept

    def too_long(self, column: str, text: str, longest: int) -> str:
        """Report a value that is too long, and return ''."""
        message = _("{length} characters, at most {most} are read")
        self.problem(column, "too-long", message.format(length=len(text), most=longest))
        return ""

    def facts(self) -> PersonFacts:
        """Return the personal data in the row, with '' or None for what cannot be used."""
        naam, voornaam = self.text("naam", MAX_NAME), self.text("voornaam", MAX_NAME)
        if not naam and not voornaam and not any(p.code == "too-long" for p in self.problems):
            self.problem("naam", "no-name", _("neither naam nor voornaam is filled in"))
        birth_date = self.date("birth_date")
        if birth_date and not date(EARLIEST_BIRTH, 1, 1) <= birth_date <= self.checker.today:
            self.problem("birth_date", "birth-date", _("this birth date is not possible"))
        official = self.official(birth_date, naam, voornaam)
        hashed = self.checker.hash_number(official.digits) if official.digits else ""
        gender = self.text("gender")
        self.doubts = doubts(official, gender)
        return PersonFacts(naam, voornaam, birth_date, gender, official.state, hashed)

    def official(self, birth_date: date | None, naam: str, voornaam: str) -> Official:
        """Return the checked official number; a warning names the pupil where there is none or a wrong one."""
        column, raw = self.official_cell()
        official = judge(raw, birth_date)
        if not column:
            return official
        if official.state is OfficialState.MISSING:
            message = _("no official number: this pupil cannot get an account yet")
            pupil = named(naam, voornaam, self.original("stamnummer"))
            text = _("{pupil}: {why}").format(pupil=pupil, why=message)
            self.problem(column, "official-missing", text, warning=True)
        elif official.state is OfficialState.INVALID:
            message = _("the official number {hint} is wrong ({why}): this pupil cannot get an account yet")
            wrong = message.format(hint=hint(raw), why=why_wrong(official.reason))
            pupil = named(naam, voornaam, self.original("stamnummer"))
            text = _("{pupil}: {why}").format(pupil=pupil, why=wrong)
            self.problem(column, official.reason, text, warning=True)
        elif official.repaired:
            message = _("leading zeros were put back before the official number {hint}")
            text = message.format(hint=hint(raw))
            self.problem(column, "official-zeros", text, warning=True)
        return official

    def official_cell(self) -> tuple[str, str]:
        """Return column and value of the rijksregisternummer, or of the bisnummer where that is empty.

        Both are '' where the file has neither column.
        """
        present = [column for column in OFFICIAL_COLUMNS if column in self.column_map.positions]
        found = [(column, self.cell(column)) for column in present]
        filled = [(column, text) for column, text in found if re.sub(r"[\s.0-]", "", text)]
        return (filled or found or [("", "")])[0]

    def refuse_official_numbers(self, birth_date: date | None) -> None:
        """Report an official number in a column of `SHOWN`: that column has the wrong heading."""
        for column in SHOWN:
            cell = self.original(column).strip()
            digits = re.sub(r"[ .-]", "", cell)
            if re.fullmatch("[0-9]{11}", digits) and judge(cell, birth_date).state is OfficialState.VALID:
                message = _("this is an official number: the column has the wrong heading")
                self.problem(column, "official-number-here", message)

    def enrolment(self) -> Enrolment:
        """Return the enrolment in the row, with '' or None for what cannot be used."""
        hoofdstructuur = self.text("hoofdstructuur")
        begin, end = self.date("begin"), self.date("end")
        if begin and end and end < begin:
            self.problem("end", "end-before-begin", _("the end lies before the begin"))
        return Enrolment(
            school=self.school(),
            stamnummer=self.stamnummer(),
            hoofdstructuur=hoofdstructuur,
            type=self.type(hoofdstructuur),
            vestigingsplaats=self.text("vestigingsplaats"),
            administratieve_groep=self.text("administratieve_groep"),
            administratieve_groep_omschrijving=self.text("administratieve_groep_omschrijving"),
            klas=self.text("klas"),
            begin=begin,
            end=end,
        )

    def school(self) -> str:
        """Return the instellingsnummer."""
        if "school" not in self.column_map.positions:
            return self.supplied_school()
        number = self.cell("school")
        # Software that takes it for a number drops its leading zero.
        number = number.zfill(6) if re.fullmatch(r"[0-9]{5}", number) else number
        if not re.fullmatch(r"[0-9]{6}", number):
            self.problem("school", "school", _("an instellingsnummer has six digits"))
        return number

    def stamnummer(self) -> str:
        """Return the stamnummer; one that could not be part of a pupil id is reported."""
        number = self.text("stamnummer", 30)
        if not number:
            self.problem("stamnummer", "no-stamnummer", _("the stamnummer is empty"))
        elif self.lost_digits(number):
            self.problem(
                "stamnummer", "number-form", _("a spreadsheet cut this number short: make the column text")
            )
        elif not re.fullmatch(r"[^\s/,;]+", number):
            message = _("a stamnummer holds no blank, comma, semicolon or slash")
            self.problem("stamnummer", "stamnummer", message)
        return number

    def lost_digits(self, number: str) -> bool:
        """Tell whether a spreadsheet took digits from a number; a text such as 1E2 may be a stamnummer."""
        cell = self.original("stamnummer")
        if isinstance(cell, Typed) and cell.kind is CellKind.NUMBER:
            return not re.fullmatch("[0-9]+", number)
        return _SCIENTIFIC.fullmatch(number) is not None

    def type(self, hoofdstructuur: str) -> AccountType:
        """Return the account type of the row.

        It comes from the columns `type` and `hoofdstructuur` in the order of the profile, else from the
        command line, else from the profile's constants.
        """
        order = self.column_map.profile.type_from
        named = self.cell("type").lower() if "type" in self.column_map.positions else ""
        if hoofdstructuur and not (named and order[0] == "type") and "hoofdstructuur" in order:
            return self.type_of(hoofdstructuur)
        if named and "type" in order:
            return self.type_named(named)
        if self.checker.defaults.type:
            return self.checker.defaults.type
        if "type" in self.column_map.positions and "type" in order:
            return self.type_named(named)
        constant = self.column_map.profile.constants.get("type")
        return AccountType(constant) if constant else self.type_of(hoofdstructuur)

    def type_named(self, named: str) -> AccountType:
        """Return the account type that the column `type` names."""
        if named in list(AccountType):
            return AccountType(named)
        self.problem("type", "type", _("the type is basis or gevorderd"))
        return AccountType.BASIS

    def type_of(self, hoofdstructuur: str) -> AccountType:
        """Return the account type of a hoofdstructuur; one without LeerID accounts is reported."""
        found = TYPE_OF_HOOFDSTRUCTUUR.get(hoofdstructuur)
        if found is None:
            self.problem("hoofdstructuur", "hoofdstructuur", _outside(hoofdstructuur))
        return found or AccountType.BASIS

    def date(self, column: str) -> date | None:
        """Return the date in a column, None where it is empty or not written in a form of the profile."""
        text = self.cell(column)
        if not text:
            return None
        cell = self.original(column)
        as_date = isinstance(cell, Typed) and cell.kind is CellKind.DATE
        for form in ("YYYY-MM-DD",) if as_date else self.column_map.profile.date_forms:
            if (match := DATE_FORMS[form][0].fullmatch(text)) and (day := _day(match)):
                return day
        forms = " or ".join(self.column_map.profile.date_forms)
        self.problem(
            column, "date", _("this is not a date; it must be written as {forms}").format(forms=forms)
        )
        return None

    @staticmethod
    def cancelled(enrolment: Enrolment) -> bool:
        """Tell whether an enrolment was cancelled: it ends on the day on which it begins."""
        return enrolment.begin is not None and enrolment.begin == enrolment.end

    def provisional(self) -> bool:
        """Tell whether to skip the row: the enrolment is provisional, or leerid exported it as not active.

        The second is the column `status` of `leerid export`, with `suspended` or `left`.
        """
        provisional = self.cell("provisional").lower() in ("1", "true", "ja")
        return provisional or self.cell("status").lower() in (Status.SUSPENDED, Status.LEFT)


def _without_unseen(text: str) -> str:
    """Return a text without characters that nobody sees; tabs and line breaks become a blank."""
    text = _UNSEEN.sub("", re.sub(r"[\t\r\n\v\f\u2028\u2029]+", " ", text))
    return "".join(character for character in text if unicodedata.category(character) not in ("Cc", "Cs"))


def _day(match: re.Match[str]) -> date | None:
    """Return the date that was matched, None where there is no such day."""
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _outside(hoofdstructuur: str) -> str:
    """Return for the user why a hoofdstructuur makes no account."""
    if not hoofdstructuur:
        return _("the hoofdstructuur is empty")
    name = OUTSIDE.get(hoofdstructuur) or OUTSIDE.get(hoofdstructuur[:1])
    known = ", ".join(TYPE_OF_HOOFDSTRUCTUUR)
    text = _("hoofdstructuur {code} has no LeerID accounts; known: {known}").format(
        code=masked(hoofdstructuur), known=known
    )
    return f"{text} ({name})" if name else text


def unique(rows: Iterable[PupilRow]) -> tuple[list[PupilRow], list[Problem]]:
    """Return the rows that do not repeat another's school, stamnummer and begin; a problem for each other.

    The first row in the files is kept. Why: docs/decisions/004-duplicate-rows-are-rejected.md.
    """
    seen: dict[tuple[str, str, date | None], PupilRow] = {}
    problems = []
    for row in rows:
        first = seen.setdefault((*row.enrolment.key, row.enrolment.begin), row)
        if first is not row:
            message = _("the same school, stamnummer and begin as line {line} of {file}")
            text = message.format(line=first.line, file=first.file)
            problems.append(Problem("duplicate-row", text, row.file, row.line, "stamnummer"))
    return list(seen.values()), problems
