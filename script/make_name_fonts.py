#!/usr/bin/env python3
"""Makes `templates/cards/fonts/LeeridNamen-*.ttf`: the scripts that Andika lacks, out of Noto fonts (OFL).

Greek, Arabic, Hebrew, Armenian and Georgian in one file a weight, with the line height of Andika, so that
a name in another script stands on the same baseline. Reads the files of Debian's package:

    apt-get download fonts-noto-core && dpkg-deb -x fonts-noto-core_*.deb noto
    script/make_name_fonts.py noto/usr/share/fonts/truetype/noto
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "templates" / "cards" / "fonts"
PARTS = {
    "NotoSans": "0020,00A0,002D,2010,2019,0370-03FF,1F00-1FFF",
    "NotoSansArabic": "0600-06FF,0750-077F,200C,200D,FDF2",
    "NotoSansArmenian": "0530-058F,FB13-FB17",
    "NotoSansGeorgian": "10A0-10FF,1C90-1CBF",
    "NotoSansHebrew": "0590-05FF,FB1D-FB4F",
}
SOME_DAY = 3_850_000_000  # seconds since 1904
SHAPING = ["ccmp", "locl", "init", "medi", "fina", "isol", "rlig", "calt", "mark", "mkmk", "kern"]


def part(file: Path, letters: str, folder: Path) -> str:
    """Write the letters of one font, with what shapes them, to a file in `folder` and return its name."""
    font = TTFont(file)
    options = subset.Options(layout_features=SHAPING, hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(letters))
    subsetter.subset(font)
    target = folder / file.name
    font.save(target)
    return str(target)


def name(font: TTFont, weight: str) -> None:
    """Give the font the name that the style sheet uses; licence and copyright stay."""
    for number, text in {
        1: "Leerid Namen",
        2: weight,
        4: f"Leerid Namen {weight}",
        6: f"LeeridNamen-{weight}",
    }.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    for number in (3, 16, 17, 21, 22):
        font["name"].removeNames(nameID=number)


def line_height(font: TTFont, model: TTFont) -> None:
    """Take over the model's line height, in the font's own units."""
    scale = font["head"].unitsPerEm / model["head"].unitsPerEm
    ascent, descent = (round(length * scale) for length in (model["hhea"].ascent, model["hhea"].descent))
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ascent, descent, 0
    os2 = font["OS/2"]
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, descent, 0
    os2.usWinAscent, os2.usWinDescent = ascent, -descent


def main(noto: Path) -> None:
    """Write a file for each weight; the same fonts give the same bytes."""
    for weight in ("Regular", "Bold"):
        with tempfile.TemporaryDirectory() as folder:
            files = [
                part(noto / f"{font}-{weight}.ttf", letters, Path(folder)) for font, letters in PARTS.items()
            ]
            merged = merge.Merger().merge(files)
        name(merged, weight)
        line_height(merged, TTFont(FONTS / f"Andika-{weight}.ttf"))
        merged["head"].created = merged["head"].modified = SOME_DAY
        merged.recalcTimestamp = False
        merged.save(FONTS / f"LeeridNamen-{weight}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
