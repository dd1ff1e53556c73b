"""Rendering: what may be loaded, errors of templates, joined parts, equal bytes for equal cards."""

import io
import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import jinja2
import pikepdf
import pytest
from weasyprint import HTML

from leerid_cli.cards import fonts, page
from leerid_cli.cards.fetcher import CardFetcher, ForbiddenAddressError
from leerid_cli.cards.images import glyph_of
from leerid_cli.cards.render import CardOptions, chunks, join, page_count, render_chunk
from leerid_cli.cards.sheets import Document
from leerid_cli.cards.templates import PROGRAM
from leerid_cli.errors import LeeridError
from leerid_cli.model.people import PasswordKind

FORBIDDEN = [
    "file:///etc/passwd",
    "http://loket.example/",
    "https://loket.example/x.png",
    "ftp://loket.example/x",
    fonts.path("bold").parent.joinpath("Andika-OFL.txt").as_uri(),
    fonts.path("bold").as_uri() + "/../../faces.toml",
    fonts.path("bold").as_uri() + "?x",
]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_nothing_but_our_own_is_fetched(url):
    with pytest.raises(ForbiddenAddressError):
        CardFetcher().fetch(url)


@pytest.mark.parametrize("url", FORBIDDEN)
def test_a_page_that_asks_for_more_is_not_made(url):
    with pytest.raises(ForbiddenAddressError):
        HTML(string=f'<img src="{url}">', url_fetcher=CardFetcher()).write_pdf()


def test_data_and_fonts_are_fetched():
    assert CardFetcher().fetch("data:text/plain,ja").read() == b"ja"
    for name in fonts.FILES:
        assert CardFetcher().fetch(fonts.path(name).as_uri()).read() == fonts.path(name).read_bytes()


def test_an_unknown_field_in_a_template_is_an_error():
    with pytest.raises(jinja2.UndefinedError):
        page.environment(PROGRAM).from_string("{{ card.stamnumer }}").render(card=object())


def test_templates_escape_whatever_their_name():
    assert page.environment(PROGRAM).from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("document", Document)
def test_the_same_cards_give_the_same_bytes(document, make):
    (chunk,) = chunks(document, [make.card(PasswordKind.PICTURE, i) for i in range(3)], CardOptions())
    first, joined = render_chunk(chunk), join(document, [render_chunk(chunk)])
    time.sleep(1.05)  # a PDF's identifier comes from the clock unless it is told not to
    assert render_chunk(chunk) == first
    assert join(document, [first]) == joined


@pytest.mark.parametrize("parts", [1, 3])
def test_joined_parts_keep_pages_title_language_and_printing_hints(parts, make):
    document = Document.PASSWORD
    cards = [make.card(PasswordKind.WORD, i) for i in range(30)]
    (chunk,) = chunks(document, cards, CardOptions())
    one = render_chunk(chunk)
    assert page_count(one) == 3
    whole = join(document, [one] * parts)
    assert page_count(whole) == 3 * parts
    with pikepdf.open(io.BytesIO(whole)) as opened:
        assert dict(opened.docinfo) == {"/Title": document.dutch_title}
        assert str(opened.Root.Lang) == "nl-BE"
        assert opened.Root.ViewerPreferences.PrintScaling == "/None"
        assert opened.Root.ViewerPreferences.DisplayDocTitle is True
        assert "/Metadata" not in opened.Root


def test_joined_parts_stay_in_order(make):
    document = Document.PASSWORD
    parts = [make.pdf(document, [make.card(PasswordKind.WORD, i)]) for i in range(3)]
    text = make.text(join(document, parts))
    places = [text.index(make.card(PasswordKind.WORD, i).credential.text) for i in range(3)]
    assert places == sorted(places)


def test_no_parts_make_an_empty_document():
    assert page_count(join(Document.A4, [])) == 0


def test_a_chunk_can_be_rendered_in_a_spawned_process(make):
    made = chunks(Document.PASSWORD, [make.card(PasswordKind.WORD)], CardOptions())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        (there,) = pool.map(render_chunk, made)
    assert there == render_chunk(made[0])


def test_colour_changes_the_pictures_and_nothing_else(make):
    cards = [make.card(PasswordKind.PICTURE)]
    black, colour = (make.pdf(Document.FULL, cards, CardOptions(colour=c)) for c in (False, True))
    pictures = {ord(glyph_of(picture.code)): None for picture in cards[0].credential.pictures}
    assert len(set(make.text(black)) & set(map(chr, pictures))) == 8
    assert make.text(black).translate(pictures).split() == make.text(colour).split()
    assert set(make.raster(black).getcolors()) != set(make.raster(colour).getcolors())


def test_sheets_are_counted_without_loading_what_makes_pdfs():
    code = "import sys, leerid_cli.cards.sheets as s; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "leerid_cli" in loaded
    assert not loaded & {"weasyprint", "pikepdf", "jinja2", "qrcode", "fontTools", "pydyf"}


def test_rendering_leaves_nothing_behind(make, tmp_path):
    (chunk,) = chunks(Document.PASSWORD, [make.card(PasswordKind.WORD)], CardOptions())
    (tmp_path / "chunk").write_bytes(pickle.dumps(chunk))
    folder = tmp_path / "temporary"
    folder.mkdir()
    code = (
        "import pathlib, pickle, sys; from leerid_cli.cards.render import render_chunk;"
        "sys.stdout.buffer.write(render_chunk(pickle.loads(pathlib.Path(sys.argv[1]).read_bytes())))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "chunk")]
    environment = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert done.stdout.startswith(b"%PDF")
    assert list(folder.iterdir()) == []


def test_a_page_that_asks_for_more_is_a_bug_that_is_told(make, monkeypatch):
    monkeypatch.setattr(page, "to_html", lambda *_given, **_more: '<img src="file:///etc/passwd">')
    (chunk,) = chunks(Document.PASSWORD, [make.card(PasswordKind.WORD)], CardOptions())
    with pytest.raises(LeeridError, match="not allowed on a card"):
        render_chunk(chunk)


def test_rendering_says_nothing(make, capfd):
    render_chunk(chunks(Document.FULL, [make.card(PasswordKind.PICTURE, voornaam="王")], CardOptions())[0])
    assert capfd.readouterr() == ("", "")
