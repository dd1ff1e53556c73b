"""Lists the settings in force, each with its origin (`leerid config show`)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leerid_cli.settings.load import KEYS, load_settings, parsed


@dataclass(frozen=True, slots=True)
class Described:
    """One setting in force: name, value as text, and origin.

    `origin` is `option`, `file`, `default`, the name of an environment variable, or `configuration` for a path
    that follows from where the configuration file is.
    """

    setting: str
    value: str
    origin: str


def describe(db: Path | None = None, config: Path | None = None) -> list[Described]:
    """Return every setting in force with its origin; raises what `load_settings` raises."""
    settings = load_settings(db, config)
    data = parsed(settings.file) if settings.file.exists() else {}
    found = [
        Described("store", str(settings.store), _origin(db, "LEERID_DB")),
        Described("configuration", str(settings.file), _origin(config, "LEERID_CONFIG")),
        Described("key", str(settings.key_file), "configuration"),
        Described("templates", str(settings.templates), "configuration"),
        Described("bcrypt_cost", str(settings.bcrypt_cost), _origin(None, "LEERID_BCRYPT_COST")),
    ]
    in_file = dict(_flat(data))
    found += [
        Described(key, str(getattr(settings, field)), "default")
        for key, (field, _check) in KEYS.items()
        if key not in in_file
    ]
    return found + [Described(name, value, "file") for name, value in in_file.items()]


def _origin(option: object, variable: str) -> str:
    return "option" if option is not None else variable if os.environ.get(variable) else "default"


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (dotted name, value) of everything in a table; a name that TOML must quote is in quotation marks."""
    for key, value in table.items():
        name = prefix + (key if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) else f'"{key}"')
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.")
        else:
            yield name, str(value)
