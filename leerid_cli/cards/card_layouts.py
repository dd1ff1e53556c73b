"""The card layouts of the cards, read from `templates/cards/faces.toml`, where their format is explained.

A card layout says which texts and pictures a kind of card shows and in which boxes: millimetres from the
corner of the part of the card that may hold ink.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from leerid_cli import resources
from leerid_cli.cards.fitting import Style
from leerid_cli.cards.languages import INSTRUCTIONS
from leerid_cli.cards.templates import LAYOUT_FILE, line_of, read, refused
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.runtime import limits
from leerid_cli.settings.toml_values import (
    Check,
    WrongValueError,
    is_number,
    number,
    one_of,
    refuse,
    table,
    text,
)

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
    instruction: str = ""
    code: tuple[float, float, float] | None = None
    pictures: PictureGrid | None = None
    logo: Box | None = None


LONGEST = 2000
"""Millimetres, points or em: no card needs more, and nothing overflows."""
MOST_TEXTS, MOST_CHARACTERS = 100, 1000
"""Of a card layout, and of a text that is always the same."""
SMALL = "small.toml"
"""The card layouts for labels that are too small for those of `faces.toml`."""


@cache
def built_in_layouts() -> dict[str, tuple[CardLayout, ...]]:
    """Return the program's card layouts by name, those of one name in the order in which they are tried."""
    files = [limits.trusted_toml(read(resources.templates() / name)) for name in (SMALL, LAYOUT_FILE)]
    return {name: tuple(map(_layout, tables)) for data in files for name, tables in data.items()}


def own_layouts(file: Path) -> dict[str, tuple[CardLayout, ...]]:
    """Return the card layouts of the user's file by name; raises InputError naming file, line, layout and key."""
    content = read(file)
    try:
        data = table(limits.toml(content), checks=dict.fromkeys(built_in_layouts(), _tables))
    except WrongValueError as error:
        raise refused(file, line_of(content, error.key), str(error)) from error
    except ValueError as error:
        raise refused(file, None, str(error)) from error
    return {
        name: tuple(_own_layout(file, name, number, one) for number, one in enumerate(tables, 1))
        for name, tables in data.items()
    }


def _own_layout(file: Path, name: str, number: int, value: Any) -> CardLayout:
    try:
        return _layout(value)
    except WrongValueError as error:
        raise wrong_layout(file, name, number, str(error), error.key.rpartition(".")[2]) from error


def wrong_layout(file: Path, name: str, number: int, why: str, key: str = "") -> InputError:
    """Return the error for something wrong in a card layout of the user's: `number` counts those of its name.

    The line is the first one of this card layout that sets `key`, else its first one.
    """
    told = _("in [[{card_layout}]], number {n}: {why}").format(card_layout=name, n=number, why=why)
    return refused(file, _line(read(file).splitlines(), name, number, key), told)


def _line(lines: Sequence[str], name: str, number: int, key: str) -> int | None:
    """Return the line where a card layout sets a key, else its first line; None where it has no line of its own."""
    heads = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[[\w-]+\]\]", line)]
    own = [n for n in heads if lines[n].strip().startswith(f"[[{name}]]")]
    if number > len(own):
        return None
    start = own[number - 1]
    end = next((n for n in heads if n > start), len(lines))
    sets = re.compile(rf"\b{re.escape(key)}\b[\s\"']*=")
    return next((n + 1 for n in range(start + 1, end) if key and sets.search(lines[n])), start + 1)


def _tables(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        refuse(key, _("must be written [[{card_layout}]]").format(card_layout=key))
    return value


def _above_zero(value: Any, key: str) -> float:
    if not is_number(value, 0, LONGEST) or value == 0:
        refuse(key, _("must be a length above 0, up to {most}").format(most=LONGEST))
    return float(value)


def _lengths(value: Any, key: str, *, count: int, above_zero: slice) -> tuple[float, ...]:
    """Return so many lengths, those of the slice above 0; raises WrongValueError."""
    entries = value if isinstance(value, list) else []
    if len(entries) != count or not all(is_number(one, -LONGEST, LONGEST) for one in entries):
        refuse(key, _("needs {n} lengths up to {most}").format(n=count, most=LONGEST))
    if min(entries[above_zero]) <= 0:
        refuse(key, _("needs lengths above 0"))
    return tuple(map(float, entries))


def _entries(value: Any, key: str) -> list[Any]:
    if not isinstance(value, list):
        refuse(key, _("must be a list"))
    if len(value) > MOST_TEXTS:
        refuse(key, _("has more than {n} entries").format(n=MOST_TEXTS))
    return value


def _instruction(value: Any, key: str) -> str:
    return one_of(value, key, allowed=INSTRUCTIONS) if value != "" else ""


def _fixed(value: Any, key: str) -> str:
    if len(text(value, key)) > MOST_CHARACTERS:
        refuse(key, _("has more than {n} characters").format(n=MOST_CHARACTERS))
    return str(value)


def _conditions(value: Any, key: str) -> frozenset[str]:
    return frozenset(text(value, key).split())


def _flag(value: Any, key: str) -> bool:
    if not isinstance(value, bool):
        refuse(key, _("must be true or false"))
    return value


_box = partial(_lengths, count=4, above_zero=slice(2, 4))
_length = partial(number, between=(-LONGEST, LONGEST))
_PICTURES: Mapping[str, Check] = {
    "at": _box,
    "number": partial(one_of, allowed=("left", "above")),
    "numeral": _above_zero,
    "word": _above_zero,
    "least": _length,
    "spill": _length,
}
_TEXT: Mapping[str, Check] = {
    "at": _box,
    "size": partial(_lengths, count=2, above_zero=slice(2)),
    "show": text,
    "text": _fixed,
    "when": _conditions,
    "font": text,
    "tracking": _length,
    "breaks": text,
    "align": partial(one_of, allowed=("left", "center", "right")),
    "valign": partial(one_of, allowed=("top", "middle", "bottom")),
    "frame": _flag,
}


def _pictures(value: Any, key: str) -> PictureGrid:
    return PictureGrid(**table(value, key, checks=_PICTURES, needed=("at", "number", "numeral", "word")))


_LAYOUT: Mapping[str, Check] = {
    "height": _above_zero,
    "texts": _entries,
    "instruction": _instruction,
    "code": partial(_lengths, count=3, above_zero=slice(2, 3)),
    "pictures": _pictures,
    "logo": _box,
}


def _layout(value: Any) -> CardLayout:
    """Return the card layout that a table describes; raises WrongValueError."""
    found = table(value, checks=_LAYOUT, needed=("height", "texts"))
    texts = tuple(_text_box(one, f"texts.{n}") for n, one in enumerate(found.pop("texts"), 1))
    return CardLayout(texts=texts, **found)


def _text_box(value: Any, key: str) -> TextBox:
    found = table(value, key, checks=_TEXT, needed=("at", "size"))
    largest, least = found.pop("size")
    style = {name: found.pop(name) for name in ("tracking", "breaks") if name in found}
    return TextBox(style=Style(found.pop("font", "regular"), largest, least, **style), **found)
