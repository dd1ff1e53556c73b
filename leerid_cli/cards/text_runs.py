"""Gathers the texts of a page into as few blocks as possible, since WeasyPrint is slow in laying out blocks.

A text in a block of its own costs ten times what it costs within another block. So texts in one font and size
that share a baseline become one line, with blanks of known widths between them. Lines whose distance is that
of two rows of labels become the lines of one block, with that distance as line height. Lengths are in
millimetres from the top left corner of the page. Why it is done so:
docs/decisions/046-a-page-is-a-few-blocks.md.
"""

from __future__ import annotations

import sys
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple, TypeAlias

from leerid_cli.cards.drawing import Drawing, Placed
from leerid_cli.cards.fitting import POINT
from leerid_cli.cards.fonts import font
from leerid_cli.cards.images import glyph_of
from leerid_cli.cards.layout import Text

_BLANKS = "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_UNITS = 2048
"""Units in an em, in which the widths of blanks are measured."""
_REACH = 3 * _UNITS
"""Units of a gap that are filled as exactly as blanks allow; beyond, only the widest blanks are used."""
_ASTRAY = 0.15  # mm: a text that would lie further from its place than this is not joined to a line
_WIDE = 1.0  # mm: lines do not wrap, so that any width will do
_NEAR = 0.02  # mm: baselines and left edges this near count as one
_INDENT = {"left": 0.0, "center": 0.5, "right": 1.0}
_FROM_RIGHT = frozenset({"R", "AL", "AN"})
_AHEAD = 3.0  # em of blanks before the leftmost text, where lines of a block begin at several places


class Piece(NamedTuple):
    """One line of a text, which can be joined with others: at `left` on `baseline`, `advance` wide.

    `size` is in points, `tracking` (letter-spacing) in em.
    """

    font: str
    size: float
    tracking: float
    left: float
    baseline: float
    text: str
    advance: float


Row: TypeAlias = list[Piece]
"""Pieces on one baseline, from left to right."""


class TextRun(NamedTuple):
    """A block of lines, one below the other, `pitch` apart; `top` is that of the first line box."""

    font: str
    size: float
    tracking: float
    left: float
    top: float
    width: float
    pitch: float
    align: str
    lines: tuple[str, ...]


def text_runs(drawing: Drawing, *, colour: bool) -> list[TextRun]:
    """Return the blocks for all texts of a page, and for its pictures, which are letters of a font.

    With `colour` the pictures are left out: the page template prints them as images.
    """
    alike: dict[tuple[str, float, float], list[Piece]] = defaultdict(list)
    made: list[TextRun] = []
    for placed in drawing.cards:
        for text in placed.layout.texts:
            whole = drawing.copied and len(text.fitted.lines) > 1
            if whole or not _is_plain(text):
                made.append(_alone(placed, text))
                continue
            for piece in _lines(placed, text):
                alike[_looks(piece)].append(piece)
        for piece in _grid(placed, colour=colour):
            alike[_looks(piece)].append(piece)
    for pieces in alike.values():
        made += _gathered(pieces, drawing.pitch)
    return made


def _looks(piece: Piece) -> tuple[str, float, float]:
    """Return what pieces must have in common to be joined: font, size and tracking."""
    return piece.font, round(piece.size, 3), piece.tracking


def _is_plain(text: Text) -> bool:
    """Tell whether the lines of a text run from left to right, and are as wide as their letters together."""
    if text.style.tracking and text.align != "left":
        return False
    own = font(text.style.font).own_advance
    return all(
        own(character) and unicodedata.bidirectional(character) not in _FROM_RIGHT
        for line in text.fitted.lines
        for character in line
    )


def _alone(placed: Placed, text: Text) -> TextRun:
    """Return a block for one text only: WeasyPrint alone knows how wide it becomes."""
    fitted, style, scale = text.fitted, text.style, placed.scale
    return TextRun(
        style.font,
        fitted.size * scale,
        style.tracking,
        placed.left + (text.at[0] + fitted.before) * scale,
        placed.top + (text.at[1] + fitted.top) * scale,
        (text.at[2] - fitted.before - fitted.after) * scale,
        fitted.pitch * scale,
        text.align,
        fitted.lines,
    )


def _lines(placed: Placed, text: Text) -> Iterator[Piece]:
    """Yield the lines of a text as pieces at their places on the page."""
    fitted, style, scale = text.fitted, text.style, placed.scale
    em = fitted.size * POINT
    baseline = text.at[1] + fitted.top + fitted.pitch / 2 + font(style.font).drop * em
    left, room = text.at[0] + fitted.before, text.at[2] - fitted.before - fitted.after
    for number, line in enumerate(fitted.lines):
        advance = font(style.font).width(line) * em
        x = left + _INDENT[text.align] * (room - advance)
        yield Piece(
            style.font,
            fitted.size * scale,
            style.tracking,
            placed.left + x * scale,
            placed.top + (baseline + number * fitted.pitch) * scale,
            line,
            advance * scale,
        )


