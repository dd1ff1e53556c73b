"""What a printed page looks like, measured on the page itself."""

import io
import unicodedata
from base64 import b64decode
from dataclasses import replace
from itertools import combinations, pairwise, product

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from leerid_cli.cards.fonts import font
from leerid_cli.cards.images import MASK, qr_code
from leerid_cli.cards.layout import lay_out
from leerid_cli.cards.render import CardOptions
from leerid_cli.cards.sheets import Document, paginate
from leerid_cli.cards.sizing import LEAST_OF
from leerid_cli.model.cards import Credential, Logo
from leerid_cli.model.people import PasswordKind

DPI = 150
PIXEL = 25.4 / DPI
LOOSE = 0.2
"""Millimetres: pdfium's boxes of glyphs are up to 1 % larger than the ink (measured at 1200 dpi)."""
STICKERS = [Document.FULL, Document.SIGN_IN, Document.PASSWORD]
WITH_CODES = [Document.A4, Document.FULL, Document.SIGN_IN]
KINDS = list(PasswordKind)
EXAMPLE = CardOptions(example=True)
HYPHENS = frozenset("-\x02\xad\ufffe ")
"""Characters not compared: pdfium takes a hyphen at the end of a line for a broken word, and moves it."""


def full_sheet(make, document, kind):
    return [make.card(kind, number) for number in range(10 if document is Document.A4 else 12)]


def ink(image, box, threshold=64):
    """Return left, top, right and bottom of the ink inside a box given so, in mm; None if there is none."""
    pixels = [round(edge / PIXEL) for edge in box]
    found = ImageOps.invert(image.crop(pixels)).point(lambda grey: 255 if grey > threshold else 0).getbbox()
    if found is None:
        return None
    return [pixels[i % 2] * PIXEL + edge * PIXEL for i, edge in enumerate(found)]


@pytest.mark.parametrize("document", Document)
def test_pages_are_a4(document, make):
    with pypdfium2.PdfDocument(make.pdf(document, make.worst(PasswordKind.PICTURE))) as opened:
        for page in opened:
            assert page.get_width() / make.mm == pytest.approx(210, abs=0.01)
            assert page.get_height() / make.mm == pytest.approx(297, abs=0.01)
            assert page.get_rotation() == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", STICKERS)
@pytest.mark.parametrize("options", [CardOptions(), EXAMPLE])
@pytest.mark.parametrize("values", ["worst", "foreign"])
def test_sticker_ink_keeps_its_margins(document, kind, options, values, make):
    cards = getattr(make, values)(kind)
    image = make.raster(make.pdf(document, cards, options), dpi=DPI)
    form = paginate(document, cards)[0].format
    for slot in range(len(cards)):
        x, y = form.label(slot)
        left, top, right, bottom = ink(image, (x, y, x + form.width, y + form.height))
        assert left >= (6 if x == 0 else x + 3) - PIXEL, slot
        assert right <= (204 if x else x + form.width - 3) + PIXEL, slot
        assert y + 3 - PIXEL <= top, slot
        assert bottom <= y + form.height - 3 + PIXEL, slot


@pytest.mark.parametrize("kind", KINDS)
def test_a4_ink_keeps_ten_millimetres(kind, make):
    image = make.raster(make.pdf(Document.A4, make.worst(kind)), dpi=DPI)
    left, top, right, bottom = ink(image, (0, 0, 210, 297))
    assert min(left, top, 210 - right, 297 - bottom) >= 10 - PIXEL


def test_an_a4_card_has_a_cut_line_on_each_side_and_its_neighbour_the_same(make):
    image = make.raster(make.pdf(Document.A4, [make.card(PasswordKind.WORD, i) for i in range(10)]), dpi=DPI)
    for x in (10, 105, 200):
        assert ink(image, (x - 0.5, 11, x + 0.5, 286), threshold=16)[3] >= 285, x
    for y in range(11, 287, 55):
        assert ink(image, (11, y - 0.5, 199, y + 0.5), threshold=16)[2] >= 198, y


