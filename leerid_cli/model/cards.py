"""What one child receives on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from leerid_cli.model.people import AccountType, PasswordKind


@dataclass(frozen=True, slots=True)
class Pictogram:
    """One picture of a picture password: a stable two-character code, category, Dutch word, icon file."""

    code: str
    category: str
    word: str
    icon: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A password in clear text, the only type that may hold one; its `repr` hides it.

    `text` is what stands in the workbook (a picture password as its eight words with single
    blanks), `pictures` the eight pictograms of a picture password in category order.
    """

    kind: PasswordKind
    text: str
    pictures: tuple[Pictogram, ...] = ()

    def __repr__(self) -> str:
        return f"Credential({self.kind.value}, hidden)"


@dataclass(frozen=True, slots=True)
class Logo:
    """A school's logo as the data address of a PNG, and its width divided by its height."""

    source: str = field(repr=False)
    ratio: float


@dataclass(frozen=True, slots=True)
class Card:
    """What one child receives on paper, and nothing more.

    `language` is one of `resources.card_languages()`.
    """

    school: str
    school_name: str
    administratieve_groep: str
    klas: str
    naam: str
    voornaam: str
    stamnummer: str
    username: str
    url: str
    type: AccountType
    credential: Credential
    issued: date
    language: str = "nl"
    contact: str = ""
    logo: Logo | None = None
