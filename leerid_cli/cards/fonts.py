"""The three fonts on the cards and the measures of their glyphs.

Widths and ink heights come from the TrueType files that are printed (tables `hmtx`, `cmap`,
`glyf`). Whole files, not web subsets: those lack letters such as Ł and ş.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTFont

from leerid_cli import resources

FILES = {
    "regular": "Andika-Regular.ttf",
    "bold": "Andika-Bold.ttf",
    "code": "AtkinsonHyperlegibleMono-Bold.ttf",
}


class Glyph(NamedTuple):
    """Measures of one character in em: its advance, and its ink's reach in the four directions.

    `above` and `below` count from the baseline, `before` and `after` from the edges of the advance.
    """

    advance: float
    above: float
    below: float
    before: float
    after: float


# A font of the computer stands in for a glyph that is missing here; its measures are unknown.
_MISSING = Glyph(1.2, 1.15, 0.4, 0, 0)
# The shaper moves a combining mark, so its own outline says little.
_MARK = Glyph(0, 1.3, 0.5, 0.2, 0.2)


def path(name: str) -> Path:
    """Return the file of one of `FILES`."""
    return resources.templates() / "fonts" / FILES[name]


class Font:
    """The glyphs of one font file; all measures in em."""

    def __init__(self, file: Path) -> None:
        font = TTFont(BytesIO(file.read_bytes()), lazy=True)
        head = font["hhea"]
        self._em: float = font["head"].unitsPerEm
        self._names: dict[int, str] = font.getBestCmap()
        self._advances = font["hmtx"]
        self._outlines = font["glyf"]
        self._seen: dict[str, Glyph] = {}
        self.drop: float = (head.ascent + head.descent) / 2 / self._em
        """How far the baseline lies below the middle of a CSS line box."""

    def glyph(self, character: str) -> Glyph:
        """Measure a character; a careful guess if the font lacks it."""
        if character not in self._seen:
            self._seen[character] = self._measure(character)
        return self._seen[character]

    def _measure(self, character: str) -> Glyph:
        name = self._names.get(ord(character))
        if name is None:
            return _MISSING
        advance: float = self._advances[name][0]
        if not advance:
            return _MARK
        outline = self._outlines[name]
        if not outline.numberOfContours:
            return Glyph(advance / self._em, 0, 0, 0, 0)
        reach = (advance, outline.yMax, -outline.yMin, max(0, -outline.xMin), max(0, outline.xMax - advance))
        return Glyph(*(length / self._em for length in reach))

    def width(self, text: str) -> float:
        """Add up the advances of a text on one line."""
        return sum(self.glyph(character).advance for character in text)

    def ink(self, text: str) -> tuple[float, float]:
        """Measure how far a text's ink reaches above and below its baseline."""
        glyphs = [self.glyph(character) for character in text]
        above, below = (glyph.above for glyph in glyphs), (glyph.below for glyph in glyphs)
        return max(above, default=0), max(below, default=0)


@cache
def font(name: str) -> Font:
    """Read one of `FILES`, once per process."""
    return Font(path(name))