def test_a_low_card_layout_stands_in_the_middle_of_a_high_card(make):
    cards = [make.card(PasswordKind.PICTURE), make.card(PasswordKind.WORD, 1)]
    image = make.raster(make.pdf(Document.A4, cards), dpi=DPI)
    _, top, _, bottom = ink(image, (106, 11.5, 199, 78.5))
    assert (top - 10.5) == pytest.approx(10.5 + 69 - bottom, abs=1.5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", WITH_CODES)
def test_each_code_decodes_to_the_address_of_its_card(document, kind, make):
    cards = full_sheet(make, document, kind)
    sheet = paginate(document, cards)[0]
    barcodes = zxingcpp.read_barcodes(make.raster(make.pdf(document, cards), dpi=DPI))
    assert len(barcodes) == len(sheet.cards) == sheet.format.capacity
    read = {}
    for code in barcodes:
        corners = [code.position.top_left, code.position.bottom_right]
        x, y = (sum(getattr(corner, axis) for corner in corners) / 2 * PIXEL for axis in "xy")
        column, row = x // sheet.format.pitch_x, (y - sheet.format.top) // sheet.format.pitch_y
        read[int(row * 2 + column)] = code.text
    assert read == {slot: card.url for slot, card in enumerate(sheet.cards)}


@pytest.mark.parametrize("document", WITH_CODES)
def test_each_code_decodes_in_a_poor_picture_with_two_decoders(document, make):
    """As a webcam sees a sheet: 150 dpi, grey, out of focus by a pixel (0.17 mm), tilted by 5 degrees."""
    check_a_poor_picture(document, full_sheet(make, document, PasswordKind.PICTURE), make)


@pytest.mark.parametrize("document", WITH_CODES)
def test_the_codes_with_most_penalty_points_decode_in_a_poor_picture_too(document, make):
    """The mask is not chosen by them, so these are the codes that would most need another mask."""
    assert MASK == 6, "the tokens below are searched for this mask"
    cards = full_sheet(make, document, PasswordKind.WORD)
    urls = [f"https://loket.example/l/{token}" for token in MOST_PENALTY_POINTS]
    cards = [replace(card, url=url) for card, url in zip(cards, urls, strict=False)]
    check_a_poor_picture(document, cards, make)


MOST_PENALTY_POINTS = [
    "r37pqg4b3vd7", "v6954d572kk3", "zf6d9m6s3kj4", "f466hvqb3gwf", "txks2mc2r8sv", "g92342k37dbb",
    "8fzth33wkftw", "sdp37n8cnph2", "ksq7qzkdvr4b", "kpzk2pb628sb", "7zcc2bmsmknt", "tt32d5vpsvdv",
]  # fmt: skip
"""Of 20,000 random tokens: 1059 to 982 points (ISO/IEC 18004, 7.8.3, as qrcode counts them); in the middle 716."""


def check_a_poor_picture(document, cards, make):
    sheet = paginate(document, cards)[0]
    image = make.raster(make.pdf(document, cards), dpi=DPI)
    expected = {card.url for card in sheet.cards}
    assert {code.text for code in zxingcpp.read_barcodes(poor(image))} == expected
    opencv = cv2.QRCodeDetector()  # reliable for one code in a picture, not for twelve
    for slot, card in enumerate(sheet.cards):
        left, top = sheet.format.content(slot)
        x, y, side, _ = lay_out(document, card, example=False).code.at
        edges = (left + x, top + y, left + x + side, top + y + side)
        alone = poor(image.crop([round(edge / PIXEL) for edge in edges]))
        assert opencv.detectAndDecode(np.array(alone))[0] == card.url, slot


def poor(image):
    blurred = image.filter(ImageFilter.GaussianBlur(1))
    return blurred.rotate(5, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


@pytest.mark.parametrize(
    ("document", "side"), [(Document.A4, 40), (Document.FULL, 30), (Document.SIGN_IN, 40)]
)
def test_a_code_has_its_full_size_with_a_short_and_with_a_long_address(document, side, make):
    """A code with its quiet zone is 40 mm on A4 and sign-in stickers, 30 mm on full ones: easy to scan."""
    for url in ("https://loket.example/l/7fz7fz7fz7fz", make.sixty_bytes):
        layout = lay_out(document, make.card(PasswordKind.WORD, url=url), example=False)
        assert layout.code.at[2] == pytest.approx(side, abs=0.01), url


@pytest.mark.parametrize("document", WITH_CODES)
def test_a_code_is_drawn_module_by_module_in_grey_alone(document, make):
    card = make.card(PasswordKind.WORD)
    data = make.pdf(document, [card])
    with pikepdf.open(io.BytesIO(data)) as opened:
        (picture,) = [o for o in opened.objects if isinstance(o, pikepdf.Stream) and "/Width" in o]
        assert (picture.ColorSpace, picture.Width, picture.Interpolate) == ("/DeviceGray", 37, False)
    (left, top), (x, y, side, _) = (
        paginate(document, [card])[0].format.content(0),
        lay_out(document, card, example=False).code.at,
    )
    page, module = make.raster(data, dpi=600), side / 37
    source = b64decode(qr_code(card.url).source.partition(",")[2])
    wanted = Image.open(io.BytesIO(source))
    for column, row in product(range(37), range(37)):
        spot = (left + x + (column + 0.5) * module, top + y + (row + 0.5) * module)
        printed = page.getpixel(tuple(int(edge / 25.4 * 600) for edge in spot))
        assert (printed < 128) == (wanted.getpixel((column, row)) == 0), (column, row)


def test_the_longest_address_decodes_too(make):
    cards = make.worst(PasswordKind.WORD)
    for document in WITH_CODES:
        read = [code.text for code in zxingcpp.read_barcodes(make.raster(make.pdf(document, cards), dpi=DPI))]
        assert read.count(make.sixty_bytes) == 5


@pytest.mark.parametrize("document", WITH_CODES)
def test_a_code_has_four_modules_of_white_round_it_and_fills_the_rest(document, make):
    for url, modules in (("https://loket.example/l/7fz7fz7fz7fz", 29), (make.sixty_bytes, 33)):
        cards = [make.card(PasswordKind.WORD, url=url)]
        image = make.raster(make.pdf(document, cards), dpi=DPI)
        form = paginate(document, cards)[0].format
        layout = lay_out(document, cards[0], example=False)
        (x, y), (left, top, side, _) = form.content(0), layout.code.at
        module = side / (modules + 8)
        assert module >= (0.97 if document is Document.A4 else 0.73)
        found = ink(image, (x + left, y + top, x + left + side, y + top + side))
        quiet = [x + left + 4 * module, y + top + 4 * module]
        expected = [*quiet, *(edge + modules * module for edge in quiet)]
        assert found == pytest.approx(expected, abs=1.5 * PIXEL)


@pytest.mark.parametrize("kind", KINDS)
def test_the_password_document_has_no_code(kind, make):
    image = make.raster(make.pdf(Document.PASSWORD, full_sheet(make, Document.PASSWORD, kind)), dpi=DPI)
    assert zxingcpp.read_barcodes(image) == []


ORDINARY = [
    "emma.peeters",
    "noah.janssens",
    "lukasz.wisniewski",
    "jan.vandenbroeck",
    "anna-sofia.vandenbossche",
]


@pytest.mark.parametrize(
    ("document", "side"), [(Document.A4, 10.7), (Document.FULL, 9.4), (Document.PASSWORD, 9.8)]
)
def test_ordinary_cards_have_large_pictures_and_a_large_name(document, side, make):
    """A card layout meant for long values must not be chosen because a letter sticks out a little."""
    for number, token in enumerate("bcdfghjkmnpqrstvwxyz23456789"):
        url = f"https://loket.example/l/{token}gjwmqy789wm"
        username = ORDINARY[number % len(ORDINARY)]
        card = make.card(
            PasswordKind.PICTURE, voornaam="Jan-Willem", naam="Jacobs", url=url, username=username
        )
        for language, example in product(("nl", "fr", "en", "uk"), (False, True)):
            layout = lay_out(document, replace(card, language=language), example=example)
            assert min(picture.at[2] for picture in layout.pictures) >= side, (url, username, language)
            name = next(text for text in layout.texts if text.name == "voornaam")
            assert name.fitted.size >= (16 if not example else 13)


@pytest.mark.parametrize("kind", [PasswordKind.WORD, PasswordKind.TEMPORARY])
@pytest.mark.parametrize("document", Document)
def test_ordinary_cards_with_text_have_the_first_card_layout(document, kind, make):
    for language, example in product(("nl", "fr", "en", "uk"), (False, True)):
        card = make.card(kind, language=language, username="emma.peeters")
        texts = lay_out(document, card, example=example).texts
        assert next(text for text in texts if text.name == "voornaam").fitted.size >= 18, (language, example)


def shapes(layout):
    """Yield the boxes of a card that must not overlap; of a framed text it is the frame."""
    for text in layout.texts:
        if not any(_inside(text.at, frame) for frame in layout.frames):
            yield text.at
    yield from (picture.at for picture in layout.pictures)
    yield from layout.numerals
    yield from layout.frames
    if layout.emblem:
        yield layout.emblem.at
    if layout.code:
        yield layout.code.at


def _inside(box, frame):
    (x, y, w, h), (a, b, c, d) = box, frame
    return a <= x and b <= y and x + w <= a + c and y + h <= b + d


def overlap(one, two):
    (x, y, w, h), (a, b, c, d) = one, two
    return x + w > a + 1e-6 and a + c > x + 1e-6 and y + h > b + 1e-6 and b + d > y + 1e-6


@pytest.mark.parametrize("example", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", Document)
def test_no_two_things_on_a_card_share_a_place(document, kind, example, make):
    cards = [*make.worst(kind), *make.foreign(kind), *full_sheet(make, document, kind)]
    for number, card in enumerate(cards):
        for one, two in combinations(shapes(lay_out(document, card, example=example)), 2):
            assert not overlap(one, two), (number, one, two)


@pytest.mark.parametrize("values", ["worst", "foreign"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", Document)
def test_every_letter_is_printed_in_the_box_of_its_text(document, kind, values, make):
    """No ink may leave its box: each printed glyph must lie in the box of a text or a picture."""
    cards = getattr(make, values)(kind)
    data = make.pdf(document, cards, EXAMPLE)
    with pypdfium2.PdfDocument(data) as opened:
        for page, sheet in zip(opened, paginate(document, cards), strict=True):
            boxes, letters = promised(document, sheet)
            printed = glyphs(page, make.mm)
            assert len(printed) == letters
            for character, box in printed:
                assert any(_inside(box, promise) for promise in boxes), (character, box)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", Document)
def test_what_stands_in_the_box_of_a_text_is_that_text(document, kind, make):
    """The texts of a page are drawn as a few blocks: none may be lost, or take the place of another."""
    cards = [*make.worst(kind), *full_sheet(make, document, kind)]
    with pypdfium2.PdfDocument(make.pdf(document, cards, EXAMPLE)) as opened:
        for page, sheet in zip(opened, paginate(document, cards), strict=True):
            printed = glyphs(page, make.mm)
            for slot, card in enumerate(sheet.cards):
                layout = lay_out(document, card, example=True)
                left, top = sheet.format.content(slot)
                top += (sheet.format.content_size[1] - layout.height) / 2
                for text in layout.texts:
                    x, y, width, height = text.at
                    box = (left + x - LOOSE, top + y - LOOSE, width + 2 * LOOSE, height + 2 * LOOSE)
                    wanted = unicodedata.normalize("NFC", "".join(text.fitted.lines))
                    found = sorted(
                        character
                        for character, at in printed
                        if _inside(at, box) and character not in HYPHENS
                    )
                    assert found == sorted(character for character in wanted if character not in HYPHENS), (
                        slot,
                        text.name,
                    )


def test_letters_stand_apart_so_that_a_child_can_copy_them(make):
    cards = [make.card(PasswordKind.WORD, voornaam="Sofie", naam="Offermans", username="fifi.ffi")]
    with pypdfium2.PdfDocument(make.pdf(Document.FULL, cards)) as opened:
        printed = glyphs(opened[0], make.mm)
    pairs = [(one, two) for (a, one), (b, two) in pairwise(printed) if a == "f" and b in "fi"]
    assert len(pairs) == 6
    for one, two in pairs:  # a ligature is one glyph, which both letters would share
        assert two[0] - one[0] > one[2] / 2


def promised(document, sheet):
    boxes, letters = [], 0
    for slot, card in enumerate(sheet.cards):
        layout = lay_out(document, card, example=True)
        left, top = sheet.format.content(slot)
        top += (sheet.format.content_size[1] - layout.height) / 2
        for text in layout.texts:
            x, y, width, height = text.at
            boxes.append((left + x - LOOSE, top + y - LOOSE, width + 2 * LOOSE, height + 2 * LOOSE))
            letters += len("".join("".join(text.fitted.lines).split()))
        for x, y, width, height in (*layout.numerals, *(picture.at for picture in layout.pictures)):
            boxes.append((left + x - LOOSE, top + y - LOOSE, width + 2 * LOOSE, height + 2 * LOOSE))
            letters += 1
    return boxes, letters


def glyphs(page, mm):
    """Return each visible character of a page with the box of its outline, in mm from the top left."""
    text = page.get_textpage()
    found = []
    for index in range(text.count_chars()):
        character = text.get_text_range(index, 1)
        if character.strip():
            left, bottom, right, top = (length / mm for length in text.get_charbox(index))
            found.append((character, (left, 297 - top, right - left, top - bottom)))
    return found


@pytest.mark.parametrize("document", [Document.A4, Document.FULL, Document.PASSWORD])
def test_the_longest_words_below_pictures_are_seven_points(document, make):
    """On every card layout and in every language: a first-grader does not read smaller words."""
    cards = [*make.worst(PasswordKind.PICTURE), *make.foreign(PasswordKind.PICTURE)]
    hardest = make.longest(PasswordKind.PICTURE).pictures
    words = [
        max(entries, key=lambda entry: font("regular").width(entry.word)).word
        for entries in make.categories()
    ]
    pictures = tuple(replace(picture, word=word) for picture, word in zip(hardest, words, strict=True))
    hardest = Credential(PasswordKind.PICTURE, " ".join(words), pictures)
    for card in [*cards, *(replace(card, credential=hardest) for card in cards)]:
        for example in (False, True):
            layout = lay_out(document, card, example=example)
            least = 7 if "paddenstoelx" not in card.credential.text else 6.8
            assert min(text.fitted.size for text in layout.texts if not text.name) >= least, card


@pytest.mark.parametrize("logo", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", [Document.A4, Document.FULL, Document.SIGN_IN])
def test_school_and_contact_are_as_large_as_promised(document, kind, logo, make):
    """On an ordinary card, with a name of the school of 45 letters and an e-mail address of 28."""
    school = {
        "school_name": "Basisschool Onze-Lieve-Vrouw-ten-Doorn Zomerg",
        "contact": "ict@onze-lieve-vrouw.example",
    }
    emblem = {"logo": Logo("data:image/png;base64,", 1.8)} if logo else {}
    layout = lay_out(document, make.card(kind, 9, **school, **emblem), example=False)
    adults = {"source", "school", "contact", "help"}
    sizes = {text.name: text.fitted.size for text in layout.texts if text.name in adults}
    assert sizes
    assert all(size >= LEAST_OF[name] for name, size in sizes.items()), sizes
