"""The fonts on the cards and the measures of their glyphs.

Widths and ink heights come from the TrueType files that are printed (tables `hmtx`, `cmap`,
`glyf`). Whole files, not web subsets: those lack letters such as Ł and ş. Scripts that Andika lacks
(Greek, Arabic, Hebrew, Armenian, Georgian) come from a second file, under a family name of its own.
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
    "other": "LeeridNamen-Regular.ttf",
    "other_bold": "LeeridNamen-Bold.ttf",
    "pictures": "LeeridPrenten.ttf",
}
_FALLBACK = {"regular": "other", "bold": "other_bold"}
_JOINED = ("init", "medi", "fina")
_KERNING = 1.01  # it may widen a line a little beyond the sum of its advances


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


class _File:
    """The glyphs of one font file; all measures in em."""

    def __init__(self, file: Path) -> None:
        font = TTFont(BytesIO(file.read_bytes()), lazy=True)
        head = font["hhea"]
        self._em: float = font["head"].unitsPerEm
        self.names: dict[int, str] = font.getBestCmap()
        self._advances = font["hmtx"]
        self._outlines = font["glyf"]
        self._forms = _forms(font)
        self.drop: float = (head.ascent + head.descent) / 2 / self._em

    def measure(self, character: str) -> Glyph | None:
        """Measure a character, in the widest of its joined forms; None if the font lacks it."""
        name = self.names.get(ord(character))
        if name is None:
            return None
        if not self._advances[name][0]:
            return _MARK
        forms = [self._outline(form) for form in (name, *self._forms.get(name, ()))]
        return Glyph(*map(max, zip(*forms, strict=True)))

    def _outline(self, name: str) -> Glyph:
        advance: float = self._advances[name][0]
        outline = self._outlines[name]
        if not outline.numberOfContours:
            return Glyph(advance / self._em, 0, 0, 0, 0)
        reach = (advance, outline.yMax, -outline.yMin, max(0, -outline.xMin), max(0, outline.xMax - advance))
        return Glyph(*(length / self._em for length in reach))


def _forms(font: TTFont) -> dict[str, set[str]]:
    """Collect what the letters of a joined script turn into at the beginning, middle and end of a word."""
    forms: dict[str, set[str]] = {}
    if "GSUB" not in font:
        return forms
    table = font["GSUB"].table
    records = (record for record in table.FeatureList.FeatureRecord if record.FeatureTag in _JOINED)
    for number in {number for record in records for number in record.Feature.LookupListIndex}:
        for subtable in table.LookupList.Lookup[number].SubTable:
            for name, form in getattr(subtable, "mapping", {}).items():
                forms.setdefault(name, set()).add(form)
    return forms


class Font:
    """A font with the one that stands in for letters it lacks; all measures in em."""

    def __init__(self, name: str) -> None:
        names = [name, *filter(None, [_FALLBACK.get(name)])]
        self._files = [_file(part) for part in names]
        self._seen: dict[str, Glyph] = {}
        self._own: dict[str, float] = {}
        self.drop: float = self._files[0].drop
        """How far the baseline lies below the middle of a CSS line box."""

    def has(self, character: str) -> bool:
        """Tell whether the font can show a character."""
        return any(ord(character) in file.names for file in self._files)

    def glyph(self, character: str) -> Glyph:
        """Measure a character; a careful guess if the font lacks it."""
        if character not in self._seen:
            measured = (file.measure(character) for file in self._files)
            self._seen[character] = next(filter(None, measured), _MISSING)
        return self._seen[character]

    def own_advance(self, character: str) -> float:
        """Return the advance of a character that the font itself shows; 0 where it cannot, and for marks."""
        if character not in self._own:
            glyph = self._files[0].measure(character)
            self._own[character] = glyph.advance if glyph else 0.0
        return self._own[character]

    def width(self, text: str) -> float:
        """Add up the advances of a text on one line."""
        return sum(self.glyph(character).advance for character in text)

    def width_set(self, text: str, tracking: float) -> float:
        """Return the width of a text set on one line with letter-spacing in em, kerning allowed for."""
        advances = sum(self.glyph(character).advance for character in text)
        return advances * _KERNING + len(text) * tracking

    def ink(self, text: str) -> tuple[float, float]:
        """Measure how far a text's ink reaches above and below its baseline."""
        glyphs = [self.glyph(character) for character in text]
        above, below = (glyph.above for glyph in glyphs), (glyph.below for glyph in glyphs)
        return max(above, default=0), max(below, default=0)


@cache
def _file(name: str) -> _File:
    return _File(path(name))


@cache
def font(name: str) -> Font:
    """Read one of `FILES`, once per process."""
    return Font(name)


@cache
def load_all() -> None:
    """Read all of `FILES`, so that none is read in the middle of drawing."""
    for name in FILES:
        font(name)
