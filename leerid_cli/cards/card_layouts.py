"""The card layouts of the cards, read from `templates/cards/faces.toml`, where their format is explained.

A card layout says which texts and pictures a kind of card shows and in which boxes: millimetres from the
corner of the part of the card that may hold ink.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from leerid_cli import resources
from leerid_cli.cards.fitting import Style
from leerid_cli.cards.languages import INSTRUCTIONS
from leerid_cli.cards.templates import LAYOUT_FILE, PROGRAM, Templates, line_of, read, refused
from leerid_cli.i18n import _
from leerid_cli.runtime import limits

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where a text may stand and how; `show` names a field, `text` is fixed, `when` says on which cards."""

    at: Box
    style: Style
    show: str = ""
    text: str = ""
    when: frozenset[str] = frozenset()
    align: str = "left"
    valign: str = "bottom"
    frame: bool = False


@dataclass(frozen=True, slots=True)
class PictureGrid:
    """Eight cells, four a row: their box, where the numbers stand, and text sizes in points.

    All words of a card have one size, at most `word`: what the longest row of them leaves. Where that is less
    than `least`, another card layout is better. Words of the second row may begin `spill` mm to the left of the box.
    """

    at: Box
    number: str
    numeral: float
    word: float
    least: float = 0
    spill: float = 0


@dataclass(frozen=True, slots=True)
class CardLayout:
    """One way to lay out one kind of card."""

    height: float
    texts: tuple[TextBox, ...]
    instruction: str
    code: tuple[float, float, float] | None
    pictures: PictureGrid | None
    logo: Box | None


LONGEST = 2000
"""Millimetres, points or em: no card needs more, and nothing overflows."""
MOST_TEXTS, MOST_CHARACTERS = 100, 1000
"""Of a card layout, and of a text that is always the same."""
SMALL = "small.toml"
"""The card layouts for labels that are too small for those of `faces.toml`."""


@cache
def built_in_layouts() -> dict[str, tuple[CardLayout, ...]]:
    """Read the program's card layouts by name, those of one name in the order in which they are tried."""
    return load(PROGRAM)


def load(templates: Templates) -> dict[str, tuple[CardLayout, ...]]:
    """Read the card layouts in use by name; raises InputError naming what is wrong in a file of the user's.

    Card layouts that the user's file does not have are those of the program.
    """
    known = {
        name: card_layout for file in (SMALL, LAYOUT_FILE) for name, card_layout in _program(file).items()
    }
    file = templates.own(LAYOUT_FILE)
    if file is None:
        return known
    text = read(file)
    try:
        own = _layouts(text)
        for name in own.keys() - known.keys():
            raise WrongLayoutError(name, _("unknown card layout '{name}'").format(name=name))
        return known | own
    except WrongLayoutError as error:
        raise refused(file, line_of(text, error.word), str(error)) from error
    except ValueError as error:
        raise refused(file, None, str(error)) from error


@cache
def _program(file: str) -> dict[str, tuple[CardLayout, ...]]:
    return _layouts(read(resources.templates() / file))


