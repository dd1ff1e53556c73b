"""The languages of a card, read from `templates/cards/languages/`, where their form is explained.

The words of the pictures stay Dutch: they are the password.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from leerid_cli import bounds, resources
from leerid_cli.model import PasswordKind

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
def language(name: str) -> Language:
    """Read one of `resources.card_languages()`; KeyError naming what its file lacks."""
    file = resources.card_language(name)
    data = bounds.toml(bounds.read_text(file))
    return Language(
        labels={key: data[key] for key in _LABELS},
        instructions={
            name: {kind: data[name][kind] for kind in kinds} for name, kinds in INSTRUCTIONS.items()
        },
        date_form=data["date"],
    )
