#!/usr/bin/env python3
"""Makes `templates/cards/fonts/LeeridPrenten.ttf` out of `pictograms/high-contrast/*.svg`.

A picture that is a letter costs a tenth of one that is an image, in time and in bytes, and is as sharp.
Run it after `script/make_pictograms.py`. Needs skia-pathops, which is not among the dependencies:

    python3 -m venv /tmp/font && /tmp/font/bin/pip install fonttools skia-pathops
    /tmp/font/bin/python script/make_picture_font.py
"""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from pathlib import Path

import pathops
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.svgLib.path import parse_path

ROOT = Path(__file__).resolve().parent.parent
PICTOGRAMS = ROOT / "pictograms"
FONT = ROOT / "templates" / "cards" / "fonts" / "LeeridPrenten.ttf"
SVG = "{http://www.w3.org/2000/svg}"
EM = 2048
HAIRLINE = 0.3  # what a printer makes of the thinnest stroke
BLANKS = {0x2000 + power: 2**power for power in range(11)}
"""Advances of blanks: together they make any distance (`leerid_cli.cards.text_runs`)."""
SOME_DAY = 3_850_000_000  # seconds since 1904
SIDE = 32
"""Side of the SVGs' viewBox; a glyph fills the square between baseline and one em above it."""


def code_point(code: str) -> int:
    """Return the private code point of a pictogram's code, as `leerid_cli.cards.images` does."""
    return 0xE000 + 16 * (ord(code[0]) - ord("a")) + int(code[1], 16)


def outline(svg: Path) -> pathops.Path:
    """Return all that a picture inks as one path without overlaps."""
    whole = pathops.Path()
    for element, paint in painted(ET.parse(svg).getroot(), {}):  # noqa: S314 - our own drawings
        path = pathops.Path(
            fillType=pathops.FillType.EVEN_ODD
            if paint.get("fill-rule") == "evenodd"
            else pathops.FillType.WINDING
        )
        parse_path(element.get("d"), path.getPen(glyphSet=None))
        if paint.get("fill", "#000") != "none":
            whole = pathops.op(whole, path, pathops.PathOp.UNION)
        if paint.get("stroke", "none") != "none":
            line = pathops.Path(path)
            width = max(float(paint.get("stroke-width", 1)), HAIRLINE)
            line.stroke(width, pathops.LineCap.BUTT_CAP, pathops.LineJoin.MITER_JOIN, 4)
            whole = pathops.op(whole, line, pathops.PathOp.UNION)
    square = pathops.Path()
    parse_path(f"M0 0H{SIDE}V{SIDE}H0Z", square.getPen(glyphSet=None))
    whole = pathops.op(whole, square, pathops.PathOp.INTERSECTION)
    whole.simplify(fix_winding=True, keep_starting_points=False)
    whole.convertConicsToQuads()
    return whole


def painted(element: ET.Element, paint: dict[str, str]) -> list[tuple[ET.Element, dict[str, str]]]:
    """Return the paths below an element with their inherited attributes; what only clips is left out."""
    if element.tag in (f"{SVG}defs", f"{SVG}clipPath"):
        return []
    paint = paint | dict(element.attrib)
    if element.tag == f"{SVG}path":
        return [(element, paint)]
    return [found for child in element for found in painted(child, paint)]


def glyph(svg: Path) -> object:
    """Return the TrueType glyph of a picture."""
    pen = TTGlyphPen(None)
    scale = EM / SIDE
    outline(svg).draw(TransformPen(Cu2QuPen(pen, 1, reverse_direction=False), (scale, 0, 0, -scale, 0, EM)))
    return pen.glyph()


def main() -> None:
    """Write the font; the same pictures give the same bytes."""
    with (PICTOGRAMS / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    empty = TTGlyphPen(None).glyph()
    pictures = {row["code"]: glyph(PICTOGRAMS / "high-contrast" / f"{row['icon']}.svg") for row in rows}
    blanks = {f"blank{advance}": empty for advance in BLANKS.values()}
    glyphs = {".notdef": empty, "space": empty} | pictures | blanks
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder(list(glyphs))
    font.setupCharacterMap(
        {ord(" "): "space"}
        | {code_point(row["code"]): row["code"] for row in rows}
        | dict(zip(BLANKS, blanks, strict=True))
    )
    font.setupGlyf(glyphs)
    lefts = {name: getattr(shape, "xMin", 0) for name, shape in glyphs.items()}
    advances = dict(zip(blanks, BLANKS.values(), strict=True))
    font.setupHorizontalMetrics({name: (advances.get(name, EM), left) for name, left in lefts.items()})
    font.setupHorizontalHeader(ascent=EM, descent=0)
    font.setupNameTable({"familyName": "Leerid Prenten", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=EM, sTypoDescender=0, usWinAscent=EM, usWinDescent=0)
    font.setupPost(keepGlyphNames=False)
    font.font["head"].created = font.font["head"].modified = SOME_DAY
    font.font.recalcTimestamp = False
    font.save(FONT)


if __name__ == "__main__":
    main()
