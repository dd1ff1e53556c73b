"""What is made for teachers: the list of each class before its cards, and bookmarks by class."""

import io
from itertools import combinations

import pikepdf
import pypdfium2
import pytest

from leerid_cli.cards import classlist
from leerid_cli.cards.render import CardOptions, chunks, join, render_chunk
from leerid_cli.cards.sheets import ClassList, Document, Paper, Sheet, bookmarks, paginate
from leerid_cli.model.people import PasswordKind

WORD, PICTURE = PasswordKind.WORD, PasswordKind.PICTURE
LISTED = Paper(class_lists=True)


def classes(make, *sizes, school="030569"):
    return [
        make.card(WORD, i, klas=f"{number}A", school=school, voornaam=f"Kind{number}x{i}")
        for number, size in enumerate(sizes)
        for i in range(size)
    ]


def outline(data):
    with pikepdf.open(io.BytesIO(data)) as opened, opened.open_outline() as tree:
        pages = [page.objgen for page in opened.pages]

        def entries(items):
            return [
                (item.title, pages.index(item.destination[0].objgen), entries(item.children))
                for item in items
            ]

        return entries(tree.root)


def made(pages):
    """Return the pages in short: the name of a class for its list, the number of cards for a sheet."""
    return [page.cards[0].klas if isinstance(page, ClassList) else len(page.cards) for page in pages]


def test_each_class_has_its_list_before_the_sheet_on_which_it_begins(make):
    """A sheet has ten cards: 0A, 1A and the first of 2A are on one; 3A has 6 or more, so it starts one."""
    cards = classes(make, 7, 2, 3, 12)
    assert made(paginate(Document.A4, cards, LISTED)) == ["0A", "1A", "2A", 10, 2, "3A", 10, 2]
    compact = Paper(class_lists=True, compact=True)
    assert made(paginate(Document.A4, cards, compact)) == ["0A", "1A", "2A", 10, "3A", 10, 4]


def test_stickers_have_no_lists(make):
    for document in (Document.FULL, Document.SIGN_IN, Document.PASSWORD):
        assert all(isinstance(page, Sheet) for page in paginate(document, classes(make, 7), LISTED))


def test_a_long_class_has_several_pages_with_all_its_pupils_once(make):
    cards = classes(make, 57)
    lists = [page for page in paginate(Document.A4, cards, LISTED) if isinstance(page, ClassList)]
    assert [(page.number, page.pages, len(page.cards), page.first) for page in lists] == [
        (1, 3, 25, 0), (2, 3, 25, 25), (3, 3, 7, 50),
    ]  # fmt: skip
    assert [card for page in lists for card in page.cards] == cards
    data = make.pdf(Document.A4, cards, CardOptions(paper=LISTED))
    with pypdfium2.PdfDocument(data) as opened:
        texts = [opened[number].get_textpage().get_text_range() for number in range(3)]
    for number, text in enumerate(texts, 1):
        assert "Voor de leerkracht" in text
        assert "Gebruikersnaam" in text
        assert f"blad {number} van 3" in text


@pytest.mark.parametrize("kind", PasswordKind)
def test_a_list_says_who_has_which_username_and_password(kind, make):
    cards = [make.card(kind, number) for number in range(3)]
    for listed in (True, False):
        options = CardOptions(paper=LISTED, passwords_listed=listed)
        with pypdfium2.PdfDocument(make.pdf(Document.A4, cards, options)) as opened:
            text = " ".join(opened[0].get_textpage().get_text_range().split())
        assert cards[0].school_name in text
        assert "3A" in text
        assert "24-11-2026" in text
        for card in cards:
            assert card.naam in text
            assert card.voornaam in text
            assert card.username in text
            assert (card.credential.text in text) is listed
            assert card.url not in text
            assert card.stamnummer not in text
        assert ("wachtwoord" in text.casefold()) is listed


@pytest.mark.parametrize("passwords", [True, False])
@pytest.mark.parametrize("kind", PasswordKind)
def test_nothing_on_a_list_is_clipped_or_overlaps_for_the_worst_names(kind, passwords, make):
    cards = make.worst(kind)
    page = ClassList(tuple(cards), 0, 1, 2, 60)
    drawing = classlist.draw(page, passwords=passwords, example=True)
    texts = drawing.cards[0].layout.texts
    for text in texts:
        x, y, width, height = text.at
        assert 10 <= x <= x + width <= 200
        assert 10 <= y <= y + height <= 287
        assert text.fitted.width <= width + 1e-6
        assert text.fitted.height <= height + 1e-6
    for one, two in combinations([text.at for text in texts], 2):
        assert not overlap(one, two), (one, two)
    for text in texts:
        assert not any(overlap(text.at, (line.left, line.top, line.width, 0.25)) for line in drawing.lines)
    squeezed = "".join("".join(text.fitted.lines) for text in texts).replace(" ", "")
    for card in cards:
        assert card.username.replace(" ", "") in squeezed


@pytest.mark.parametrize("kind", PasswordKind)
def test_a_full_list_ends_on_its_page(kind, make):
    cards = tuple(make.card(kind, number) for number in range(25))
    drawing = classlist.draw(ClassList(cards, 0, 1, 1, 25), passwords=True, example=False)
    assert max(line.top for line in drawing.lines) <= 287


def overlap(one, two):
    (x, y, w, h), (a, b, c, d) = one, two
    return x + w > a + 1e-6 and a + c > x + 1e-6 and y + h > b + 1e-6 and b + d > y + 1e-6


@pytest.mark.parametrize("document", Document)
def test_bookmarks_lead_to_the_page_on_which_each_class_begins(document, make):
    cards = classes(make, 8, 2, 30, 300)
    options = CardOptions(paper=LISTED)
    work = chunks(document, cards, options)
    assert len(work) > 1, "the control: parts are joined"
    data = join(document, [render_chunk(chunk) for chunk in work], work)
    found = outline(data)
    assert [title for title, _page, _below in found] == ["0A", "1A", "2A", "3A"]
    with pypdfium2.PdfDocument(data) as opened:
        for (_title, page, below), number in zip(found, range(4), strict=True):
            assert below == []
            text = opened[page].get_textpage().get_text_range()
            assert f"Kind{number}x0" in text
            before = "".join(opened[earlier].get_textpage().get_text_range() for earlier in range(page))
            assert f"Kind{number}x" not in before
        assert len(opened) == sum(len(chunk.pages) for chunk in work)
    with pikepdf.open(io.BytesIO(data)) as whole:
        assert whole.Root.ViewerPreferences.PrintScaling == "/None"
        assert str(whole.Root.Lang) == "nl-BE"
        assert str(whole.docinfo["/Title"]) == document.dutch_title


def test_several_schools_are_bookmarks_above_their_classes(make):
    cards = [*classes(make, 7, 7, school="000001"), *classes(make, 7, school="000002")]
    cards = [card if card.school == "000001" else make.card(WORD, i, school="000002", school_name="", klas="")
             for i, card in enumerate(cards)]  # fmt: skip
    work = chunks(Document.PASSWORD, cards, CardOptions())
    data = join(Document.PASSWORD, [render_chunk(chunk) for chunk in work], work)
    assert outline(data) == [
        ("Basisschool De Regenboog", 0, [("0A", 0, []), ("1A", 1, [])]),
        ("instelling 000002", 2, [("zonder klas", 2, [])]),
    ]


def test_a_document_without_cards_has_no_bookmarks():
    assert bookmarks(()) == ()
