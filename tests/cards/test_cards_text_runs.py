"""The texts of a page as few blocks: what is joined, what stays alone, how near each text is to its place."""

from collections import Counter
from dataclasses import replace

import pytest

from leerid_cli.cards import page, text_runs
from leerid_cli.cards.drawing import Drawing, text, written
from leerid_cli.cards.fitting import POINT, Style
from leerid_cli.cards.fonts import font
from leerid_cli.cards.render import CardOptions, draw
from leerid_cli.cards.sheets import Document, paginate
from leerid_cli.cards.templates import PROGRAM
from leerid_cli.model.people import PasswordKind

BLANKS = dict.fromkeys(map(ord, text_runs._BLANKS), " ")


def drawn(document, cards, options=None):
    return draw(document, paginate(document, cards), options or CardOptions())


def words(made):
    return Counter(
        word for text_run in made for line in text_run.lines for word in line.translate(BLANKS).split()
    )


@pytest.mark.parametrize("kind", PasswordKind)
@pytest.mark.parametrize("document", Document)
def test_nothing_is_lost_and_nothing_comes_twice(document, kind, make):
    for sheet in drawn(document, [*make.worst(kind), *make.foreign(kind)]):
        wanted = Counter(
            word
            for placed in sheet.cards
            for text in placed.layout.texts
            for line in text.fitted.lines
            for word in line.translate(BLANKS).split()
        )
        wanted += Counter(
            str(n) for placed in sheet.cards for n, _box in enumerate(placed.layout.numerals, 1)
        )
        assert words(text_runs.text_runs(sheet, colour=True)) == wanted


@pytest.mark.parametrize("document", Document)
def test_a_sheet_has_hardly_more_blocks_than_a_card(document, make):
    """With a block for each text, drawing would take three times as long."""
    alike = [make.card(PasswordKind.PICTURE, n, voornaam="Emma", naam="Maes") for n in range(8)]
    (one,) = drawn(document, alike[:1])
    (sheet,) = drawn(document, alike)
    blocks = [len(text_runs.text_runs(drawing, colour=False)) for drawing in (one, sheet)]
    assert blocks[1] < 2 * blocks[0]


@pytest.mark.parametrize("kind", PasswordKind)
@pytest.mark.parametrize("document", Document)
def test_every_text_begins_within_a_seventh_of_a_millimetre_of_its_place(document, kind, make):
    for sheet in drawn(document, [make.card(kind, n) for n in range(12)]):
        begins = {
            (round(placed.left + text.at[0] + text.fitted.before, 3), line)
            for placed in sheet.cards
            for text in placed.layout.texts
            if text.align == "left"
            for line in text.fitted.lines
        }
        for text_run in text_runs.text_runs(sheet, colour=False):
            for line in text_run.lines:
                assert far_off(text_run, line, begins) <= 0.15


def far_off(text_run, line, begins):
    """Return how many mm the texts of a line begin from the nearest places in `begins`."""
    em, own = text_run.size * POINT, font(text_run.font)
    worst = 0.0
    for start, character in enumerate(line):
        if character.translate(BLANKS) == " " or (start and line[start - 1].translate(BLANKS) != " "):
            continue
        x = text_run.left + own.width(line[:start]) * em
        places = [place for place, text in begins if line[start:].startswith(text)]
        if places:
            worst = max(worst, min(abs(x - place) for place in places))
    return worst


def test_a_name_from_right_to_left_is_left_to_the_shaper(make):
    """On a line with other texts, letters of the name and of the others would change places."""
    cards = [make.card(PasswordKind.WORD, n, voornaam=name) for n, name in enumerate(["محمد", "Emma", "שרה"])]
    (sheet,) = drawn(Document.FULL, cards)
    lines = [line for text_run in text_runs.text_runs(sheet, colour=False) for line in text_run.lines]
    assert "محمد" in lines
    assert "שרה" in lines


def test_a_list_keeps_the_lines_of_a_text_together(make):
    """So that a teacher can copy a password from the PDF."""
    cards = [make.card(PasswordKind.PICTURE, n) for n in range(6)]
    options = CardOptions()
    listed, *_sheets = draw(
        Document.A4, paginate(Document.A4, cards, replace(options.paper, class_lists=True)), options
    )
    lines = [text_run.lines for text_run in text_runs.text_runs(listed, colour=False)]
    for card in cards:
        assert any(" ".join(block) == card.credential.text for block in lines)


def test_blanks_make_any_distance_that_texts_have(make):
    """With the font of pictures exactly, with those of letters within a tenth of a millimetre at 8 points."""
    for name, error in (("pictures", 0), ("regular", 0.03), ("bold", 0.035)):
        for gap in range(1024, 20_000, 7):
            signs, width = text_runs._blanks(name, gap)
            assert abs(width * 2048 - gap) <= error * 2048, (name, gap)
            assert font(name).width(signs) == pytest.approx(width)


def test_texts_that_no_blanks_can_part_are_printed_all_the_same():
    """The texts are 0.2 mm apart, and the narrowest blank is a tenth of an em: 0.35 mm at 10 points."""
    style = Style("regular", 10, 10)
    width = font("regular").width("een") * 10 * POINT
    texts = [
        text(word, word, (20 + n * (width + 0.2), 50, 30, 5), style)
        for n, word in enumerate(["een", "een", "een"])
    ]
    made = text_runs.text_runs(Drawing(210, 297, (written(*texts),), ()), colour=False)
    assert words(made) == {"een": 3}
    begins = {(20 + n * (width + 0.2), "een") for n in range(3)}
    assert all(far_off(text_run, line, begins) <= 0.15 for text_run in made for line in text_run.lines)


def test_a_template_gets_all_text_runs_of_each_page(make):
    """The page template prints as many blocks as there are, down to the last row of the page."""
    sheet = drawn(Document.SIGN_IN, [make.card(PasswordKind.WORD, n) for n in range(12)])
    html = page.to_html("t", sheet, PROGRAM, colour=False)
    assert html.count("<p ") == len(text_runs.text_runs(sheet[0], colour=False))
