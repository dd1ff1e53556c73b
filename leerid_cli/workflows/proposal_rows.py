"""Reads the rows of an edited proposal file (`bulk-create --apply`) and checks them without the register.

`proposal_files.py` compares them with the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leerid_cli.errors import InputError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.intake import input_files
from leerid_cli.intake.reading import decode
from leerid_cli.model.people import PasswordKind
from leerid_cli.model.requests import AccountRequest
from leerid_cli.tables import csvtext, xlsx
from leerid_cli.tables.limits import MAX_LIST_BYTES

IDENTITY = ("school", "stamnummer", "naam", "voornaam", "administratieve_groep", "klas", "type")


EDITABLE = ("username", "password_kind", "password")


COLUMNS = (*IDENTITY, *EDITABLE)


LANGUAGE = "card_language"
"""An optional column: the language of the pupil's card. An empty cell means that of the command."""


@dataclass(frozen=True, slots=True, repr=False)
class ProposalRow:
    """One row of an edited proposal file: its line number and its cells by column; it may hold a password."""

    number: int
    cells: dict[str, str]

    @property
    def school(self) -> str:
        """The instellingsnummer, with the leading zero that a spreadsheet may have removed."""
        return self.cells["school"].strip().zfill(6)

    def request(self, languages: Sequence[str]) -> AccountRequest:
        """Return what the row asks for; `languages` are the codes of the languages that a card can have.

        Raises RefusedError for an empty username, and an unknown kind of password or language.
        """
        username, kind = self.cells["username"].strip(), self.cells["password_kind"].strip().lower()
        if not username:
            raise RefusedError(_("the username is empty"))
        if kind not in list(PasswordKind):
            raise RefusedError(
                _("the password kind is one of: {kinds}").format(kinds=", ".join(list(PasswordKind)))
            )
        language = self.cells[LANGUAGE].strip().lower()
        if language and language not in languages:
            raise RefusedError(
                _("{name} is none of the languages of a card: {known}").format(
                    name=language, known=", ".join(languages)
                )
            )
        password = self.cells["password"] or None
        return AccountRequest(username, PasswordKind(kind), password=password, card_language=language)


def read(file: Path) -> list[ProposalRow]:
    """Return the rows of a proposal file.

    Raises InputError where it cannot be read, is too large, lacks a column or has no row.
    """
    data = input_files.content(str(file))
    try:
        table = _workbook(data) if data.startswith(b"PK") else _csv(data)
    except InputError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from error
    header = [name.strip().lower() for name in table[0][1]] if table else []
    if missing := [name for name in COLUMNS if name not in header]:
        raise InputError(
            _("{file} is no plan: the column {column} is missing").format(file=file, column=missing[0]),
            _("make one with bulk-create --plan"),
        )
    _refuse_doubled(file, header)
    lines = [
        ProposalRow(number, dict.fromkeys((*COLUMNS, LANGUAGE), "") | dict(zip(header, cells, strict=False)))
        for number, cells in table[1:]
        if any(cell.strip() for cell in cells)
    ]
    if not lines:
        raise InputError(_("{file}: there is no row in it").format(file=file))
    return lines


def _refuse_doubled(file: Path, header: Sequence[str]) -> None:
    """Raise InputError where two columns have the same name: nobody can say which of them is meant."""
    for name in (*COLUMNS, LANGUAGE):
        places = [str(place) for place, heading in enumerate(header, 1) if heading == name]
        if len(places) > 1:
            raise InputError(
                _("{file}: {column} is the heading of several columns: {places}").format(
                    file=file, column=name, places=", ".join(places)
                ),
                _("remove all but one of them"),
            )


def _workbook(data: bytes) -> list[tuple[int, list[str]]]:
    return [(line, [str(cell) for cell in cells]) for line, cells in xlsx.read(data)[0].rows]


def _csv(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > MAX_LIST_BYTES:
        raise InputError(_("the file is larger than {most} MiB").format(most=MAX_LIST_BYTES >> 20))
    text, _encoding = decode(data, None)
    text = text.lstrip("\ufeff")
    head = text.partition("\n")[0]
    return csvtext.bounded(text, max(csvtext.DELIMITERS, key=head.count))
