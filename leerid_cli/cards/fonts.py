"""The fonts of the cards, and the measures of their glyphs in em.

Widths and heights are read from the TrueType files that are printed (tables `hmtx`, `cmap`, `glyf`), so that
`fitting` knows how large a text will be. The files are whole: subsets for web pages lack letters such as Ł
and ş. Scripts that Andika lacks (Greek, Arabic, Hebrew, Armenian, Georgian) come from a second file, which
has a family name of its own. Where the fonts come from: docs/sources.md, "Pictures, fonts and words".
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
"""The font files in `templates/cards/fonts`, by the names that styles call them."""
_FALLBACK = {"regular": "other", "bold": "other_bold"}
_JOINED = ("init", "medi", "fina")
_KERNING = 1.01  # it may widen a line a little beyond the sum of its advances


class Glyph(NamedTuple):
    """Measures of one character in em.

    `above` and `below` are how far its ink reaches from the baseline, `before` and `after` how far it sticks
    out of its advance to the left and to the right.
    """

    advance: float
    above: float
    below: float
    before: float
    after: float


# Instead of a glyph that is missing here, one of a font of the computer is printed; its measures are unknown.
_MISSING = Glyph(1.2, 1.15, 0.4, 0, 0)
# The shaper moves a combining mark to its letter, so its outline does not tell where its ink will be.
_MARK = Glyph(0, 1.3, 0.5, 0.2, 0.2)


def path(name: str) -> Path:
    """Return the path of a font file; `name` is a key of `FILES`."""
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
        """Return the measures of a character, the largest of its joined forms; None if the font lacks it."""
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
    """Return the glyphs that a glyph of a joined script (Arabic) can turn into within a word, by its name."""
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
    """A font, and the one from which letters come that it lacks; all measures in em."""

    def __init__(self, name: str) -> None:
        names = [name, *filter(None, [_FALLBACK.get(name)])]
        self._files = [_file(part) for part in names]
        self._seen: dict[str, Glyph] = {}
        self._own: dict[str, float] = {}
        self.drop: float = self._files[0].drop
        """How far the baseline lies below the middle of a CSS line box, in em."""

    def has(self, character: str) -> bool:
        """Tell whether the font, or the one for letters it lacks, has a character."""
        return any(ord(character) in file.names for file in self._files)

    def glyph(self, character: str) -> Glyph:
        """Return the measures of a character; large ones, to be safe, if no file has it."""
        if character not in self._seen:
            measured = (file.measure(character) for file in self._files)
            self._seen[character] = next(filter(None, measured), _MISSING)
        return self._seen[character]

    def own_advance(self, character: str) -> float:
        """Return the advance of a character that the font itself has; 0 for marks and for what it lacks."""
        if character not in self._own:
            glyph = self._files[0].measure(character)
            self._own[character] = glyph.advance if glyph else 0.0
        return self._own[character]

    def width(self, text: str) -> float:
        """Return the sum of the advances of a text on one line."""
        return sum(self.glyph(character).advance for character in text)

    def width_set(self, text: str, tracking: float) -> float:
        """Return the width of a text set on one line with letter-spacing in em, kerning allowed for."""
        advances = sum(self.glyph(character).advance for character in text)
        return advances * _KERNING + len(text) * tracking

    def ink(self, text: str) -> tuple[float, float]:
        """Return how far the ink of a text reaches above and below its baseline."""
        glyphs = [self.glyph(character) for character in text]
        above, below = (glyph.above for glyph in glyphs), (glyph.below for glyph in glyphs)
        return max(above, default=0), max(below, default=0)


@cache
def _file(name: str) -> _File:
    return _File(path(name))


@cache
def font(name: str) -> Font:
    """Return the font called `name` in `FILES`; its files are read once per process."""
    return Font(name)


@cache
def load_all() -> None:
    """Read all of `FILES`, so that none is read in the middle of drawing."""
    for name in FILES:
        font(name)
