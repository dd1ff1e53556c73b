"""The languages of a card, read from `languages/` in the templates, where nl.toml explains their form.

The words of the pictures stay Dutch: they are the password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from leerid_cli.cards.fitting import missing_letters
from leerid_cli.cards.templates import PROGRAM, Templates, read, refused
from leerid_cli.i18n import _
from leerid_cli.model.people import PasswordKind
from leerid_cli.runtime import limits

FOLDER = "languages"
_DATE = "{day}, {month}, {year}"
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
    """Read one of `resources.card_languages()`, from the user's file where there is one.

    Raises InputError naming file, line and key where that file is wrong.
    """
    file = templates.path(f"{FOLDER}/{name}.toml")
    text = read(file)
    try:
        return _Table(limits.toml(text)).language()
    except WrongLanguageError as error:
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


def read_own(templates: Templates) -> None:
    """Read all languages of the user's; raises what `language` raises."""
    if templates.folder:
        for file in sorted((templates.folder / FOLDER).glob("*.toml")):
            language(file.stem, templates)


class WrongLanguageError(ValueError):
    """A language cannot be used: what is wrong with the key `key`."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key


class _Table:
    """Turns the parsed TOML of one file into a language, naming the key in every refusal."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def language(self) -> Language:
        self.known("", self.data, (*_LABELS, "date", *INSTRUCTIONS))
        made = Language(
            labels={key: self.text("", self.data, key) for key in _LABELS},
            instructions={name: self.instruction(name, kinds) for name, kinds in INSTRUCTIONS.items()},
            date_form=self.text("", self.data, "date"),
        )
        try:
            made.date(date(2026, 9, 1))
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise WrongLanguageError("date", _("only {fields} are filled in").format(fields=_DATE)) from error
        return made

    def instruction(self, name: str, kinds: tuple[str, ...]) -> dict[str, str]:
        table = self.data.get(name)
        if not isinstance(table, dict):
            raise WrongLanguageError(name, _("must be a table"))
        self.known(f"{name}.", table, kinds)
        return {kind: self.text(f"{name}.", table, kind) for kind in kinds}

    def known(self, place: str, table: dict[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                known = ", ".join(keys)
                raise WrongLanguageError(
                    f"{place}{key}", _("unknown key; known here: {known}").format(known=known)
                )

    def text(self, place: str, table: dict[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise WrongLanguageError(f"{place}{key}", _("is missing, or no text"))
        if missing := missing_letters(value):
            letters = " ".join(sorted(missing))
            raise WrongLanguageError(
                f"{place}{key}",
                _("the fonts of the cards lack these letters: {letters}").format(letters=letters),
            )
        return value
