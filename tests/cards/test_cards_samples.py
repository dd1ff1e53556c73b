"""The sample PDFs in docs/samples: they are what the program makes today, and nothing on them is misplaced.

Where things should be is computed from the card layouts, without drawing; where they are is read from the
PDFs.
"""

import ctypes
import importlib.util
import io
import sys
import unicodedata
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp

from leerid_cli import resources
from leerid_cli.cards import calibration, labels, render, sizing
from leerid_cli.cards.card_layouts import built_in_layouts
from leerid_cli.cards.fitting import POINT
from leerid_cli.cards.fonts import font
from leerid_cli.cards.images import MASK
from leerid_cli.cards.sheets import STICKERS, ClassList, Document, Sheet
from leerid_cli.cards.templates import PROGRAM
from leerid_cli.model.people import PasswordKind

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("make_samples", ROOT / "script" / "make_samples.py")
made = sys.modules["make_samples"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(made)

PDFS = sorted(made.SAMPLES)
LOOSE = 0.2
"""Millimetres: the boxes that pdfium gives for glyphs are up to 1 % larger than the ink."""
TENTH = 0.1
LABELS = {
    "105x48": (0, 4.5, 105, 48, 105, 48), "70x37": (0, 0.5, 70, 37, 70, 37),
    "99.1x38.1": (4.65, 15.15, 99.1, 38.1, 101.6, 38.1), "63.5x38.1": (7.25, 15.15, 63.5, 38.1, 66, 38.1),
    "99.1x67.7": (4.65, 13.1, 99.1, 67.7, 101.6, 67.7), "single-105x48": (0, 0, 105, 48, 105, 48),
    "single-89x36": (0, 0, 89, 36, 89, 36), "a4-picture": (10, 10.5, 95, 69, 95, 69),
    "a4-text": (10, 11, 95, 55, 95, 55),
}  # fmt: skip
"""Left and top of the first label, width, height, and pitches of every label sheet, in mm."""


def data(name):
    return (made.PDFS / name).read_bytes()


def drawn(name):
    """Yield each page of a sample: its part, its cards or class list, and its drawing."""
    for part in made.SAMPLES[name]():
        pages = part.pages()
        for page, drawing in zip(pages, render.draw(part.document, pages, part.options), strict=True):
            yield part, page, drawing


def glyphs(page):
    """Return the visible characters of a page, with left, top, right, bottom and origin of each in mm."""
    text, height = page.get_textpage(), page.get_height()
    x, y = ctypes.c_double(), ctypes.c_double()
    characters, places = [], []
    for index in range(text.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(text, index)).replace("\x02", "-")  # at the end of a line
        if (not character.isspace() and character.isprintable()) or 0xE000 <= ord(character) < 0xF900:
            left, bottom, right, top = text.get_charbox(index)
            pdfium.FPDFText_GetCharOrigin(text, index, x, y)
            characters.append(character)
            places.append((left, height - top, right, height - bottom, x.value, height - y.value))
    return characters, np.array(places).reshape(-1, 6) * 25.4 / 72


def on_page(placed, box):
    """Return a box of a layout as left, top, right and bottom in mm on the page."""
    x, y, width, height = (placed.scale * length for length in box)
    return placed.left + x, placed.top + y, placed.left + x + width, placed.top + y + height


def texts(drawing):
    """Yield each text of a page, the box it may fill, and where its first line begins (None if not known)."""
    for placed in drawing.cards:
        for text in placed.layout.texts:
            x, y, *_ = text.at
            fitted, em = text.fitted, text.fitted.size * POINT
            start = (x + fitted.before, y + fitted.top + fitted.pitch / 2 + font(text.style.font).drop * em)
            ltr = all(unicodedata.bidirectional(letter) not in ("R", "AL") for letter in fitted.lines[0])
            known = ltr and text.align == "left" and not unicodedata.combining(fitted.lines[0][0])
            begins = [
                side + placed.scale * length
                for side, length in zip((placed.left, placed.top), start, strict=True)
            ]
            yield text, on_page(placed, text.at), begins if known else None


@pytest.mark.parametrize("name", PDFS)
def test_every_letter_is_where_the_program_puts_it_today(name):
    """This fails where a card layout or a sample card is changed and `script/make_samples.py` is not run."""
    with pypdfium2.PdfDocument(data(name)) as opened:
        pages = list(drawn(name))
        assert len(opened) == len(pages)
        for page, (part, _sheet, drawing) in zip(opened, pages, strict=True):
            assert (page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4) == pytest.approx(
                (drawing.width, drawing.height), abs=0.05
            )
            characters, places = glyphs(page)
            middles = (places[:, :2] + places[:, 2:4]) / 2
            numerals = [on_page(placed, box) for placed in drawing.cards for box in placed.layout.numerals]
            pictures = [on_page(p, one.at) for p in drawing.cards for one in p.layout.pictures]
            boxes = numerals + ([] if part.options.colour else pictures)
            expected = ["".join("".join(text.fitted.lines).split()) for text, _box, _begin in texts(drawing)]
            assert len(characters) == len("".join(expected)) + len(boxes), part.title
            for text, box, begins in texts(drawing):
                boxes.append(box)
                here = np.all((middles >= box[:2]) & (middles <= box[2:]), axis=1)
                said = "".join(sorted(np.array(characters)[here]))
                wanted = "".join(sorted("".join("".join(text.fitted.lines).split())))
                assert unicodedata.normalize("NFKC", said) == unicodedata.normalize("NFKC", wanted), (
                    part.title
                )
                if begins:
                    assert np.abs(places[here][:, 4:] - begins).max(axis=1).min() < TENTH, (
                        part.title,
                        wanted,
                    )
            low, high = np.array(boxes)[:, :2] - LOOSE, np.array(boxes)[:, 2:] + LOOSE
            inside = np.all((places[:, None, :2] >= low) & (places[:, None, 2:4] <= high), axis=2).any(axis=1)
            assert inside.all(), (part.title, np.array(characters)[~inside])


def shapes(placed):
    """Return the boxes of a card that must not overlap, but for the code; of a framed text, the frame."""
    layout = placed.layout
    framed = {id(text) for text in layout.texts if text.frame}
    boxes = [text.at for text in layout.texts if id(text) not in framed]
    boxes += [*(picture.at for picture in layout.pictures), *layout.numerals, *layout.frames]
    boxes += [thing.at for thing in (layout.emblem,) if thing]
    return [on_page(placed, box) for box in boxes]


def apart(one, two):
    return (
        one[2] <= two[0] + 1e-6
        or two[2] <= one[0] + 1e-6
        or one[3] <= two[1] + 1e-6
        or two[3] <= one[1] + 1e-6
    )


@pytest.mark.parametrize("name", PDFS)
def test_nothing_overlaps_and_all_stays_on_its_label(name):
    for part, page, drawing in drawn(name):
        for number, placed in enumerate(drawing.cards):
            boxes = shapes(placed)
            if isinstance(page, Sheet):
                left, top, width, height, *pitch = LABELS[page.format.name]
                row, column = divmod(page.first + number, page.format.columns)
                x, y, edge = left + column * pitch[0], top + row * pitch[1], page.format.edge
                for box in boxes:
                    assert x + edge - 0.3 <= box[0] <= box[2] <= x + width - edge + 0.3, (part.title, box)
                    assert y + edge - 1e-6 <= box[1] <= box[3] <= y + height - edge + 1e-6, (part.title, box)
                if code := placed.layout.code:
                    whole = on_page(placed, code.at)
                    assert x <= whole[0] + 1e-6, "the quiet zone stays on the label"
                    assert y <= whole[1] + 1e-6, part.title
                    assert whole[3] <= y + height + 1e-6, part.title
                    boxes.append(quietless(whole, part))
            for one, two in combinations(boxes, 2):
                assert apart(one, two), (part.title, one, two)


def quietless(box, part):
    """Return the box of a code without its quiet zone on small labels, where texts may reach into it."""
    if part.options.paper.sheet.name in ("105x48", "single-105x48") or part.document is Document.A4:
        return box
    quiet = (box[2] - box[0]) * 4 / 53
    return box[0] + quiet, box[1] + quiet, box[2] - quiet, box[3] - quiet


def images(page):
    """Return the boxes of the pictures on a page as left, top, right and bottom in mm."""
    found = []
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        left, bottom, right, top = (length * 25.4 / 72 for length in thing.get_bounds())
        height = page.get_height() * 25.4 / 72
        found.append((left, height - top, right, height - bottom))
    return found


@pytest.mark.parametrize("name", PDFS)
def test_every_code_lies_on_its_label_to_a_tenth_and_decodes_to_its_address(name):
    with pypdfium2.PdfDocument(data(name)) as opened:
        for page, (part, sheet, drawing) in zip(opened, drawn(name), strict=True):
            placed = [one for one in drawing.cards if one.layout.code]
            if not placed:
                continue
            there = images(page)
            for one in placed:
                box = on_page(one, one.layout.code.at)
                assert any(box == pytest.approx(image, abs=TENTH) for image in there), (part.title, box)
            picture = page.render(scale=150 / 72, grayscale=True).to_pil()
            read = Counter((code.text, code.extra["DataMask"]) for code in zxingcpp.read_barcodes(picture))
            assert read == Counter((card.url, MASK) for card in sheet.cards), part.title


@pytest.mark.parametrize("name", [*PDFS, made.TEST_SHEETS])
def test_language_title_printing_hints_bookmarks_and_fonts_are_set(name):
    with pikepdf.open(io.BytesIO(data(name))) as opened:
        assert set(opened.docinfo) == {"/Title"}
        assert str(opened.docinfo["/Title"]).startswith("LeerID-")
        assert str(opened.Root.Lang) == "nl-BE"
        assert opened.Root.ViewerPreferences.PrintScaling == "/None"
        with opened.open_outline() as outline:
            marks = [item.title for item in outline.root]
        parts = made.SAMPLES[name]() if name in made.SAMPLES else ()
        assert marks == ([part.title for part in parts] or list(labels.formats(PROGRAM)))
        used = [thing for thing in opened.objects if _is(thing, "/Font") and "/DescendantFonts" in thing]
        assert {str(thing["/BaseFont"]).split("+")[-1].split("-")[0] for thing in used} == {"Leerid"}
        for thing in opened.objects:
            if _is(thing, "/FontDescriptor"):
                assert "/FontFile2" in thing or "/FontFile3" in thing


def _is(thing, kind):
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind


def test_the_samples_are_few_small_and_explained():
    files = {file.name for file in made.PDFS.iterdir()} - {"README.md"}
    assert files == {*PDFS, made.TEST_SHEETS}
    assert sum((made.PDFS / name).stat().st_size for name in files) < 3_000_000
    explained = (made.PDFS / "README.md").read_text(encoding="utf-8")
    assert all(f"({name})" in explained for name in files)


def test_the_samples_show_every_kind_document_sheet_and_language():
    """A new label sheet, language or kind of password needs a sample."""
    shown, spoken, names = set(), set(), ""
    for name in PDFS:
        for part in made.SAMPLES[name]():
            for card in part.cards:
                sheet = "" if part.document is Document.A4 else part.options.paper.sheet.name
                shown.add((part.document, card.credential.kind, sheet))
                spoken.add((part.document, card.language))
                names += card.voornaam + card.naam
    forms = labels.formats(PROGRAM)
    url = "https://loket.example/l/bcdfghjkmnpq"
    wanted = {(Document.A4, kind, "") for kind in PasswordKind}
    for name, form in forms.items():
        left_out = sizing.unfit(form, STICKERS, PasswordKind, url, built_in_layouts())
        wanted |= {
            (document, kind, name)
            for document in STICKERS
            for kind in PasswordKind
            if (document, kind) not in left_out and (document is not Document.SIGN_IN or name != "105x48")
        }
    assert wanted <= shown
    assert spoken >= {
        (document, language) for document in Document for language in resources.card_languages()
    }
    for letters in ("محمد", "Παπ", "Шев", "Nguyễn", "Şebnem", "Łukasz", "Țiriac", "W" * 60):
        assert letters in names
    lists = [page for _part, page, _ in drawn("a4-cards.pdf") if isinstance(page, ClassList)]
    assert len(lists) >= 5


def test_the_colour_page_has_all_its_pictures_and_they_are_in_colour():
    with pypdfium2.PdfDocument(data("stickers-105x48.pdf")) as opened:
        pages = list(drawn("stickers-105x48.pdf"))
        numbers = [n for n, (part, *_) in enumerate(pages) if part.options.colour]
        assert numbers
        for number, (part, *_) in enumerate(pages):
            colours = np.array(opened[number].render(scale=0.5).to_pil().convert("RGB")).astype(int)
            assert bool(np.ptp(colours, axis=2).max() > 60) is part.options.colour, part.title


def test_the_test_sheets_are_those_of_today():
    with pypdfium2.PdfDocument(data(made.TEST_SHEETS)) as opened:
        start = 0
        for form in labels.formats(PROGRAM).values():
            with pypdfium2.PdfDocument(calibration.render(form)) as fresh:
                for number, page in enumerate(fresh):
                    said, there = glyphs(opened[start + number])
                    wanted, places = glyphs(page)
                    assert said == wanted, form.name
                    assert there == pytest.approx(places, abs=TENTH), form.name
                start += len(fresh)
        assert start == len(opened)
