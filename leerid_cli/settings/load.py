"""Reads the settings: from option, else environment variable, else configuration file, else default.

The order is that of docs/contract.md §2. The configuration is one TOML file. An unknown key is refused: if a
misspelt setting were ignored, a whole school could get wrong cards. Defaults are in `settings/settings.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import partial
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
from leerid_cli.settings.toml_values import (
    Check,
    WrongValueError,
    dotted,
    each,
    names_in,
    number,
    one_of,
    refuse,
    table,
    text,
)


def load_settings(db: Path | None = None, config: Path | None = None) -> Settings:
    """Return the settings of this run; `db` and `config` are the global options, None where not given.

    Raises InputError, naming file and key, where the configuration file cannot be used, or is missing although an
    option or variable names it; UsageError where LEERID_BCRYPT_COST is not a whole number from 4 to 16.
    """
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
    """Return the fields of Settings that a file sets; raises InputError naming file and key."""
    if not file.exists() and not must_exist:
        return {}
    data = parsed(file)
    try:
        return _fields(data, file.parent / TEMPLATES)
    except WrongValueError as error:
        raise InputError(
            _("the configuration file {file}: {key}: {why}").format(file=file, key=error.key, why=error.why)
        ) from error


def parsed(file: Path) -> dict[str, Any]:
    """Return the tables of the configuration file; raises InputError where it is missing or is not TOML."""
    try:
        return limits.toml(limits.read_text(file))
    except FileNotFoundError:
        raise InputError(_("the configuration file {file} does not exist").format(file=file)) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(
            _("the configuration file {file} cannot be read: {error}").format(file=file, error=why)
        ) from error


def _portal_url(value: Any, key: str) -> str:
    url = text(value, key)
    if not re.fullmatch(r"https?://[!-z|~]*\{token\}[!-z|~]*", url) or len(url) > 100:
        refuse(key, _("must be a web address that holds {token} once"))
    return url


_basis_kind = partial(one_of, allowed=(PasswordKind.PICTURE, PasswordKind.WORD))
_basis_kinds = partial(each, check=_basis_kind)
_offset = partial(number, between=(-10.0, 10.0))
_scale = partial(number, between=(0.95, 1.05))

KEYS: Mapping[str, tuple[str, Check]] = {
    "portal.url": ("portal_url", _portal_url),
    "passwords.basis": ("basis", _basis_kind),
    "accounts.kleuter": ("kleuter", partial(one_of, allowed=tuple(KleuterRule))),
    "cards.language": ("card_language", text),
    "printing.printer": ("printer", text),
}
"""The settings that have a single value, by dotted key: the field of Settings, and the check of the value."""
_CERTIFICATES: Mapping[str, Check] = {"ca": text, "cert": text, "key": text}
_PRINTER: Mapping[str, Check] = {"offset_x": _offset, "offset_y": _offset, "scale_y": _scale, "sheet": text}
_SCHOOL: Mapping[str, Check] = {
    "name": text,
    "logo": text,
    "contact": text,
    "basis": _basis_kind,
    "basis_hoofdstructuur": _basis_kinds,
    "basis_class": _basis_kinds,
}


def _fields(data: dict[str, Any], templates: Path) -> dict[str, Any]:
    """Return the fields of Settings that the tables of a file set; raises WrongValueError.

    `templates` is the folder of the user's own templates: languages of cards may be added there.
    """
    found = table(data, checks=_checks())
    values = {name: found[name] for name in found.keys() & {"schools", "printers", "cluster"}}
    for key, (field, _check) in KEYS.items():
        place, name = key.split(".")
        if name in found.get(place, {}):
            values[field] = found[place][name]
    if "card_language" in values:
        one_of(values["card_language"], "cards.language", allowed=resources.card_languages(templates))
    if "printer" in values:
        _known_printer(values["printer"], values.get("printers", {}))
    return values


def _checks() -> dict[str, Check]:
    """Return the check of each top-level table of the configuration file."""
    single: dict[str, dict[str, Check]] = {}
    for key, (_field, check) in KEYS.items():
        place, name = key.split(".")
        single.setdefault(place, {})[name] = check
    return {
        **{place: partial(table, checks=checks) for place, checks in single.items()},
        "schools": _schools,
        "printers": partial(each, check=_printer),
        "cluster": _certificates,
    }


def _schools(value: Any, key: str) -> dict[str, SchoolSettings]:
    for name in names_in(value, key):
        if not re.fullmatch(r"[0-9]{6}", name):
            refuse(dotted(key, f'"{name}"'), _("an instellingsnummer has six digits"))
    return each(value, key, check=_school)


def _school(value: Any, key: str) -> SchoolSettings:
    return SchoolSettings(**table(value, key, checks=_SCHOOL))


def _printer(value: Any, key: str) -> Printer:
    return Printer(**table(value, key, checks=_PRINTER))


def _certificates(value: Any, key: str) -> Certificates:
    return Certificates(**table(value, key, checks=_CERTIFICATES))


def _known_printer(name: str, printers: Mapping[str, Printer]) -> None:
    if not printers:
        refuse("printing.printer", _("there is no printer: add [printers.NAME]"))
    one_of(name, "printing.printer", allowed=printers)
