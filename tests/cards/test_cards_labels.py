"""Label sheets: where things lie on the page, what a label can hold, what a user's own table may say."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from leerid_cli.cards import card_layouts, labels, sizing
from leerid_cli.cards.labels import formats
from leerid_cli.cards.layout import lay_out
from leerid_cli.cards.render import CardOptions
from leerid_cli.cards.sheets import STICKERS, Document, Paper, paginate
from leerid_cli.cards.templates import PROGRAM, Templates
from leerid_cli.errors import InputError
from leerid_cli.model.people import PasswordKind

WORD, PICTURE, TEMPORARY = PasswordKind.WORD, PasswordKind.PICTURE, PasswordKind.TEMPORARY
ALL = formats(PROGRAM)
FIVE = ["105x48", "70x37", "99.1x38.1", "63.5x38.1", "99.1x67.7"]
SINGLE = ["single-105x48", "single-89x36"]
TENTH = 0.1


def paper(name, **changes):
    start_at = changes.pop("start_at", 1)
    return CardOptions(paper=Paper(sheet=replace(ALL[name], **changes), start_at=start_at))


def codes(data):
    """Return, page by page, the text of each QR code with its left, top, right and bottom in mm."""
    found = []
    with pypdfium2.PdfDocument(data) as opened:
        for page in opened:
            image = page.render(scale=600 / 72).to_pil().convert("L")
            height = page.get_height()
            assert height > 0
            here = []
            for code in zxingcpp.read_barcodes(image):
                corners = [getattr(code.position, name) for name in ("top_left", "bottom_right")]
                xs, ys = [corner.x * 25.4 / 600 for corner in corners], [c.y * 25.4 / 600 for c in corners]
                here.append((code.text, min(xs), min(ys), max(xs), max(ys)))
            found.append(here)
    return found


@pytest.mark.parametrize(
    ("name", "columns", "rows", "size", "corner", "pitch"),
    [
        ("105x48", 2, 6, (105, 48), (0, 4.5), (105, 48)),
        ("70x37", 3, 8, (70, 37), (0, 0.5), (70, 37)),
        ("99.1x38.1", 2, 7, (99.1, 38.1), (4.65, 15.15), (101.6, 38.1)),
        ("63.5x38.1", 3, 7, (63.5, 38.1), (7.25, 15.15), (66, 38.1)),
        ("99.1x67.7", 2, 4, (99.1, 67.7), (4.65, 13.1), (101.6, 67.7)),
    ],
)
def test_the_common_sheets_lie_symmetrically_on_a4(name, columns, rows, size, corner, pitch):
    form = ALL[name]
    assert (form.columns, form.rows, form.width, form.height) == (columns, rows, *size)
    assert (form.left, form.top, form.pitch_x, form.pitch_y) == (*corner, *pitch)
    x, y = form.label(form.capacity - 1)
    assert x + form.width + form.left == pytest.approx(210)
    assert y + form.height + form.top == pytest.approx(297)


@pytest.mark.parametrize("name", ALL)
def test_ink_keeps_its_margins_on_every_label(name):
    form = ALL[name]
    width, height = form.content_size
    for slot in range(form.capacity):
        (label_x, label_y), (x, y) = form.label(slot), form.content(slot)
        assert label_x + form.edge <= x + 1e-9
        assert x + width <= label_x + form.width - form.edge + 1e-9
        assert label_y + form.edge <= y + 1e-9
        assert y + height <= label_y + form.height - form.edge + 1e-9
        assert min(x, y) >= form.paper - 1e-9
        assert x + width <= form.page_width - form.paper + 1e-9
        assert y + height <= form.page_height - form.paper + 1e-9


@pytest.mark.parametrize("name", FIVE)
@pytest.mark.parametrize(
    "changes", [{}, {"offset_x": 1.5, "offset_y": -2}, {"scale_y": 1.01}, {"start_at": 4, "offset_y": 0.7}]
)
def test_codes_lie_on_their_labels_to_a_tenth_of_a_millimetre(name, changes, make):
    """Measured on the printed codes: each lies where the first one does, moved by whole pitches."""
    form = ALL[name]
    start_at = changes.get("start_at", 1)
    cards = [make.card(WORD, number) for number in range(form.capacity + 1)]
    data = make.pdf(Document.SIGN_IN, cards, paper(name, **changes))
    first, second = codes(data)
    assert len(first) == form.capacity - start_at + 1
    assert len(second) == start_at
    places = {text: at for text, *at in first}
    scale, (dx, dy) = changes.get("scale_y", 1), (changes.get("offset_x", 0), changes.get("offset_y", 0))
    plain = codes(make.pdf(Document.SIGN_IN, cards[:1], paper(name)))[0][0][1:]
    size = plain[3] - plain[1]
    for slot, card in enumerate(cards[: len(first)], start_at - 1):
        row, column = divmod(slot, form.columns)
        left, top, right, bottom = places[card.url]
        assert right - left == pytest.approx(size, abs=TENTH), "the code itself keeps its size"
        x_in_label = plain[0] - form.left
        expected_x = form.left + column * form.pitch_x + x_in_label + dx
        # on 105x48 the left column is 6 mm from the edge of the paper, the right one 3 mm from its label's
        if name in ("105x48", "70x37") and column:
            expected_x -= {("105x48", 1): 3, ("70x37", 1): 1.5, ("70x37", 2): 3}[name, column]
        assert left == pytest.approx(expected_x, abs=TENTH), slot
        middle = (form.top + row * form.pitch_y + form.height / 2) * scale + dy
        offset = (plain[1] + plain[3]) / 2 - (form.top + form.height / 2)
        if name == "70x37":  # outer rows are 6 mm from the edge of the paper, others in the middle
            offset += {0: 0, 7: -2.5}.get(row, -1.25)
        assert (top + bottom) / 2 == pytest.approx(middle + offset, abs=TENTH), slot


def test_the_places_of_the_sheet_of_the_manual_have_not_moved(make):
    """105x48, the sheet of the LeerID manual §3: ink from 6 and 108 mm, and from 7.5 mm, every 48 mm down."""
    form = ALL["105x48"]
    assert [form.content(slot) for slot in range(4)] == [(6, 7.5), (108, 7.5), (6, 55.5), (108, 55.5)]
    assert form.content_size == (96, 42)


def test_a_scale_moves_the_last_row_and_not_the_page(make):
    form = replace(ALL["105x48"], scale_y=0.99, offset_y=1)
    assert form.label(0)[1] == pytest.approx((4.5 + 24) * 0.99 - 24 + 1)
    assert form.label(11)[1] == pytest.approx((4.5 + 240 + 24) * 0.99 - 24 + 1)


@pytest.mark.parametrize("name", SINGLE)
def test_a_roll_printer_gets_a_page_of_the_size_of_the_label(name, make):
    form = ALL[name]
    data = make.pdf(Document.PASSWORD, [make.card(WORD, i) for i in range(3)], paper(name))
    with pypdfium2.PdfDocument(data) as opened:
        assert len(opened) == 3
        for page in opened:
            assert page.get_width() / make.mm == pytest.approx(form.width, abs=0.05)
            assert page.get_height() / make.mm == pytest.approx(form.height, abs=0.05)


def test_start_at_counts_for_the_first_sheet_of_stickers_only(make):
    cards = [make.card(WORD, i, klas="1A") for i in range(14)] + [
        make.card(WORD, i, klas="2A") for i in range(7)
    ]
    started = Paper(start_at=5)
    assert [(sheet.first, len(sheet.cards)) for sheet in paginate(Document.FULL, cards, started)] == [
        (4, 8), (0, 6), (0, 7),
    ]  # fmt: skip
    assert [sheet.first for sheet in paginate(Document.A4, cards, started)] == [0, 0, 0]


SUITS = {
    "105x48": set(), "single-105x48": set(), "99.1x67.7": set(), "99.1x38.1": set(), "single-89x36": set(),
    "70x37": {(Document.FULL, PICTURE)}, "63.5x38.1": {(Document.FULL, PICTURE)},
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_what_a_label_cannot_hold(name, make):
    """A QR code and eight pictures do not fit on the two smallest labels; everything else does."""
    url = make.card(WORD).url
    assert (
        set(sizing.unfit(ALL[name], STICKERS, PasswordKind, url, card_layouts.built_in_layouts()))
        == SUITS[name]
    )


def test_a_long_address_makes_modules_too_fine_for_a_small_label(make):
    """90 bytes need 53 modules with the quiet zone: 0.53 mm each in a code of 28 mm, 0.42 mm in one of 22."""
    url = "https://" + "a" * 50 + "/l/" + "m" * 29
    unfit = sizing.unfit(ALL["70x37"], STICKERS, [WORD], url, card_layouts.built_in_layouts())
    assert unfit == ((Document.FULL, WORD),)
    assert sizing.unfit(ALL["105x48"], STICKERS, [WORD], url, card_layouts.built_in_layouts()) == ()


@pytest.mark.parametrize(
    "name", [name for name in ALL if name not in ("105x48", "single-105x48", "99.1x67.7")]
)
@pytest.mark.parametrize("kind", PasswordKind)
@pytest.mark.parametrize("document", STICKERS)
def test_ordinary_cards_are_legible_on_small_labels(name, kind, document, make):
    """Text has 5 points or more, modules 0.5 mm or more, pictures 5 mm or more, and no word is cut."""
    for number in range(len(make.names)):
        language = ("nl", "fr", "en", "uk")[number % 4]
        card = make.card(
            kind,
            number,
            username="marie-charlotte.vandenbossche-vandenbr",
            klas="2 Latijn",
            language=language,
        )
        size = sizing.size(ALL[name], document, kind, card.url, card_layouts.built_in_layouts())
        if size is None:
            assert (document, kind) in SUITS[name]
            continue
        layout = lay_out(document, card, example=True, family=size.family)
        assert min(text.fitted.size for text in layout.texts) * size.scale >= sizing.LEAST_TEXT
        assert all(text.fitted.comfortable for text in layout.texts)
        if layout.code:
            assert layout.code.at[2] * size.scale / 37 >= sizing.LEAST_MODULE
        assert all(picture.at[2] * size.scale >= 5 for picture in layout.pictures)


@pytest.mark.parametrize("prefix", ["wide-", "small-"])
@pytest.mark.parametrize("kind", PasswordKind)
@pytest.mark.parametrize("document", STICKERS)
def test_nothing_overlaps_or_leaves_a_small_card_layout(prefix, kind, document, make):
    family = next(family for family in sizing.FAMILIES if family.prefix == prefix)
    if not family.find(card_layouts.built_in_layouts(), document, kind):
        return
    for card in [*make.worst(kind), make.card(kind)]:
        for example in (False, True):
            layout = lay_out(document, card, example=example, family=family)
            frames = layout.frames
            boxes = [text.at for text in layout.texts if not any(inside(text.at, frame) for frame in frames)]
            boxes += [picture.at for picture in layout.pictures] + list(frames)
            for x, y, width, height in boxes:
                assert x >= -0.26
                assert y >= -1e-6
                assert x + width <= family.width + 0.26
                assert y + height <= family.height + 1e-6
            code = [quietless(layout.code.at)] if layout.code else []
            for one, two in combinations(boxes + code, 2):
                assert not overlap(one, two), (card, one, two)


def quietless(at):
    """Return the box of a code without its quiet zone: four modules, of at most 53."""
    x, y, side, _ = at
    quiet = side * 4 / 53
    return x + quiet, y + quiet, side - 2 * quiet, side - 2 * quiet


def inside(box, frame):
    (x, y, w, h), (a, b, c, d) = box, frame
    return a <= x and b <= y and x + w <= a + c and y + h <= b + d


def overlap(one, two):
    (x, y, w, h), (a, b, c, d) = one, two
    return x + w > a + 1e-6 and a + c > x + 1e-6 and y + h > b + 1e-6 and b + d > y + 1e-6


@pytest.mark.parametrize(("name", "document", "kind"), [
    ("70x37", Document.FULL, WORD), ("70x37", Document.SIGN_IN, PICTURE), ("63.5x38.1", Document.FULL, TEMPORARY),
    ("99.1x38.1", Document.FULL, PICTURE), ("single-89x36", Document.FULL, PICTURE),
])  # fmt: skip
def test_every_code_of_a_small_sheet_decodes_at_150_dpi(name, document, kind, make):
    cards = [make.card(kind, number) for number in range(ALL[name].capacity)]
    image = make.raster(make.pdf(document, cards, paper(name)), dpi=150)
    assert sorted(code.text for code in zxingcpp.read_barcodes(image)) == sorted(card.url for card in cards)


def own(tmp_path: Path, text: str) -> Templates:
    (tmp_path / "labels.toml").write_text(text)
    return Templates(tmp_path)


def test_a_table_of_ones_own_adds_a_format(tmp_path):
    made = formats(
        own(tmp_path, "[mine]\ncolumns = 2\nrows = 5\nwidth = 90\nheight = 50\nleft = 10\ntop = 20\n")
    )
    assert set(made) == {*ALL, "mine"}
    assert made["mine"].label(3) == (100, 70)


GOOD = {"columns": "2", "rows": "6", "width": "90", "height": "40"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"colums": "2"}, '"mine".colums'),
        ({"columns": None}, '"mine".columns'),
        ({"columns": "0"}, '"mine".columns'),
        ({"rows": "1.5"}, '"mine".rows'),
        ({"width": "-3"}, '"mine".width'),
        ({"height": "nan"}, '"mine".height'),
        ({"height": '"48"'}, '"mine".height'),
        ({"width": "120"}, '"mine".columns'),
        ({"height": "50"}, '"mine".rows'),
        ({"pitch": "[80, 40]"}, '"mine".pitch'),
        ({"pitch": "80"}, '"mine".pitch'),
        ({"edge": "20"}, '"mine".edge'),
        ({"page": "[0, 297]"}, '"mine".page'),
    ],
)
def test_a_wrong_table_is_refused_naming_file_and_key(tmp_path, changes, key):
    table = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    text = "[mine]\n" + "".join(f"{name} = {value}\n" for name, value in table.items())
    with pytest.raises(InputError) as refused:
        formats(own(tmp_path, text))
    assert str(tmp_path / "labels.toml") in refused.value.message
    assert key in refused.value.message
    assert formats(own(tmp_path, "[mine]\n" + "".join(f"{k} = {v}\n" for k, v in GOOD.items())))["mine"]


@pytest.mark.parametrize("text", ["[mine", "mine = 3\n"])
def test_a_table_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(InputError, match=r"labels\.toml"):
        formats(own(tmp_path, text))


def test_the_default_is_the_sheet_of_the_manual():
    assert labels.default() == ALL["105x48"]
