"""A password in clear, and the card that one child receives on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from leerid_cli.model.people import AccountType, PasswordKind


@dataclass(frozen=True, slots=True)
class Pictogram:
    """One picture of a picture password, a row of `pictograms/catalogue.csv`.

    `code` is two characters that never change, for they are what is hashed; `word` is Dutch; `icon` is the
    name of the image; `aliases` are former words, still accepted because older cards show them.
    """

    code: str
    category: str
    word: str
    icon: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A password in clear; its `repr` hides it.

    docs/design.md, "Where is an account made, and where is a password in clear?" lists where else. `text` is what
    the workbook shows: the password, or the eight words of a picture password with single blanks. `pictures`
    are the eight pictograms of a picture password in the order of the categories, and empty for other kinds.
    """

    kind: PasswordKind
    text: str
    pictures: tuple[Pictogram, ...] = ()

    def __repr__(self) -> str:
        return f"Credential({self.kind.value}, hidden)"


@dataclass(frozen=True, slots=True)
class Logo:
    """A school's logo: `source` is a PNG as a `data:` URL, `ratio` its width divided by its height."""

    source: str = field(repr=False)
    ratio: float


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that stands on the card of one child.

    `school` is the instellingsnummer, `url` the address behind the QR code, `issued` the day on which the
    card is made, `language` a code such as `nl`, `contact` and `logo` those of the school. `must_change`: the
    pupil has to replace the password at the first sign-in. No PDF shows `stamnummer`, by which accounts
    in the ZIP are matched with the register.
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
    must_change: bool = False
