"""Sheets: which card lies on which page, and where."""

import pickle
from pathlib import Path

import pytest

from leerid_cli.cards import labels
from leerid_cli.cards.render import CardOptions, chunks
from leerid_cli.cards.sheets import A4_PICTURE, A4_TEXT, Document, Paper, paginate
from leerid_cli.model.people import PasswordKind

STICKER = labels.default()
WORD, PICTURE = PasswordKind.WORD, PasswordKind.PICTURE
STICKERS = [Document.FULL, Document.SIGN_IN, Document.PASSWORD]


def classes(make, *sizes, kinds=(WORD,)):
    made = []
    for number, size in enumerate(sizes):
        kind = kinds[number % len(kinds)]
        made += [make.card(kind, i, klas=f"{number}A") for i in range(size)]
    return made


def counts(sheets):
    return [len(sheet.cards) for sheet in sheets]


@pytest.mark.parametrize("document", STICKERS)
def test_sticker_labels_lie_where_the_label_sheet_has_them(document, make):
    (sheet,) = paginate(document, classes(make, 12))
    assert sheet.format is STICKER
    places = [sheet.format.label(slot) for slot in range(12)]
    assert places == [(column * 105, 4.5 + row * 48) for row in range(6) for column in range(2)]
    assert STICKER.top + 6 * STICKER.height + STICKER.top == 297


@pytest.mark.parametrize("form", [STICKER, A4_PICTURE, A4_TEXT])
def test_the_content_of_each_slot_lies_inside_its_label_and_the_printable_area(form):
    width, height = form.content_size
    for slot in range(form.capacity):
        (label_x, label_y), (x, y) = form.label(slot), form.content(slot)
        assert label_x + 3 <= x <= x + width <= label_x + form.width - 3
        assert label_y + 3 <= y <= y + height <= label_y + form.height - 3
        assert x >= 6
        assert x + width <= 210 - 6


@pytest.mark.parametrize("form", [A4_PICTURE, A4_TEXT])
def test_a4_cards_share_their_cut_lines_and_keep_the_margin(form):
    assert (form.pitch_x, form.pitch_y) == (form.width, form.height)
    assert form.left >= 10
    assert form.top >= 10
    assert form.left + form.columns * form.width <= 200
    assert form.top + form.rows * form.height <= 287


def test_small_classes_run_on(make):
    assert counts(paginate(Document.FULL, classes(make, 5, 4, 5))) == [12, 2]


def test_a_class_of_six_starts_on_a_new_sheet_and_small_ones_follow_it(make):
    sheets = paginate(Document.FULL, classes(make, 3, 6, 2, 5, 7))
    assert counts(sheets) == [3, 12, 1, 7]
    assert [card.klas for card in sheets[1].cards] == ["1A"] * 6 + ["2A"] * 2 + ["3A"] * 4


def test_the_same_class_name_in_another_school_is_another_class(make):
    schools = ("000001", "000002")
    cards = [make.card(WORD, i, klas="3A", school=school) for school in schools for i in range(6)]
    assert counts(paginate(Document.FULL, cards)) == [6, 6]


def test_compact_starts_no_sheet(make):
    assert counts(paginate(Document.FULL, classes(make, 3, 6, 25), compact=True)) == [12, 12, 10]


def test_no_cards_no_sheets(make):
    assert paginate(Document.A4, []) == ()
    assert chunks(Document.A4, [], CardOptions()) == ()


def test_a4_text_cards_come_ten_a_sheet_and_picture_cards_eight(make):
    sheets = paginate(Document.A4, classes(make, 20, 16, kinds=(WORD, PICTURE)))
    assert [sheet.format for sheet in sheets] == [A4_TEXT] * 2 + [A4_PICTURE] * 2


def test_one_picture_card_makes_the_whole_stretch_eight_a_sheet(make):
    sheets = paginate(Document.A4, classes(make, 9, 2, kinds=(WORD, PICTURE)))
    assert [(sheet.format, len(sheet.cards)) for sheet in sheets] == [(A4_PICTURE, 8), (A4_PICTURE, 3)]
    apart = paginate(Document.A4, classes(make, 9, 6, kinds=(WORD, PICTURE)))
    assert [sheet.format for sheet in apart] == [A4_TEXT, A4_PICTURE]


def test_a_chunk_is_small_ordered_and_travels_to_another_process(make):
    cards = classes(make, 25 * 12)
    made = chunks(Document.FULL, cards, CardOptions())
    assert [len(chunk.pages) for chunk in made] == [6, 6, 6, 7]  # at most 8, all about equal
    assert [card for chunk in made for sheet in chunk.pages for card in sheet.cards] == cards
    assert pickle.loads(pickle.dumps(made)) == made


def test_compact_reaches_the_sheets(make):
    (made,) = chunks(Document.FULL, classes(make, 3, 6), CardOptions(paper=Paper(compact=True)))
    assert counts(made.pages) == [9]


def test_the_documents_have_the_names_of_the_bundle():
    assert [document.file_name for document in Document] == [
        "leerid-kaartjes-a4.pdf",
        "leerid-stickers-volledig.pdf",
        "leerid-stickers-aanmelden.pdf",
        "leerid-stickers-wachtwoord.pdf",
    ]
    assert all(document.dutch_title and Path(document.file_name).suffix == ".pdf" for document in Document)
