"""What a page of any kind is made of: laid-out cards or lists in their places, and straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from leerid_cli.cards.fitting import Style, fit
from leerid_cli.cards.layout import LaidOutCard, Text


@dataclass(frozen=True, slots=True)
class Placed:
    """Something laid out, with its place on the page in millimetres and what its lengths are multiplied by."""

    left: float
    top: float
    layout: LaidOutCard
    scale: float = 1


class Line(NamedTuple):
    """A straight line in millimetres from its left or top end; `width` or `height` is 0. Dashed: cut here."""

    left: float
    top: float
    width: float
    height: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page of `width` x `height` millimetres; `pitch` is how far apart its rows lie, 0 where it has none.

    Of a page that is `copied` from (a list), texts of several lines stay together in the file too.
    """

    width: float
    height: float
    cards: tuple[Placed, ...]
    lines: tuple[Line, ...]
    pitch: float = 0.0
    copied: bool = False


def text(
    name: str, content: str, at: tuple[float, float, float, float], style: Style, align: str = "left"
) -> Text:
    """Set a text in the vertical middle of a box; it shrinks until it fits."""
    x, y, width, height = at
    fitted = fit(content, style, width, height)
    return Text(name, (x, y + (height - fitted.height) / 2, width, fitted.height), fitted, style, align)


def written(*texts: Text) -> Placed:
    """Put texts on a page, at their places measured from its corner."""
    shown = tuple(text for text in texts if text.fitted.lines)
    return Placed(0, 0, LaidOutCard(texts=shown))
