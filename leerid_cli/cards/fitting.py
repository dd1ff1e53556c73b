"""How large a text may be, and where its lines break, so that its ink stays inside a box.

Nothing is guessed and nothing is clipped: a text shrinks in steps and wraps where its kind may
break; if that does not do, its words are cut and it shrinks on. Boxes in millimetres, sizes in points.
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
    "words": re.compile(r"(?:[^\s-]|-(?=\d))+-*\s*|-+\s*"),  # but dates stay whole
    "username": re.compile(r"[^.-]*[.-]+|[^.-]+"),
    "address": re.compile(r"https?://[^/.-]*[/.-]?|[^/.-]*[/.-]+|[^/.-]+"),
    "whole": re.compile(r".+"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a text may be set.

    A font name, sizes from `largest` to `least` in points, letter-spacing in em, and where lines
    may break: after `words` and hyphens, in a `username` or an `address`, or nowhere (`whole`).
    """

    font: str
    largest: float
    least: float
    tracking: float = 0.0
    breaks: str = "words"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text that fits: its lines, size in points, and its ink's width and height in millimetres.

    `top` is where a CSS box with line height `pitch` has to start, in millimetres below the top of
    the ink; `before` and `after` are the room its first and last letters need outside that box (a
    `j` sticks out to the left). `comfortable` is False where a word had to be cut or even the least
    size was too large.
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
    """Put the text on one line: runs of white space become one blank, control characters go."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c for c in composed if c.isspace() or not _invisible(c)).split())


def missing_letters(text: str) -> set[str]:
    """Return the letters of a text that no font of the cards can show."""
    return {letter for letter in clean(text) if not letter.isspace() and not font("regular").has(letter)}


def _invisible(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Cn"}


def fit(text: str, style: Style, width: float, height: float) -> Fitted:
    """Set `text` as large as `style` allows in `width` x `height` mm; whatever the text, it fits."""
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
    """One text with its style and box; measures once, tries many sizes."""

    def __init__(self, text: str, style: Style, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.font: Font = font(style.font)
        self.tracking = style.tracking
        self.pieces: list[str] = _PIECES[style.breaks].findall(text)
        above, below = self.font.ink(text)
        self.ascent, self.descent = max(above, _ASCENT), max(below, _DESCENT)
        self.pitch = self.ascent + self.descent + _GAP

    def try_size(self, size: float, *, cut: bool) -> Fitted | None:
        """Set the text at `size` points; None if it does not fit; with `cut` words may be cut."""
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
        """Fill lines one after another; a piece wider than the limit stands alone and too wide."""
        line = ""
        for piece in pieces:
            if line and self._measure(line + piece) > limit:
                yield line.rstrip()
                line = ""
            line += piece
        if line:
            yield line.rstrip()

    def _cut(self, limit: float) -> list[str]:
        """Cut pieces that are too wide into single letters."""
        cut: list[str] = []
        for piece in self.pieces:
            cut.extend([piece] if self._measure(piece) <= limit else _letters(piece))
        return cut

    def _measure(self, line: str) -> float:
        line = line.rstrip()
        if not line:
            return 0
        first, last = self.font.glyph(line[0]), self.font.glyph(line[-1])
        return first.before + self.font.width_set(line, self.tracking) + last.after


def _letters(text: str) -> Iterator[str]:
    """Split into letters, each with the marks that belong to it."""
    letter = ""
    for character in text:
        if letter and not (unicodedata.category(character)[0] == "M" or "\u200d" in (character, letter[-1])):
            yield letter
            letter = ""
        letter += character
    if letter:
        yield letter
