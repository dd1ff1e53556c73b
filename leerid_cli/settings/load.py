"""Reading the settings: option, else environment variable, else configuration file, else default.

The configuration is one TOML file; unknown keys are refused by name, because a misspelt
setting that is silently ignored would print the wrong cards for a whole school.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from leerid_cli import resources
from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.model.people import KleuterRule, PasswordKind
from leerid_cli.runtime import limits
from leerid_cli.settings.places import places
from leerid_cli.settings.settings import (
    DEFAULT_BCRYPT_COST,
    TEMPLATES,
    Certificates,
    Printer,
    SchoolSettings,
    Settings,
)

OFFSETS = (-10.0, 10.0)
SCALES = (0.95, 1.05)
BASIS_KINDS = (PasswordKind.PICTURE, PasswordKind.WORD)


def load_settings(db: Path | None = None, config: Path | None = None) -> Settings:
    """Return the settings of this run; raises InputError on a bad file, UsageError on a bad variable."""
    store, file = places(db, config)
    named = config is not None or bool(os.environ.get("LEERID_CONFIG"))
    values = _read(file, must_exist=named)
    return Settings(store=store, file=file, bcrypt_cost=_bcrypt_cost(), **values)


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
    return _SettingsReader(file).settings(parsed(file))


def parsed(file: Path) -> dict[str, Any]:
    """Return the TOML of the configuration file; raises InputError where it is not there or cannot be read."""
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


class _SettingsReader:
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
            allowed = tuple(rule.value for rule in KleuterRule)
            values["kleuter"] = KleuterRule(self.one_of("accounts.kleuter", accounts["kleuter"], allowed))
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

    def school(self, number: str, table: Any) -> SchoolSettings:
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
        return SchoolSettings(**values)

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
