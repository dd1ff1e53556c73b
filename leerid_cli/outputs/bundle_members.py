"""The members of the ZIP (contract §8)."""

from __future__ import annotations

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
from leerid_cli.model.cards import Card
from leerid_cli.model.choices import Split
from leerid_cli.model.people import PasswordKind
from leerid_cli.tables import workbook

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
    """What a ZIP is written to, never going back."""

    def write(self, data: bytes, /) -> int:
        """Add bytes at the end and return how many."""

    def flush(self) -> None:
        """Write out what was held back."""


def folders(cards: Sequence[Card], split: Split | None) -> dict[str, list[Card]]:
    """Return the cards by the folder they go to, '' where the bundle has none, else `030569/` or `030569/1A/`.

    What a class name holds beside letters, digits, dots and hyphens becomes a hyphen; two names that
    would then be one folder, on Windows too, get a number.
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
    """Return a name that every system can have for a folder."""
    letters = "".join(
        character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character)
    )
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", letters).lstrip(".-")[:40].rstrip(".-")
    if not plain:
        return NO_CLASS
    return f"_{plain}" if re.fullmatch(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", plain) else plain


def workbook_rows(cards: Sequence[Card]) -> list[list[str]]:
    """Return the rows of the workbook under `HEADER`, passwords included."""
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
    """Return the workbook of the accounts, of what `workbook_rows` gave."""
    return workbook.write("LeerID-accounts", HEADER, rows, made)


class Packer:
    """A ZIP that is written from front to back, its members dated with the moment the batch was made."""

    def __init__(self, archive: zipfile.ZipFile, made: datetime) -> None:
        self._archive, self._made = archive, made

    @contextmanager
    def member(self, name: str) -> Iterator[IO[bytes]]:
        """Yield what the contents of a member are written to."""
        entry = zipfile.ZipInfo(name, self._made.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._archive.open(entry, "w") as member:
            yield member


@contextmanager
def packing(out: ByteSink, made: datetime) -> Iterator[Packer]:
    """Yield a ZIP to add members to; the same members give the same bytes."""
    with zipfile.ZipFile(out, "w") as archive:  # type: ignore[call-overload]
        yield Packer(archive, made)


def read_back(
    path: Path,
    sha256: str,
    rows: Mapping[str, Sequence[Sequence[str]]],
    pages: Mapping[str, int],
    page_count: Callable[[bytes], int],
) -> None:
    """Read a staged ZIP back; raises StorageError where its sum is not `sha256`, or it is not what was meant.

    `rows` are the rows of each workbook without header, `pages` the pages of each PDF as `page_count`
    counts them, both by the name in the ZIP.
    """
    if digest(path) != sha256:
        raise _not_as_written(path)
    with zipfile.ZipFile(path) as archive:
        sound = (
            set(archive.namelist()) == pages.keys() | rows.keys()
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
