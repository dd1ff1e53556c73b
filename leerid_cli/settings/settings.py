"""All settings of one run, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leerid_cli import resources
from leerid_cli.model.people import KleuterRule, PasswordKind

EXAMPLE_PORTAL = "https://loket.example/l/{token}"
DEFAULT_BCRYPT_COST = 12


@dataclass(frozen=True, slots=True)
class SchoolSettings:
    """What the configuration says of one school; the kinds override `passwords.basis`."""

    name: str = ""
    logo: str = ""
    contact: str = ""
    basis: PasswordKind | None = None
    basis_hoofdstructuur: Mapping[str, PasswordKind] = field(default_factory=dict)
    basis_class: Mapping[str, PasswordKind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printer:
    """What the configuration says of one printer: how far it is off in mm and times, and its labels."""

    offset_x: float = 0
    offset_y: float = 0
    scale_y: float = 1
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files by which this program and a cluster know each other: authority, certificate, its key."""

    ca: str = ""
    cert: str = ""
    key: str = ""


TEMPLATES = "templates"
"""The folder of the user's own templates, beside the configuration file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run."""

    store: Path
    file: Path
    portal_url: str = EXAMPLE_PORTAL
    basis: PasswordKind = PasswordKind.PICTURE
    kleuter: KleuterRule = KleuterRule.LEERPLICHT
    schools: Mapping[str, SchoolSettings] = field(default_factory=dict)
    card_language: str = "nl"
    printers: Mapping[str, Printer] = field(default_factory=dict)
    printer: str = ""
    cluster: Certificates = field(default_factory=Certificates)
    bcrypt_cost: int = DEFAULT_BCRYPT_COST

    @property
    def templates(self) -> Path:
        """The folder of the user's own card templates, beside the configuration file; it need not exist."""
        return self.file.parent / TEMPLATES

    @property
    def card_languages(self) -> tuple[str, ...]:
        """The languages that a card can have, with the user's own."""
        return resources.card_languages(self.templates)

    @property
    def example_portal(self) -> bool:
        """True until the school has set the address of its portal."""
        return self.portal_url == EXAMPLE_PORTAL

    @property
    def key_file(self) -> Path:
        """The key under which official numbers are hashed, beside the configuration file."""
        return self.file.parent / "official-number.key"

    def beside(self, name: str) -> Path:
        """Return the file that a setting names: from the configuration file's folder where it is relative."""
        return self.file.parent / name

    def school(self, number: str) -> SchoolSettings:
        """Return what is configured for the school with this instellingsnummer."""
        return self.schools.get(number, SchoolSettings())

    def basis_kind(self, school: str, hoofdstructuur: str, klas: str) -> PasswordKind:
        """Return the password kind of a basis account: of the class, the level, the school, or all."""
        own = self.school(school)
        by_class = {name.casefold(): kind for name, kind in own.basis_class.items()}
        return (
            by_class.get(klas.casefold())
            or own.basis_hoofdstructuur.get(hoofdstructuur)
            or own.basis
            or self.basis
        )
