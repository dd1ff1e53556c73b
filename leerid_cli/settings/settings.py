"""All settings of one run as immutable values, with their defaults; `settings/load.py` reads them."""

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
    """What the configuration says of one school.

    `logo` is a file name, relative to the folder of the configuration file. `basis` is the kind of password of
    basis accounts, `basis_hoofdstructuur` and `basis_class` that of some hoofdstructuren and classes; they
    override `passwords.basis`.
    """

    name: str = ""
    logo: str = ""
    contact: str = ""
    basis: PasswordKind | None = None
    basis_hoofdstructuur: Mapping[str, PasswordKind] = field(default_factory=dict)
    basis_class: Mapping[str, PasswordKind] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printer:
    """What the configuration says of one printer: how to correct its prints, and its label sheet.

    `offset_x` and `offset_y` are in mm, `scale_y` is a factor; `sheet` names a label sheet, '' the usual one.
    """

    offset_x: float = 0
    offset_y: float = 0
    scale_y: float = 1
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Certificates:
    """TLS files for the connection to a Dask cluster: certificate authority, own certificate, own key."""

    ca: str = ""
    cert: str = ""
    key: str = ""


TEMPLATES = "templates"
"""Name of the folder with the user's own templates, beside the configuration file."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run; `store` and `file` are the paths of the store and the configuration file."""

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
        """Path of the user's own card templates, beside the configuration file; it need not exist."""
        return self.file.parent / TEMPLATES

    @property
    def card_languages(self) -> tuple[str, ...]:
        """Codes of the languages that a card can have, those of the user's own templates included."""
        return resources.card_languages(self.templates)

    @property
    def example_portal(self) -> bool:
        """Whether `portal.url` is still the example, so that cards bear VOORBEELD (docs/contract.md §6)."""
        return self.portal_url == EXAMPLE_PORTAL

    @property
    def key_file(self) -> Path:
        """Path of the key with which official numbers are hashed, beside the configuration file."""
        return self.file.parent / "official-number.key"

    def beside(self, name: str) -> Path:
        """Return the path of a file that a setting names; relative names start at the configuration's folder."""
        return self.file.parent / name

    def school(self, number: str) -> SchoolSettings:
        """Return what is configured for the school with this instellingsnummer; every field may be empty."""
        return self.schools.get(number, SchoolSettings())

    def basis_kind(self, school: str, hoofdstructuur: str, klas: str) -> PasswordKind:
        """Return the kind of password for a basis account.

        The first that is configured holds: for the class (in any case), the hoofdstructuur, the school, or all.
        """
        own = self.school(school)
        by_class = {name.casefold(): kind for name, kind in own.basis_class.items()}
        return (
            by_class.get(klas.casefold())
            or own.basis_hoofdstructuur.get(hoofdstructuur)
            or own.basis
            or self.basis
        )
