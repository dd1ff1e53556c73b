"""The languages of a card, read from `languages/` in the templates, where nl.toml explains their form.

The words of the pictures stay Dutch: they are the password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from leerid_cli import resources
from leerid_cli.cards.fitting import missing_letters
from leerid_cli.cards.templates import PROGRAM, Templates, read, refused
from leerid_cli.i18n import _
from leerid_cli.model.people import PasswordKind
from leerid_cli.runtime import limits
from leerid_cli.settings.toml_values import Check, WrongValueError, filled, refuse, table

FOLDER = "languages"
_FILLED_IN = re.compile(r"\{(?:day|month|year)(?::0?[1-9]d?)?\}")
"""What a date form may hold between braces. A width of many digits would fill the memory with blanks."""
_LABELS = ("class", "username", "password", "help")
INSTRUCTIONS: Mapping[str, tuple[str, ...]] = {
    "scan-and-sign-in": tuple(PasswordKind),
    "sign-in": tuple(PasswordKind),
    "scan": ("any",),
    "scan-and-tap": ("any",),
    "tap": ("any",),
}
"""The situations a card can be in, and the kinds of password each tells apart."""


@dataclass(frozen=True, slots=True)
class Language:
    """The fixed words of a card: labels, instructions by situation and kind, and the form of a date."""

    labels: Mapping[str, str]
    instructions: Mapping[str, Mapping[str, str]]
    date_form: str

    def date(self, day: date) -> str:
        """Write a date as the language does."""
        return self.date_form.format(day=day.day, month=day.month, year=day.year)

    def instruction(self, situation: str, kind: PasswordKind) -> str:
        """Return what a child has to do with a card."""
        texts = self.instructions[situation]
        return texts.get(kind) or texts["any"]


@cache
def language(name: str, templates: Templates = PROGRAM) -> Language:
    """Read one of `resources.card_languages()`, from the user's file where there is one, in the main thread.

    Raises InputError naming file, line and key where that file is wrong.
    """
    own = templates.own(f"{FOLDER}/{name}.toml")
    file = own or templates.path(f"{FOLDER}/{name}.toml")
    text = read(file)
    try:
        return _language(limits.toml(text) if own else limits.trusted_toml(text))
    except WrongValueError as error:
        raise refused(file, _line(text, error.key), str(error)) from error
    except ValueError as error:
        raise refused(file, None, str(error)) from error


def _line(text: str, key: str) -> int | None:
    """Return the line of a key, of its table where it is missing there, None where both are."""
    table, _dot, name = key.rpartition(".")
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if table and line.strip() == f"[{table}]"), 0)
    wanted = (
        n for n, line in enumerate(lines[start:], start + 1) if line.strip().startswith((name, f"[{name}]"))
    )
    return next(wanted, start + 1 if start else None)


def read_all(templates: Templates) -> None:
    """Read all languages that cards can have, before anything is drawn; raises what `language` raises."""
    for name in resources.card_languages(templates.folder):
        language(name, templates)


def _printable(value: Any, key: str) -> str:
    """Return a text as it is; raises WrongValueError where it is none, blank, or has letters that no font has."""
    filled(value, key)
    if missing := missing_letters(value):
        letters = " ".join(sorted(missing))
        refuse(key, _("the fonts of the cards lack these letters: {letters}").format(letters=letters))
    return str(value)


def _date_form(value: Any, key: str) -> str:
    form = _printable(value, key)
    if set("{}") & set(_FILLED_IN.sub("", form)):
        refuse(key, _("only {fields} are filled in").format(fields="{day}, {month}, {year}"))
    return form


def _instructions(value: Any, key: str) -> dict[str, str]:
    kinds = INSTRUCTIONS[key]
    return table(value, key, checks=dict.fromkeys(kinds, _printable), needed=kinds)


_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(_LABELS, _printable),
    "date": _date_form,
    **dict.fromkeys(INSTRUCTIONS, _instructions),
}


def _language(data: dict[str, Any]) -> Language:
    """Return the language that the TOML of a file describes; raises WrongValueError."""
    found = table(data, checks=_CHECKS, needed=_CHECKS)
    return Language(
        labels={key: found[key] for key in _LABELS},
        instructions={key: found[key] for key in INSTRUCTIONS},
        date_form=found["date"],
    )
