"""The card layouts in use, and what those of a user must keep to: no two boxes overlap, none leaves the card.

Card layouts of the program keep to the same rules; `tests/cards/test_cards_fitting.py` checks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from leerid_cli.cards.card_layouts import (
    Box,
    CardLayout,
    built_in_layouts,
    own_layouts,
    wrong_layout,
)
from leerid_cli.cards.layout import second_words
from leerid_cli.cards.sheets import A4_PICTURE, A4_TEXT, Document
from leerid_cli.cards.sizing import FAMILIES, CardLayouts
from leerid_cli.cards.templates import LAYOUT_FILE, Templates
from leerid_cli.i18n import _
from leerid_cli.model.people import PasswordKind

_ROUNDING = 1e-6
_WHITE = 4.0
"""Millimetres by which the quiet zone of a QR code may reach beyond the part of a card for ink."""
_NEEDS = {"contact": "contact", "help": "contact"}
"""Fields that not every card shows, with the condition of the cards that do."""
_EITHER_OR = (tuple(PasswordKind), ("example", "genuine"), ("logo", "no-logo"), ("contact", "no-contact"))
"""Conditions of cards, in groups: a card meets exactly one of each group."""


class LayoutPart(NamedTuple):
    """One thing on a card layout: its name, its box, and which conditions a card meets that shows it."""

    name: str
    at: Box
    when: frozenset[str] = frozenset()


def load(templates: Templates) -> CardLayouts:
    """Return the card layouts in use; those that the user's file does not have are those of the program.

    Raises InputError naming file, line and layout where the user's file is wrong, and which boxes overlap.
    """
    file = templates.own(LAYOUT_FILE)
    if file is None:
        return built_in_layouts()
    own = own_layouts(file)
    for name, variants in own.items():
        for number, card_layout in enumerate(variants, 1):
            for why in faults(name, card_layout):
                raise wrong_layout(file, name, number, why)
    return {**built_in_layouts(), **own}


def faults(name: str, card_layout: CardLayout) -> Iterator[str]:
    """Yield a message for each box of a card layout that leaves the card, and each pair that overlaps."""
    width, height = _ink_size(name, card_layout)
    parts = list(_parts(card_layout))
    for part in parts:
        x, y, wide, high = part.at
        allowed = _WHITE if part.name == "code" else _ROUNDING
        if min(x, y) < -allowed or x + wide > width + allowed or y + high > height + allowed:
            yield _("the box of {one} leaves the card, which is {width} x {height} mm").format(
                one=_described(part), width=f"{width:g}", height=f"{height:g}"
            )
    for one, two in combinations(parts, 2):
        if _shown_together(one, two) and _overlap(one.at, two.at):
            yield _("the boxes of {one} and {two} overlap").format(one=_described(one), two=_described(two))


def _ink_size(name: str, card_layout: CardLayout) -> tuple[float, float]:
    """Return width and height in millimetres of the part of a card that a layout of this name may fill."""
    if name.startswith(Document.A4):
        return (A4_PICTURE if card_layout.pictures else A4_TEXT).content_size[0], card_layout.height
    family = next((one for one in reversed(FAMILIES) if name.startswith(one.prefix)), FAMILIES[0])
    return family.width, card_layout.height


def _parts(card_layout: CardLayout) -> Iterator[LayoutPart]:
    for box in card_layout.texts:
        yield LayoutPart(
            box.show or box.text, box.at, box.when | {_NEEDS[box.show]} if box.show in _NEEDS else box.when
        )
    if card_layout.code:
        x, y, side = card_layout.code
        yield LayoutPart("code", (x, y, side, side))
    if card_layout.pictures:
        yield LayoutPart("pictures", card_layout.pictures.at)
    if card_layout.pictures and card_layout.pictures.spill:
        x, y, _wide, high = second_words(card_layout.pictures)
        yield LayoutPart("pictures, spill", (x, y, card_layout.pictures.spill, high))
    if card_layout.logo:
        yield LayoutPart("logo", card_layout.logo, frozenset({"logo"}))


def _shown_together(one: LayoutPart, two: LayoutPart) -> bool:
    """Tell whether there is a card that shows both parts."""
    when = one.when | two.when
    return all(len(when.intersection(group)) <= 1 for group in _EITHER_OR)


def _overlap(one: Box, two: Box) -> bool:
    (x, y, wide, high), (left, top, width, height) = one, two
    return (
        x + wide > left + _ROUNDING
        and left + width > x + _ROUNDING
        and y + high > top + _ROUNDING
        and top + height > y + _ROUNDING
    )


def _described(part: LayoutPart) -> str:
    """Return the name and the box of a part for a message."""
    numbers = ", ".join(f"{length:g}" for length in part.at)
    return f"'{part.name}' [{numbers}]"
