"""A page before it becomes HTML: laid-out cards or texts at their places, and straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from leerid_cli.cards.fitting import Style, fit
from leerid_cli.cards.layout import LaidOutCard, Text


@dataclass(frozen=True, slots=True)
class Placed:
    """A laid-out card at its place on the page, in millimetres; all its lengths are multiplied by `scale`."""

    left: float
    top: float
    layout: LaidOutCard
    scale: float = 1


class Line(NamedTuple):
    """A straight line from its left or top end, in mm: `width` or `height` is 0; `dashed` where one cuts."""

    left: float
    top: float
    width: float
    height: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page of `width` x `height` millimetres.

    `pitch` is the distance between its rows (of labels, or of a list) in millimetres, 0 where it has none. On
    a `copied` page, from which people copy text (a class list), the lines of one text stay together in the
    PDF.
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
    """Return `content` set in the middle of the height of a box; it shrinks until it fits.

    `name` says what kind of text it is; `at` is left, top, width and height of the box in millimetres.
    """
    x, y, width, height = at
    fitted = fit(content, style, width, height)
    return Text(name, (x, y + (height - fitted.height) / 2, width, fitted.height), fitted, style, align)


def written(*texts: Text) -> Placed:
    """Return texts as part of a page, from whose corner their boxes are measured; leave empty ones out."""
    shown = tuple(text for text in texts if text.fitted.lines)
    return Placed(0, 0, LaidOutCard(texts=shown))