class WrongLayoutError(ValueError):
    """A card layout cannot be read; `word` is what to look for in the file."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word


def _layouts(text: str) -> dict[str, tuple[CardLayout, ...]]:
    return {name: tuple(_checked(name, tables)) for name, tables in limits.toml(text).items()}


def _checked(name: str, tables: Any) -> Iterator[CardLayout]:
    """Yield the card layouts of one name; raises WrongLayoutError."""
    if not isinstance(tables, list):
        raise WrongLayoutError(
            name, _("{card_layout} must be written [[{card_layout}]]").format(card_layout=name)
        )
    for table in tables:
        try:
            card_layout = _layout(table)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise WrongLayoutError(
                _culprit(error), _("in [[{card_layout}]]: {why}").format(card_layout=name, why=error)
            ) from error
        yield card_layout


def _culprit(error: Exception) -> str:
    """Return the name that an error quotes, '' if it quotes none."""
    quoted = re.search(r"'(\w+)'", str(error))
    return quoted[1] if quoted else ""


def _layout(table: dict[str, Any]) -> CardLayout:
    for key in table:
        if key not in {field.name for field in fields(CardLayout)}:
            raise ValueError(_("unknown key '{key}'").format(key=key))
    if len(table["texts"]) > MOST_TEXTS:
        raise ValueError(_("'{key}' has more than {n} entries").format(key="texts", n=MOST_TEXTS))
    code, logo = table.get("code"), table.get("logo")
    return CardLayout(
        height=_above_zero("height", table["height"]),
        texts=tuple(_text_box(entry) for entry in table["texts"]),
        instruction=_known(table.get("instruction", "")),
        code=_square("code", code) if code else None,
        pictures=_pictures(table["pictures"]) if table.get("pictures") else None,
        logo=_box("logo", logo) if logo else None,
    )


def _lengths(key: str, value: Any, number: int) -> list[float]:
    """Return so many lengths; raises ValueError where they are none that a sheet of paper could have."""
    if not isinstance(value, list) or len(value) != number or not all(map(_is_length, value)):
        raise ValueError(_("'{key}' needs {n} lengths up to {most}").format(key=key, n=number, most=LONGEST))
    return [float(one) for one in value]


def _is_length(value: Any) -> bool:
    """Tell whether a value is a number that a length can have: not nan, which is in no range."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LONGEST <= value <= LONGEST


def _above_zero(key: str, value: Any) -> float:
    if not _is_length(value) or value <= 0:
        raise ValueError(_("'{key}' needs lengths above 0").format(key=key))
    return float(value)


def _box(key: str, value: Any) -> Box:
    left, top, width, height = _lengths(key, value, 4)
    return left, top, _above_zero(key, width), _above_zero(key, height)


def _square(key: str, value: Any) -> tuple[float, float, float]:
    left, top, side = _lengths(key, value, 3)
    return left, top, _above_zero(key, side)


def _pictures(table: dict[str, Any]) -> PictureGrid:
    """Return the grid of the eight pictures; raises ValueError or TypeError."""
    grid = PictureGrid(**table)
    _one_of("number", grid.number, ("left", "above"))
    return PictureGrid(
        at=_box("at", grid.at),
        number=grid.number,
        numeral=_above_zero("numeral", grid.numeral),
        word=_above_zero("word", grid.word),
        least=_lengths("least", [grid.least], 1)[0],
        spill=_lengths("spill", [grid.spill], 1)[0],
    )


def _one_of(key: str, value: Any, known: Iterable[str]) -> None:
    if value not in known:
        raise ValueError(_("'{key}' must be one of: {known}").format(key=key, known=", ".join(known)))


def _known(instruction: str) -> str:
    """Return the name of an instruction; raises ValueError for one that no language has."""
    if instruction and instruction not in INSTRUCTIONS:
        raise ValueError(_("unknown instruction '{name}'").format(name=instruction))
    return instruction


def _text_box(entry: dict[str, Any]) -> TextBox:
    largest, least = (_above_zero("size", size) for size in _lengths("size", entry.pop("size"), 2))
    (tracking,) = _lengths("tracking", [entry.pop("tracking", 0.0)], 1)
    style = Style(
        font=entry.pop("font", "regular"),
        largest=largest,
        least=least,
        tracking=tracking,
        breaks=entry.pop("breaks", "words"),
    )
    when = frozenset(entry.pop("when", "").split())
    box = TextBox(style=style, when=when, **entry | {"at": _box("at", entry["at"])})
    _one_of("align", box.align, ("left", "center", "right"))
    _one_of("valign", box.valign, ("top", "middle", "bottom"))
    if len(box.text) > MOST_CHARACTERS:
        raise ValueError(_("'{key}' has more than {n} signs").format(key="text", n=MOST_CHARACTERS))
    return box
