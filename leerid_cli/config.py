"""Settings: where they come from and what they are worth (option > environment > file > default).

The configuration is one TOML file; unknown keys are refused by name, because a misspelt
setting that is silently ignored would print the wrong cards for a whole school.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from leerid_cli import resources
from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.model.people import PasswordKind
from leerid_cli.runtime import limits

EXAMPLE_PORTAL = "https://loket.example/l/{token}"
KLEUTER_RULES = ("none", "leerplicht", "all")
OFFSETS = (-10.0, 10.0)
SCALES = (0.95, 1.05)
BASIS_KINDS = (PasswordKind.PICTURE, PasswordKind.WORD)
DEFAULT_BCRYPT_COST = 12


@dataclass(frozen=True, slots=True)
class School:
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
    kleuter: str = "leerplicht"
    schools: Mapping[str, School] = field(default_factory=dict)
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

    def school(self, number: str) -> School:
        """Return what is configured for the school with this instellingsnummer."""
        return self.schools.get(number, School())

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


def load(db: Path | None = None, config: Path | None = None) -> Settings:
    """Return the settings of this run; raises InputError on a bad file, UsageError on a bad variable."""
    store, file = places(db, config)
    named = config is not None or bool(os.environ.get("LEERID_CONFIG"))
    values = _read(file, must_exist=named)
    return Settings(store=store, file=file, bcrypt_cost=_bcrypt_cost(), **values)


def place(config: Path | None = None) -> Path:
    """Return where the configuration file is looked for: option, environment, or the user's own folder."""
    return (
        config
        or _from_environment("LEERID_CONFIG")
        or Path(platformdirs.user_config_dir("leerid")) / "config.toml"
    )


@dataclass(frozen=True, slots=True)
class Described:
    """One setting as it holds: its name, its value as text, and where that comes from."""

    setting: str
    value: str
    origin: str


def describe(db: Path | None = None, config: Path | None = None) -> list[Described]:
    """Return every setting with its origin: option, an environment variable, file or default.

    Raises what `load` raises.
    """
    settings = load(db, config)
    data = _parsed(settings.file) if settings.file.exists() else {}
    found = [
        Described("store", str(settings.store), _origin(db, "LEERID_DB")),
        Described("configuration", str(settings.file), _origin(config, "LEERID_CONFIG")),
        Described("key", str(settings.key_file), "configuration"),
        Described("templates", str(settings.templates), "configuration"),
        Described("bcrypt_cost", str(settings.bcrypt_cost), _origin(None, "LEERID_BCRYPT_COST")),
    ]
    in_file = dict(_flat(data))
    defaults = {
        "portal.url": settings.portal_url,
        "passwords.basis": settings.basis.value,
        "accounts.kleuter": settings.kleuter,
        "printing.printer": settings.printer,
    }
    found += [Described(name, value, "default") for name, value in defaults.items() if name not in in_file]
    return found + [Described(name, value, "file") for name, value in in_file.items()]


