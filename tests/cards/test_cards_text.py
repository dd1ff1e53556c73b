"""What a card says, read back from the PDF, and what it must not say."""

import io
import re
from datetime import date

import pikepdf
import pypdfium2
import pytest

from leerid_cli import resources
from leerid_cli.cards.fitting import missing_letters
from leerid_cli.cards.images import glyph_of
from leerid_cli.cards.languages import language
from leerid_cli.cards.layout import lay_out
from leerid_cli.cards.render import CardOptions
from leerid_cli.cards.sheets import Document
from leerid_cli.model.people import PasswordKind

KINDS = list(PasswordKind)
HOSTILE = ["<link rel=attachment href=file:///etc/passwd>", "{{7*7}}", "</div>", "<b>&amp;{% raw %}"]


def squeezed(value):
    return "".join(value.split())


def said(make, document, cards, options=None):
    return squeezed(make.text(make.pdf(document, cards, options)))


@pytest.mark.parametrize("document", Document)
def test_names_come_out_letter_for_letter(document, make):
    cards = [make.card(PasswordKind.WORD, number) for number in range(len(make.names))]
    text = said(make, document, cards)
    for voornaam, naam in make.names:
        assert squeezed(voornaam) in text
        assert squeezed(naam) in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", Document)
def test_each_document_says_what_it_must_and_nothing_more(document, kind, make):
    card = make.card(kind, 4, klas="2A-latijn")
    text = said(make, document, [card])
    signing_in = document is not Document.PASSWORD
    passwords = document is not Document.SIGN_IN
    for value in (card.naam, card.voornaam, card.klas, "24-11-2026"):
        assert squeezed(value) in text
    assert (card.url in text) is signing_in
    assert (card.username in text) is signing_in
    words = [picture.word for picture in card.credential.pictures] or [card.credential.text]
    assert [word in text for word in words] == [passwords] * len(words)
    assert card.stamnummer not in text
    assert card.school not in text


def test_pictures_are_numbered_in_the_given_order(make):
    """Number, picture and word of each of the eight stand together on the page, in reading order."""
    card = make.card(PasswordKind.PICTURE, 1)
    expected = [picture.word for picture in card.credential.pictures]
    glyphs = [glyph_of(picture.code) for picture in card.credential.pictures]
    for document in (Document.A4, Document.FULL, Document.PASSWORD):
        with pypdfium2.PdfDocument(make.pdf(document, [card])) as opened:
            page = opened[0].get_textpage()
            found = [(page.get_text_range(i, 1), page.get_charbox(i)) for i in range(page.count_chars())]
            drawn = [(character, box) for character, box in found if character in glyphs]
            assert [character for character, _box in drawn] == glyphs
            assert "12345678" in squeezed(page.get_text_range())
            for word, (_character, (left, bottom, right, _top)) in zip(expected, drawn, strict=True):
                slack = 3 * make.mm
                below = page.get_text_bounded(left - slack, bottom - 5 * make.mm, right + slack, bottom)
                assert word in squeezed(below), document


@pytest.mark.parametrize(
    ("kind", "instruction"),
    [
        (PasswordKind.PICTURE, "Scan de code. Tik je prenten van 1 tot 8."),
        (PasswordKind.WORD, "Scan de code. Typ je wachtwoord."),
        (PasswordKind.TEMPORARY, "Kies zelf een nieuw wachtwoord van minstens 12 tekens."),
    ],
)
@pytest.mark.parametrize("document", [Document.A4, Document.FULL])
def test_the_card_tells_the_child_what_to_do(document, kind, instruction, make):
    assert squeezed(instruction) in said(make, document, [make.card(kind)])


@pytest.mark.parametrize("document", Document)
def test_the_address_is_printed_whole(document, make):
    """The lines of an address need not follow each other in the PDF, so each is looked for by itself."""
    cards = make.worst(PasswordKind.PICTURE)
    text = said(make, document, cards)
    for card in cards:
        lines = [
            line
            for part in lay_out(document, card, example=False).texts
            if part.name == "address"
            for line in part.fitted.lines
        ]
        assert "".join(lines) == ("" if document is Document.PASSWORD else card.url)
        assert all(line in text for line in lines)
        assert document is not Document.PASSWORD or card.url[-20:] not in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", Document)
