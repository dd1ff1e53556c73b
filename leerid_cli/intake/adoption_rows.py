"""The rows of files of accounts that exist already: finding their columns, and the mistakes of a row by itself.

The columns are docs/sources.md, "The workbook of the Schoolloket"; they may be in any order, and others are
ignored. `intake/adoption_files.py` opens the files; `intake.adoption_plan` decides what is taken over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake.profiles import SECRET_COLUMNS, plain
from leerid_cli.model.reports import Problem

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
# The header must be among so many first lines.
HEADER_WITHIN = 10

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

    @property
    def school(self) -> str:
        """The instellingsnummer, with the leading zero that software drops which takes it for a number."""
        number = _whole_number(self.cell("school"))
        return number.zfill(6) if re.fullmatch(r"[0-9]{5}", number) else number

    @property
    def stamnummer(self) -> str:
        """The stamnummer, also where a spreadsheet stored it as a number."""
        return _whole_number(self.cell("stamnummer"))

    def problem(self, column: str, code: str, message: str, *, warning: bool = False) -> Problem:
        """Return a problem in a column of this row; `message` is for the user and contains no password."""
        heading = self.headings.get(column, ALIASES[column][0])
        return Problem(code, message, self.file, self.line, heading, warning)


_MEANINGS = {plain(alias): column for column, aliases in ALIASES.items() for alias in aliases}


def column_positions(header: Sequence[str]) -> dict[str, int]:
    """Return the position of each known column, by leerid's name; of two with one meaning, the first."""
    positions: dict[str, int] = {}
    for position, heading in enumerate(header):
        if column := _MEANINGS.get(plain(heading)):
            positions.setdefault(column, position)
    return positions


def rows_below_header(file: str, lines: Iterable[Line]) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows below the header, and problems; raises InputError where there is no header."""
    filled = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    for index, (_line, header) in enumerate(filled[:HEADER_WITHIN]):
        positions = column_positions(header)
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


def _whole_number(text: str) -> str:
    """Return `1204871` for `1204871.0`, as some spreadsheets store a number; other text as it is."""
    return re.sub(r"^([0-9]+)\.0+$", r"\1", text)