def _grid(placed: Placed, *, colour: bool) -> Iterator[Piece]:
    """Yield the numbers of the pictures of a card and, unless in `colour`, the pictures themselves."""
    layout, scale = placed.layout, placed.scale
    boxes = [("bold", layout.numeral, str(number), box) for number, box in enumerate(layout.numerals, 1)]
    if not colour:
        boxes += [
            ("pictures", picture.at[2] / POINT, glyph_of(picture.pictogram.code), picture.at)
            for picture in layout.pictures
        ]
    for name, size, character, (x, y, width, height) in boxes:
        left, baseline = placed.left + x * scale, placed.top + (y + height) * scale
        yield Piece(name, size * scale, 0, left, baseline, character, width * scale)


def _gathered(alike: Sequence[Piece], pitch: float) -> Iterator[TextRun]:
    """Yield the blocks for pieces of one font, size and tracking, on a page with rows `pitch` apart."""
    stacks: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in _rows(alike):
        first = row[0]
        where = first.baseline % pitch if pitch else first.baseline
        steps = round(pitch / _NEAR) or sys.maxsize
        stacks[_column(first), round(where / _NEAR) % steps].append(row)
    for stack in stacks.values():
        yield from _stacked(stack, pitch or 2 * stack[0][0].size * POINT)


def _rows(pieces: Iterable[Piece]) -> Iterator[Row]:
    """Return the pieces grouped by baseline, each group from left to right."""

    def place(piece: Piece) -> tuple[int, int]:
        return _column(piece), round(piece.baseline / _NEAR)

    ordered = sorted(pieces, key=lambda piece: (*place(piece), piece.left))
    return (list(row) for _place, row in groupby(ordered, key=place))


def _column(piece: Piece) -> int:
    """Return a key that is the same for pieces of one line, and of one block: with tracking, their left edge.

    Tracking makes blanks wider, so that none of a known width can stand before such a piece.
    """
    return round(piece.left / _NEAR) if piece.tracking else 0


def _stacked(rows: Sequence[Row], pitch: float) -> Iterator[TextRun]:
    """Yield a block of rows that are whole pitches apart, and further blocks for pieces too close to join."""
    first = rows[0][0]
    em = first.size * POINT
    lefts = [row[0].left for row in rows]
    left = min(lefts) if max(lefts) - min(lefts) < _NEAR else min(lefts) - _AHEAD * em
    lines: dict[int, str] = {}
    for row in rows:
        number = round((row[0].baseline - first.baseline) / pitch)
        lines[number], too_close = _line(row, left, em)
        if too_close:
            yield from _stacked([too_close], pitch)
    yield _text_run(first, left, pitch, [lines.get(number, "") for number in range(max(lines) + 1)])


def _line(row: Row, left: float, em: float) -> tuple[str, Row]:
    """Return a row as a line that begins at `left`, and the pieces that blanks cannot bring into place."""
    written, end, too_close = "", left, []
    for piece in row:
        blanks, width = _blanks(piece.font, round((piece.left - end) / em * _UNITS))
        if abs(end + width * em - piece.left) > _ASTRAY:
            too_close.append(piece)
            continue
        written += blanks + piece.text
        end += width * em + piece.advance
    return written, too_close


def _text_run(first: Piece, left: float, pitch: float, lines: Sequence[str]) -> TextRun:
    """Return a block of lines that look like `first` and have its baseline as their first one."""
    top = first.baseline - pitch / 2 - font(first.font).drop * first.size * POINT
    return TextRun(first.font, first.size, first.tracking, left, top, _WIDE, pitch, "left", tuple(lines))


@lru_cache(maxsize=4096)
def _blanks(name: str, gap: int) -> tuple[str, float]:
    """Return the blanks of a font that come nearest to a gap in units, and their width in em."""
    widest, characters = max((width, character) for character, width in _widths(name).items())
    many = max(0, (gap - _REACH) // widest + 1)
    rest = gap - many * widest
    nearest, fewest = _nearest(name)[max(0, rest)]
    return characters * many + fewest, (many * widest + nearest) / _UNITS


@cache
def _widths(name: str) -> dict[str, int]:
    """Return the blanks that a font has, with the width of each in units."""
    measured = {character: font(name).own_advance(character) for character in _BLANKS}
    return {character: round(width * _UNITS) for character, width in measured.items() if width}


@cache
def _nearest(name: str) -> list[tuple[int, str]]:
    """Return, for every width up to `_REACH`, the nearest sum of blanks and the fewest blanks for it."""
    fewest = {0: ""}
    for width in range(1, _REACH + 1):
        ways = [
            fewest[width - own] + character
            for character, own in _widths(name).items()
            if width - own in fewest
        ]
        if ways:
            fewest[width] = min(ways, key=len)
    reached = sorted(fewest)
    nearest = (
        min(reached[max(0, at - 1) : at + 1], key=lambda width: abs(width - wanted))
        for wanted, at in ((wanted, bisect_left(reached, wanted)) for wanted in range(_REACH + 1))
    )
    return [(width, fewest[width]) for width in nearest]