def test_an_example_is_marked_and_only_an_example(document, kind, make):
    cards = make.worst(kind)
    assert said(make, document, cards, CardOptions(example=True)).count("VOORBEELD") == len(cards)
    assert "VOORBEELD" not in said(make, document, cards)


def test_a_school_may_have_no_name(make):
    cards = [make.card(PasswordKind.WORD), make.card(PasswordKind.WORD, 1, school_name="")]
    text = said(make, Document.A4, cards)
    assert text.count("BasisschoolDeRegenboog,24-11-2026") == 1
    assert text.count("24-11-2026") == 2
    assert text.count(",24-11-2026") == 1


def test_a_child_with_one_name_has_it_written_large(make):
    one = make.card(PasswordKind.WORD, voornaam="", naam="Peeters", username="x")
    other = make.card(PasswordKind.WORD, voornaam="Peeters", naam="", username="x")
    assert make.pdf(Document.FULL, [one]) == make.pdf(Document.FULL, [other])


@pytest.mark.parametrize("document", Document)
def test_hostile_values_are_text(document, make):
    cards = [
        make.card(PasswordKind.WORD, i, voornaam=value, naam=value, klas=value, school_name=value)
        for i, value in enumerate(HOSTILE)
    ]
    data = make.pdf(document, cards)
    text = squeezed(make.text(data))
    for value in HOSTILE:
        assert text.count(squeezed(value)) >= 3
    assert "49" not in text.replace("2349", "")
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert len(opened.attachments) == 0
        assert "/Names" not in opened.Root


@pytest.mark.parametrize("document", Document)
def test_only_our_fonts_are_embedded(document, make):
    cards = [make.card(kind, number) for kind in KINDS for number in range(12)]
    with pikepdf.open(io.BytesIO(make.pdf(document, cards))) as opened:
        fonts = {str(o["/BaseFont"]).split("+")[-1] for o in opened.objects if _is_font(o)}
    ours = {"Leerid-Tekst", "Leerid-Tekst-Bold"}
    assert fonts == (ours if document is Document.SIGN_IN else ours | {"Leerid-Code-Bold", "Leerid-Prenten"})


@pytest.mark.parametrize("document", Document)
def test_every_script_comes_from_our_fonts(document, make):
    data = make.pdf(document, make.foreign(PasswordKind.WORD))
    with pikepdf.open(io.BytesIO(data)) as opened:
        fonts = {str(o["/BaseFont"]).split("+")[-1] for o in opened.objects if _is_font(o)}
    assert {"Leerid-Namen", "Leerid-Namen-Bold"} <= fonts
    assert all(font.startswith("Leerid-") for font in fonts)


def _is_font(value):
    return isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Font"


def test_letters_no_font_has_do_not_stop_the_printing(make):
    from leerid_cli.cards import render

    odd = ["محمد عبد الله", "王小明", "👩‍👩‍👧", "\u202egnippilf", "\x00\x07", "ក្រុម", "\ufdfd" * 3]
    cards = [make.card(PasswordKind.PICTURE, i, voornaam=name, naam=name) for i, name in enumerate(odd)]
    for document in Document:
        parts = [render.render_chunk(chunk) for chunk in render.chunks(document, cards, CardOptions())]
        assert render.page_count(render.join(document, parts)) == 1


@pytest.mark.parametrize("name", resources.card_languages())
def test_a_language_has_every_word_and_letters_that_can_be_printed(name):
    words = language(name)
    texts = [text for table in words.instructions.values() for text in table.values()]
    texts += [*words.labels.values(), words.date(date(2026, 9, 1))]
    assert all(text.strip() for text in texts)
    assert [missing_letters(text) for text in texts] == [set()] * len(texts)
    assert {"1", "9", "2026"} <= {part.lstrip("0") for part in re.split(r"\D", texts[-1])}


def test_letters_that_no_font_has_are_told_apart():
    assert (
        missing_letters("Łukasz Şebnem Đỗ Ярослав Αλέξανδρος محمد שרה Քրիստինե გიორგი D’Hondt 3-A") == set()
    )
    assert missing_letters("王 小明 a") == {"王", "小", "明"}
    assert missing_letters("\u202e\u200b\x00") == set()
