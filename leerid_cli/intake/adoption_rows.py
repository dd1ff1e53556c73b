"""Reading files of accounts that exist already: the Schoolloket workbook, the same as CSV, a ZIP of leerid.

The columns are docs/sources.md, "The workbook of the Schoolloket"; they may be in any order, and others are
ignored. Rows are only read here; `intake.adoption_plan` decides what is taken over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake import reading
from leerid_cli.intake.profiles import SECRET_COLUMNS, plain
from leerid_cli.model.reports import Problem
from leerid_cli.tables import archive, csvtext, xlsx
from leerid_cli.tables.limits import MAX_LIST_BYTES

# What a file may call a column, by leerid's name for it.
ALIASES = {
    "stamnummer": ("Stamnummer", "Stamboeknummer", "Stamnr"),
    "naam": ("Achternaam", "Naam", "Familienaam"),
    "voornaam": ("Voornaam",),
    "username": ("LeerID Gebruikersnaam", "Gebruikersnaam", "Username"),
    "password": SECRET_COLUMNS,
    "school": ("Instellingsnummer",),
    "type": ("Accounttype", "Type"),
    "kind": ("Wachtwoordsoort",),
    "url": ("URL",),
}
NEEDED = ("stamnummer", "username")
BUNDLED_WORKBOOK = "leerid-accounts.xlsx"
# A ZIP with this member is a workbook.
_WORKBOOK_MARK = "[Content_Types].xml"
# How an XLS file, or a workbook with a password, begins.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
# The header must be among so many first lines.
_HEADER_WITHIN = 10

Line = tuple[int, list[str]]
"""(line number, cells)."""


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """One row of a file: file and line, its cells, and the headings of the file.

    Cells and headings are by leerid's name of the column. The cells are left out of `repr`, because one of
    them may be a password.
    """

    file: str
    line: int
    cells: Mapping[str, str] = field(repr=False)
    headings: Mapping[str, str]

    def cell(self, column: str) -> str:
        """Return a cell, '' where the file has no such column."""
        return self.cells.get(column, "")

    def problem(self, column: str, code: str, message: str, *, warning: bool = False) -> Problem:
        """Return a problem in a column of this row; `message` is for the user and contains no password."""
        heading = self.headings.get(column, ALIASES[column][0])
        return Problem(code, message, self.file, self.line, heading, warning)


def read(file: str, data: bytes, encoding: str | None) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows of a file, and a problem for each row that cannot be read.

    `encoding` is the one that the user named, None: find out. Raises InputError, whose message does not name
    the file, where the file as a whole cannot be read.
    """
    if data.startswith(_OLD_OFFICE):
        raise InputError(
            _("this is an old XLS file, or a workbook with a password"),
            _("save it as XLSX without a password"),
        )
    if not data.startswith(b"PK"):
        return _rows(file, _csv_lines(data, encoding))
    if _WORKBOOK_MARK in archive.names(data):
        return _rows(file, _sheet(data))
    return _bundle(file, data)


def _bundle(file: str, data: bytes) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows of every workbook in a ZIP of leerid: there is one, or one in each folder."""
    books = archive.members(data, lambda name: name.rsplit("/", 1)[-1] == BUNDLED_WORKBOOK)
    if not books:
        raise InputError(
            _("the ZIP holds no {name}").format(name=BUNDLED_WORKBOOK),
            _(
                "give a bundle of `leerid bulk-create`, or the workbook itself; one of `leerid create` has none"
            ),
        )
    rows: list[AdoptionRow] = []
    problems: list[Problem] = []
    for name, book in books.items():
        found = _rows(f"{file}/{name}", _sheet(book))
        rows += found[0]
        problems += found[1]
    return rows, problems


def _sheet(data: bytes) -> list[Line]:
    """Return the lines of a workbook's first sheet; raises InputError where it cannot be read.

    Blank cells at the end of a row are not stored in a sheet, so rows are filled up to the longest of those
    that may be the header.
    """
    rows = xlsx.read(data)[0].rows
    width = max((len(cells) for _line, cells in rows[:_HEADER_WITHIN]), default=0)
    return [(line, cells + [""] * (width - len(cells))) for line, cells in rows]


def _csv_lines(data: bytes, encoding: str | None) -> list[Line]:
    """Return the lines of a CSV, under the delimiter with which most columns of its header are known."""
    if len(data) > MAX_LIST_BYTES:
        raise InputError(
            _("the file is larger than {most} MiB").format(most=MAX_LIST_BYTES >> 20),
            _("give a part of it at a time"),
        )
    text, _used = reading.decode(data, encoding)
    delimiter = max(csvtext.DELIMITERS, key=lambda delimiter: _known_columns(text, delimiter))
    return csvtext.bounded(text, delimiter)


def _known_columns(text: str, delimiter: str) -> int:
    """Return how many columns of the header are known, 0 where the text is not CSV under this delimiter."""
    try:
        lines = list(islice(csvtext.rows(text, delimiter), _HEADER_WITHIN))
    except InputError:
        return 0
    return max((len(_positions(cells)) for _line, cells in lines), default=0)


_MEANINGS = {plain(alias): column for column, aliases in ALIASES.items() for alias in aliases}


def _positions(header: Sequence[str]) -> dict[str, int]:
    """Return the position of each known column, by leerid's name; of two with one meaning, the first."""
    positions: dict[str, int] = {}
    for position, heading in enumerate(header):
        if column := _MEANINGS.get(plain(heading)):
            positions.setdefault(column, position)
    return positions


def _rows(file: str, lines: Iterable[Line]) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows below the header, and problems; raises InputError where there is no header."""
    filled = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    for index, (_line, header) in enumerate(filled[:_HEADER_WITHIN]):
        positions = _positions(header)
        if all(column in positions for column in NEEDED):
            return _rows_below(file, header, positions, filled[index + 1 :])
    needed = "; ".join(f"{ALIASES[column][0]} ({', '.join(ALIASES[column][1:])})" for column in NEEDED)
    raise InputError(
        _("there is no header with the needed columns: {columns}").format(columns=needed),
        _("give the workbook that the Schoolloket made, or a CSV with these headings"),
    )


def _rows_below(
    file: str, header: list[str], positions: Mapping[str, int], body: Iterable[Line]
) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows of the lines below a header, and a problem for each line of another length."""
    headings = {column: header[position].strip() for column, position in positions.items()}
    width = max(index for index, heading in enumerate(header) if heading.strip()) + 1
    rows, problems = [], []
    for line, cells in body:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            message = _("{have} cells where the header has {want}").format(have=len(cells), want=width)
            problems.append(Problem("row-length", message, file, line))
            continue
        named = {column: _text(cells[position]) for column, position in positions.items()}
        rows.append(AdoptionRow(file, line, named, headings))
    return rows, problems


def _text(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def whole_number(text: str) -> str:
    """Return `1204871` for `1204871.0`, as some spreadsheets store a number; other text as it is."""
    return re.sub(r"^([0-9]+)\.0+$", r"\1", text)
