"""The pictures that a child chooses from: letters of the font look like the drawings, and no two look alike.

Each limit is a little above what was measured for the worst pair, which the test names, when people had
looked at all pictures.
"""

import io
from itertools import combinations

import cv2
import numpy as np
import pypdfium2
import pytest
from conftest import categories
from weasyprint import HTML

from leerid_cli.cards import fonts, images
from leerid_cli.cards.fetcher import CardFetcher

STICKER_MM = 9.3
"""Millimetres: the smallest side of a picture on an ordinary card."""
CELL_MM = 16
COLUMNS = 12
ALL = [picture for category in categories() for picture in category]
STYLE = """
@font-face { font-family: P; src: url("%s") }
@page { size: 210mm 297mm; margin: 0 } body { margin: 0 }
img, p { position: absolute; margin: 0; width: %smm; height: %smm } p { font: %smm/%smm P }
"""


def drawn(dpi, side=STICKER_MM, svg=None):
    """Return each picture alone, grey, `side` mm large: as a letter of the font, or from a set of SVGs."""
    body = "".join(_place(number, picture, svg) for number, picture in enumerate(ALL))
    style = STYLE % (fonts.path("pictures").as_uri(), *[side] * 4)
    data = HTML(string=f"<style>{style}</style>{body}", url_fetcher=CardFetcher()).write_pdf()
    with pypdfium2.PdfDocument(io.BytesIO(data)) as opened:
        page = np.array(opened[0].render(scale=dpi / 72, grayscale=True).to_pil())
    pixels = dpi / 25.4
    size = int(CELL_MM * pixels)
    corners = [[round(CELL_MM * pixels * place) for place in divmod(n, COLUMNS)] for n in range(len(ALL))]
    return [page[y : y + size, x : x + size] for y, x in corners]


def _place(number, picture, svg):
    row, column = divmod(number, COLUMNS)
    style = f"left:{column * CELL_MM + 3}mm;top:{row * CELL_MM + 3}mm"
    if svg is None:
        return f'<p style="{style}">{images.glyph_of(picture.code)}</p>'
    return f'<img style="{style}" src="{images.pictogram(picture.icon, colour=svg == "flat")}">'


def black(image):
    return (image < 128).astype(np.uint8)


def test_each_letter_of_the_font_is_its_picture():
    """Less than 3.5 % of the ink differs; from any other picture more than 40 % differs."""
    for picture, letter, image in zip(ALL, drawn(300), drawn(300, svg="high-contrast"), strict=True):
        assert black(letter).any(), picture.word
        difference = np.abs(letter.astype(int) - image).sum() / (255 - image.astype(int)).sum()
        assert difference < 0.035, picture.word


def shifted(image, reach):
    for dx in range(-reach, reach + 1):
        for dy in range(-reach, reach + 1):
            yield np.roll(image, (dy, dx), (0, 1))


def overlap(one, two):
    """Return the common part of two inked areas (intersection over union), moved to where it is largest."""
    return max((one & moved).sum() / (one | moved).sum() for moved in shifted(two, 2))


def correlation(one, two):
    return max((one * moved).sum() for moved in shifted(two, 1))


def blurred(image):
    """Return a picture as a child sees it at reading distance: blurred by 0.25 mm, all of equal contrast."""
    ink = cv2.GaussianBlur(255.0 - image, (0, 0), 1.5)
    ink -= ink.mean()
    return ink / np.sqrt((ink * ink).sum())


def most_alike(images, measure):
    """Return the most alike pair of each category as (likeness, word, word), the most alike of all first."""
    found = []
    for start in range(0, len(ALL), 16):
        pairs = combinations(range(start, start + 16), 2)
        found.append(max((measure(images[i], images[j]), ALL[i].word, ALL[j].word) for i, j in pairs))
    return sorted(found, reverse=True)


def test_no_two_black_pictures_of_a_category_cover_each_other():
    """Worst pairs: ster and boom 0.71, wolk and boom 0.68, lach and masker 0.60."""
    assert most_alike([black(image) for image in drawn(150)], overlap)[0] < (0.75,)


@pytest.mark.parametrize(("svg", "limit"), [(None, 0.92), ("flat", 0.96)])
def test_no_two_pictures_of_a_category_look_alike_in_grey(svg, limit):
    """Worst pairs: ster and boom 0.89 in black, vuur and boom 0.94 in colour printed grey."""
    assert most_alike([blurred(image) for image in drawn(150, svg=svg)], correlation)[0] < (limit,)


POINTS = {"leeuw": 1, "lolly": 5, "rugzak": 1, "vlieger": 1}
"""How many thinner strokes are allowed: where shapes meet in a point (the lion's nose), and a thin zip."""


def areas(white):
    """Return how many white areas can be seen: 30 pixels or more, at 600 dpi a square of 0.23 mm."""
    return sum(area >= 30 for *_box, area in cv2.connectedComponentsWithStats(white, connectivity=4)[2][1:])


def test_a_monochrome_printer_of_600_dpi_keeps_every_outline():
    """Every stroke that separates two white areas is at least 2 pixels (0.085 mm) wide."""
    for picture, image in zip(ALL, drawn(600), strict=True):
        ink = black(image)
        kept = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        assert 0 <= areas(1 - ink) - areas(1 - kept) <= POINTS.get(picture.word, 0), picture.word
