"""The members of the ZIP (docs/contract.md §8): accounts, workbook, folders, writing and reading them back."""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from leerid_cli.batches.files import digest
from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.intake import bundled_accounts
from leerid_cli.model.cards import Card
from leerid_cli.model.choices import Split
from leerid_cli.model.people import PasswordKind
from leerid_cli.tables import workbook

ACCOUNTS = bundled_accounts.MEMBER
WORKBOOK = "leerid-accounts.xlsx"
NO_CLASS = "zonder-klas"
HEADER = (
    "Stamnummer",
    "Administratieve groep",
    "Achternaam",
    "Voornaam",
    "LeerID Gebruikersnaam",
    "LeerID Wachtwoord",
    "Klas",
    "Instellingsnummer",
    "Accounttype",
    "Wachtwoordsoort",
    "URL",
    "Opmerking",
)
_KINDS = {
    PasswordKind.WORD: "woord",
    PasswordKind.PICTURE: "afbeelding",
    PasswordKind.TEMPORARY: "tijdelijk",
}
_REMARKS = {
    PasswordKind.WORD: "",
    PasswordKind.PICTURE: "De prenten zelf staan op de kaartjes (pdf), in deze volgorde.",
    PasswordKind.TEMPORARY: "Tijdelijk: bij de eerste aanmelding te wijzigen in minstens 12 tekens.",
}


class ByteSink(Protocol):
    """A file that can only be written from front to back; the ZIP is written to one."""

    def write(self, data: bytes, /) -> int:
        """Add bytes at the end and return how many."""

    def flush(self) -> None:
        """Write what is buffered."""


def folders(cards: Sequence[Card], split: Split | None) -> dict[str, list[Card]]:
    """Return the cards by their folder in the ZIP: '' without `split`, else such as `030569/` or `030569/1A/`.

    In the name of a folder, characters other than letters, digits, dots and hyphens become hyphens. If two
    folders would then have one name, in any case as on Windows, the second gets a number.
    """
    groups: dict[tuple[str, ...], list[Card]] = {}
    for card in cards:
        key = {None: (), Split.SCHOOL: (card.school,), Split.CLASS: (card.school, card.klas)}[split]
        groups.setdefault(key, []).append(card)
    named: dict[str, list[Card]] = {}
    taken: set[str] = set()
    for key, group in groups.items():
        path = "".join(f"{_safe(part)}/" for part in key)
        number, name = 2, path
        while name.casefold() in taken:
            name, number = f"{path[:-1]}-{number}/", number + 1
        taken.add(name.casefold())
        named[name] = group
    return named


def _safe(name: str) -> str:
    """Return a name that every operating system allows for a folder, NO_CLASS where nothing is left of it.

    Windows reserves names such as `con` and `lpt1`.
    """
    letters = "".join(
        character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character)
    )
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", letters).lstrip(".-")[:40].rstrip(".-")
    if not plain:
        return NO_CLASS
    return f"_{plain}" if re.fullmatch(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", plain) else plain


def account_records(cards: Sequence[Card]) -> list[dict[str, str | bool]]:
    """Return the accounts as they stand in ACCOUNTS, one a card; passwords are in clear."""
    return [_account_record(card) for card in cards]


def _account_record(card: Card) -> dict[str, str | bool]:
    return {
        "school": card.school,
        "stamnummer": card.stamnummer,
        "naam": card.naam,
        "voornaam": card.voornaam,
        "klas": card.klas,
        "type": card.type.value,
        "username": card.username,
        "password_kind": card.credential.kind.value,
        "password": card.credential.text,
        "url": card.url,
        "must_change": card.must_change,
    }


def make_accounts(records: Sequence[Mapping[str, str | bool]]) -> bytes:
    """Return the content of ACCOUNTS: JSON with one account a line, the first on line 2, as in the workbook."""
    head = f'{{"schema_version": {bundled_accounts.SCHEMA_VERSION}, "accounts": ['
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return f"{head}\n{lines}\n]}}\n".encode()


def workbook_rows(cards: Sequence[Card]) -> list[list[str]]:
    """Return the rows of the workbook, one a card, with the columns of `HEADER`; passwords are in clear."""
    return [
        [
            card.stamnummer,
            card.administratieve_groep,
            card.naam,
            card.voornaam,
            card.username,
            card.credential.text,
            card.klas,
            card.school,
            card.type.value,
            _KINDS[card.credential.kind],
            card.url,
            _REMARKS[card.credential.kind],
        ]
        for card in cards
    ]


def make_workbook(rows: Sequence[Sequence[str]], made: datetime) -> bytes:
    """Return the workbook as the bytes of an XLSX file; `rows` are those of `workbook_rows`."""
    return workbook.write("LeerID-accounts", HEADER, rows, made)


class Packer:
    """A ZIP that is written from front to back; all members get the date `made`."""

    def __init__(self, archive: zipfile.ZipFile, made: datetime) -> None:
        self._archive, self._made = archive, made

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """Yield a file to write the contents of a new member to; end one member before the next begins."""
        entry = zipfile.ZipInfo(name, self._made.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._archive.open(entry, "w") as member:
            yield member

    def add(self, name: str, content: bytes) -> None:
        """Write a new member as a whole."""
        with self.member(name) as member:
            member.write(content)


@contextmanager
def packing(out: ByteSink, made: datetime) -> Iterator[Packer]:
    """Yield a ZIP to add members to, and complete it after the block.

    The same members and `made` always give the same bytes.
    """
    with zipfile.ZipFile(out, "w") as archive:  # type: ignore[call-overload]
        yield Packer(archive, made)


def read_back(
    path: Path,
    sha256: str,
    records: Sequence[Mapping[str, str | bool]],
    rows: Mapping[str, Sequence[Sequence[str]]],
    pages: Mapping[str, int],
    page_count: Callable[[bytes], int],
) -> None:
    """Compare a staged ZIP with what was to be written; raises StorageError where something differs.

    `sha256` is the expected digest in hexadecimal; `records` are the accounts in ACCOUNTS, `rows` the rows of each
    workbook without header, and `pages` the number of pages of each PDF, these two by name in the ZIP. `page_count`
    counts the pages of a PDF.
    """
    if digest(path) != sha256:
        raise _not_as_written(path)
    with zipfile.ZipFile(path) as archive:
        sound = (
            sorted(archive.namelist()) == sorted((ACCOUNTS, *pages, *rows))
            and json.loads(archive.read(ACCOUNTS))["accounts"] == records
            and all(page_count(archive.read(name)) == pages[name] for name in pages)
            and all(
                workbook.read(archive.read(name))[1:] == [list(row) for row in rows[name]] for name in rows
            )
        )
    if not sound:
        raise _not_as_written(path)


def _not_as_written(path: Path) -> StorageError:
    return StorageError(
        _("the ZIP in {folder} does not read back as it was written").format(folder=path.parent),
        _("no account was made and no password changed; give --output PATH on another disk"),
    )