def _origin(option: object, variable: str) -> str:
    return "option" if option is not None else variable if os.environ.get(variable) else "default"


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (dotted name, value) of everything in a table; a part that is no bare key stands between quotes."""
    for key, value in table.items():
        name = prefix + (key if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) else f'"{key}"')
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.")
        else:
            yield name, str(value)


def places(db: Path | None = None, config: Path | None = None) -> tuple[Path, Path]:
    """Return where the store and the configuration file are, whether they can be read or not."""
    store = db or _from_environment("LEERID_DB") or Path(platformdirs.user_data_dir("leerid")) / "leerid.db"
    return store, place(config)


def _from_environment(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _bcrypt_cost() -> int:
    text = os.environ.get("LEERID_BCRYPT_COST")
    if not text:
        return DEFAULT_BCRYPT_COST
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 4 <= int(text) <= 16:
        raise UsageError(_("LEERID_BCRYPT_COST must be a whole number from 4 to 16"))
    return int(text)


def _read(file: Path, *, must_exist: bool) -> dict[str, Any]:
    if not file.exists() and not must_exist:
        return {}
    return _Reader(file).settings(_parsed(file))


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return limits.toml(limits.read_text(file))
    except FileNotFoundError:
        raise InputError(_("the configuration file {file} does not exist").format(file=file)) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(
            _("the configuration file {file} cannot be read: {error}").format(file=file, error=why)
        ) from error


TABLES = {"portal", "passwords", "accounts", "cards", "schools", "printing", "printers", "cluster"}


class _Reader:
    """Turns the parsed TOML of one file into settings, naming file and key in every refusal."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def settings(self, data: dict[str, Any]) -> dict[str, Any]:
        self.known(data, "", TABLES)
        portal, passwords = self.table(data, "portal", {"url"}), self.table(data, "passwords", {"basis"})
        accounts = self.table(data, "accounts", {"kleuter"})
        cards = self.table(data, "cards", {"language"})
        values: dict[str, Any] = {}
        if "language" in cards:
            known = resources.card_languages(self.file.parent / TEMPLATES)
            values["card_language"] = self.one_of("cards.language", cards["language"], known)
        if "url" in portal:
            values["portal_url"] = self.portal(portal["url"])
        if "basis" in passwords:
            values["basis"] = self.kind("passwords.basis", passwords["basis"])
        if "kleuter" in accounts:
            values["kleuter"] = self.one_of("accounts.kleuter", accounts["kleuter"], KLEUTER_RULES)
        schools = self.text_table(data, "schools")
        values["schools"] = {number: self.school(number, table) for number, table in schools.items()}
        cluster = self.table(data, "cluster", {"ca", "cert", "key"})
        files = {key: self.text(f"cluster.{key}", value) for key, value in cluster.items()}
        return values | {"cluster": Certificates(**files)} | self.printing(data)

    def printing(self, data: dict[str, Any]) -> dict[str, Any]:
        printers = self.text_table(data, "printers")
        values: dict[str, Any] = {
            "printers": {name: self.printer(name, table) for name, table in printers.items()}
        }
        printing = self.table(data, "printing", {"printer"})
        if "printer" in printing:
            names = tuple(values["printers"])
            if not names:
                self.refuse("printing.printer", _("there is no printer: add [printers.NAME]"))
            values["printer"] = self.one_of("printing.printer", printing["printer"], names)
        return values

    def printer(self, name: str, table: Any) -> Printer:
        where = f'printers."{name}"'
        self.known(table, where, {"offset_x", "offset_y", "scale_y", "sheet"})
        values: dict[str, Any] = {
            key: self.number(f"{where}.{key}", table[key], SCALES if key == "scale_y" else OFFSETS)
            for key in ("offset_x", "offset_y", "scale_y")
            if key in table
        }
        if "sheet" in table:
            values["sheet"] = self.text(f"{where}.sheet", table["sheet"])
        return Printer(**values)

    def school(self, number: str, table: Any) -> School:
        where = f'schools."{number}"'
        if not re.fullmatch(r"[0-9]{6}", number):
            self.refuse(where, _("an instellingsnummer has six digits"))
        texts = ("name", "logo", "contact")
        kinds = ("basis_hoofdstructuur", "basis_class")
        self.known(table, where, {*texts, *kinds, "basis"})
        values: dict[str, Any] = {
            key: self.text(f"{where}.{key}", table[key]) for key in texts if key in table
        }
        if "basis" in table:
            values["basis"] = self.kind(f"{where}.basis", table["basis"])
        for key in kinds:
            entries = self.text_table(table, key)
            values[key] = {name: self.kind(f"{where}.{key}.{name}", kind) for name, kind in entries.items()}
        return School(**values)

    def refuse(self, key: str, why: str) -> None:
        raise InputError(
            _("the configuration file {file}: {key}: {why}").format(file=self.file, key=key, why=why)
        )

    def known(self, table: Any, where: str, keys: set[str]) -> None:
        if not isinstance(table, dict):
            self.refuse(where, _("must be a table"))
        for key in table:
            if key not in keys:
                known = ", ".join(sorted(keys))
                self.refuse(
                    f"{where}.{key}".lstrip("."),
                    _("unknown setting; known here: {known}").format(known=known),
                )

    def table(self, data: dict[str, Any], name: str, keys: set[str]) -> dict[str, Any]:
        found = self.text_table(data, name)
        self.known(found, name, keys)
        return found

    def text_table(self, data: dict[str, Any], name: str) -> dict[str, Any]:
        found = data.get(name, {})
        if not isinstance(found, dict):
            self.refuse(name, _("must be a table"))
        return dict(found)

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            self.refuse(key, _("must be text"))
        return str(value)

    def number(self, key: str, value: Any, between: tuple[float, float]) -> float:
        low, high = between
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            self.refuse(key, _("must be a number from {low} to {high}").format(low=low, high=high))
        return float(value)

    def one_of(self, key: str, value: Any, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            self.refuse(key, _("must be one of: {allowed}").format(allowed=", ".join(allowed)))
        return str(value)

    def kind(self, key: str, value: Any) -> PasswordKind:
        return PasswordKind(self.one_of(key, value, tuple(kind.value for kind in BASIS_KINDS)))

    def portal(self, value: Any) -> str:
        url = self.text("portal.url", value)
        if not re.fullmatch(r"https?://[!-z|~]*\{token\}[!-z|~]*", url) or len(url) > 100:
            self.refuse("portal.url", _("must be a web address that holds {token} once"))
        return url
