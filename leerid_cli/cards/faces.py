"""The faces of the cards, read from `templates/cards/faces.toml`, where their format is explained.

A face says which texts and pictures a kind of card shows and in which boxes: millimetres from the
corner of the part of the card that may hold ink.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from leerid_cli import resources
from leerid_cli.cards.fitting import Style

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

    All words of a card have one size, at most `word`: what the longest row of them leaves.
    """

    at: Box
    number: str
    numeral: float
    word: float


@dataclass(frozen=True, slots=True)
class Face:
    """One way to lay out one kind of card."""

    height: float
    texts: tuple[TextBox, ...]
    instruction: str
    code: tuple[float, float, float] | None
    pictures: PictureGrid | None
    logo: Box | None


@cache
def faces() -> dict[str, tuple[Face, ...]]:
    """Read the faces by name, those of one name in the order in which they are tried."""
    data = tomllib.loads((resources.templates() / "faces.toml").read_text(encoding="utf-8"))
    return {name: tuple(_face(table) for table in tables) for name, tables in data.items()}


def _face(table: dict[str, Any]) -> Face:
    code, pictures = table.get("code"), table.get("pictures")
    return Face(
        height=table["height"],
        texts=tuple(_text_box(entry) for entry in table["texts"]),
        instruction=table["instruction"],
        code=tuple(code) if code else None,
        pictures=PictureGrid(**pictures) if pictures else None,
        logo=table.get("logo"),
    )


def _text_box(entry: dict[str, Any]) -> TextBox:
    largest, least = entry.pop("size")
    style = Style(
        font=entry.pop("font", "regular"),
        largest=largest,
        least=least,
        tracking=entry.pop("tracking", 0.0),
        breaks=entry.pop("breaks", "words"),
    )
    when = frozenset(entry.pop("when", "").split())
    return TextBox(style=style, when=when, **entry)
