"""Finds the size of a text and the places where its lines break, so that its ink stays inside a box.

A text shrinks in steps and wraps where its kind may break. If it still does not fit at its least size, its
words are cut and it shrinks further; nothing is clipped. All of this is computed from the glyphs of the fonts
that are printed (`fonts`). Boxes are in millimetres, sizes of type in points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leerid_cli.cards.fonts import Font, font

POINT = 25.4 / 72
"""One point in millimetres."""

_STEP = 0.5
_LAST_RESORT = 0.95
_GAP = 0.06
_ASCENT, _DESCENT = 0.8, 0.24  # ink of plain letters, so that baselines do not dance from card to card

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PIECES = {
    "words": re.compile(r"(?:[^\s-]|-(?=\d))+-*\s*|-+\s*"),  # not before a digit: dates stay whole
    "username": re.compile(r"[^.-]*[.-]+|[^.-]+"),
    "address": re.compile(r"https?://[^/.-]*[/.-]?|[^/.-]*[/.-]+|[^/.-]+"),
    "whole": re.compile(r".+"),
}
"""What stays on one line, for each value of `Style.breaks`: lines break between two matches."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text may be set.

    `font` is a name in `fonts.FILES`; sizes go from `largest` to `least`, in points; `tracking` is the
    letter-spacing in em. `breaks` says where lines may break: after `words` and hyphens, after the dots,
    hyphens and slashes of a `username` or an `address`, or nowhere (`whole`).
    """

    font: str
    largest: float
    least: float
    tracking: float = 0.0
    breaks: str = "words"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text that fits its box: its lines, its size in points, and lengths in millimetres.

    `width` and `height` are those of its ink. For CSS, `pitch` is the line height, and `top` how far below
    the top of the ink the first line box begins; `before` and `after` are how far ink sticks out of that box
    to the left and to the right (the tail of a `j` does). `comfortable` is False where the text did not fit
    at the least size of its style without cutting words.
    """

    lines: tuple[str, ...]
    size: float
    width: float
    height: float
    pitch: float
    top: float
    before: float
    after: float
    comfortable: bool


def clean(text: str) -> str:
    """Return the text on one line, in Unicode NFC (docs/sources.md, "Files and text").

    Runs of white space become one blank. Control characters, also those that change the direction of text,
    and unassigned ones are left out.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c for c in composed if c.isspace() or not _invisible(c)).split())


def missing_letters(text: str) -> set[str]:
    """Return the characters of a text, other than white space, that no font of the cards has."""
    return {letter for letter in clean(text) if not letter.isspace() and not font("regular").has(letter)}


def _invisible(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Cn"}


def fit(text: str, style: Style, width: float, height: float) -> Fitted:
    """Return `text` set as large as its style allows in a box of `width` x `height` millimetres.

    Every text fits: below the least size of the style, words are cut and the text shrinks further.
    """
    setting = _Setting(clean(text), style, width, height)
    for size in _sizes(style.largest, style.least):
        if fitted := setting.try_size(size, cut=False):
            return fitted
    size = style.least
    while not (fitted := setting.try_size(size, cut=True)):
        size *= _LAST_RESORT
    return fitted


def _sizes(largest: float, least: float) -> Iterator[float]:
    while largest > least:
        yield largest
        largest -= _STEP
    yield least


class _Setting:
    """One text with its style and its box: measured once, then tried at many sizes."""

    def __init__(self, text: str, style: Style, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.font: Font = font(style.font)
        self.tracking = style.tracking
        self.pieces: list[str] = _PIECES[style.breaks].findall(text)
        above, below = self.font.ink(text)
        self.ascent, self.descent = max(above, _ASCENT), max(below, _DESCENT)
        self.pitch = self.ascent + self.descent + _GAP

    def try_size(self, size: float, *, cut: bool) -> Fitted | None:
        """Return the text set at `size` points, None if it does not fit; with `cut`, wide words are cut."""
        em = size * POINT
        pieces = self._cut(self.width / em) if cut else self.pieces
        lines = tuple(self._wrap(pieces, self.width / em))
        before = max((self.font.glyph(line[0]).before for line in lines), default=0) * em
        after = max((self.font.glyph(line[-1]).after for line in lines), default=0) * em
        widest = (
            max((self.font.width_set(line, self.tracking) for line in lines), default=0) * em + before + after
        )
        height = (len(lines) * self.pitch - _GAP) * em if lines else 0
        if widest > self.width or height > self.height:
            return None
        top = (self.ascent - self.pitch / 2 - self.font.drop) * em
        return Fitted(lines, size, widest, height, self.pitch * em, top, before, after, comfortable=not cut)

    def _wrap(self, pieces: Iterable[str], limit: float) -> Iterator[str]:
        """Yield lines no wider than `limit` em; only a piece that is wider itself makes a wider line."""
        line = ""
        for piece in pieces:
            if line and self._measure(line + piece) > limit:
                yield line.rstrip()
                line = ""
            line += piece
        if line:
            yield line.rstrip()

    def _cut(self, limit: float) -> list[str]:
        """Return the pieces, with those wider than `limit` em cut into single letters."""
        cut: list[str] = []
        for piece in self.pieces:
            cut.extend([piece] if self._measure(piece) <= limit else _letters(piece))
        return cut

    def _measure(self, line: str) -> float:
        """Return the width of the ink of a line in em."""
        line = line.rstrip()
        if not line:
            return 0
        first, last = self.font.glyph(line[0]), self.font.glyph(line[-1])
        return first.before + self.font.width_set(line, self.tracking) + last.after


def _letters(text: str) -> Iterator[str]:
    """Yield the letters of a text, each with its combining marks, and joined characters as one letter."""
    letter = ""
    for character in text:
        if letter and not (unicodedata.category(character)[0] == "M" or "\u200d" in (character, letter[-1])):
            yield letter
            letter = ""
        letter += character
    if letter:
        yield letter
