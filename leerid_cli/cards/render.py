"""Cards to PDF: cut the work into chunks, render each (in any process), join the parts."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from leerid_cli.cards import classlist, documents, page
from leerid_cli.cards.documents import page_count
from leerid_cli.cards.drawing import Drawing
from leerid_cli.cards.fetcher import CardFetcher, ForbiddenAddressError
from leerid_cli.cards.sheets import ClassList, Document, Page, Paper, bookmarks, paginate
from leerid_cli.cards.templates import PROGRAM, Templates, refused
from leerid_cli.errors import LeeridError
from leerid_cli.i18n import _
from leerid_cli.model import Card

__all__ = ["CardOptions", "Chunk", "chunks", "draw", "join", "page_count", "render_chunk", "to_pdf"]

SHEETS_A_CHUNK = 20
"""Bounds memory: about 10 MB a sheet of picture cards while WeasyPrint works on it."""


@dataclass(frozen=True, slots=True)
class CardOptions:
    """How cards are made: marked VOORBEELD, pictograms in colour, how they lie on paper, with which templates.

    `passwords_listed`: the lists of classes show passwords.
    """

    example: bool = False
    colour: bool = False
    paper: Paper = field(default_factory=Paper)
    passwords_listed: bool = True
    templates: Templates = PROGRAM


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some pages of one document: a unit of work that can be sent to another process."""

    document: Document
    pages: tuple[Page, ...]
    options: CardOptions


def chunks(document: Document, cards: Sequence[Card], options: CardOptions) -> tuple[Chunk, ...]:
    """Lay sorted cards on pages and cut the pages into chunks, in order."""
    pages = paginate(document, cards, options.paper)
    return tuple(
        Chunk(document, pages[start : start + SHEETS_A_CHUNK], options)
        for start in range(0, len(pages), SHEETS_A_CHUNK)
    )


def join(document: Document, parts: Sequence[bytes], made_of: Sequence[Chunk] = ()) -> bytes:
    """Put the parts that the chunks became together in one PDF, with bookmarks by class."""
    pages = [page for chunk in made_of for page in chunk.pages]
    return documents.join(document.dutch_title, parts, bookmarks(pages))


def render_chunk(chunk: Chunk) -> bytes:
    """Render one chunk to PDF; the same chunk gives the same bytes.

    Raises InputError where a template of the user's is wrong, LeeridError where one of ours asks for
    something outside the program.
    """
    drawings = draw(chunk.document, chunk.pages, chunk.options)
    return to_pdf(chunk.document.dutch_title, drawings, chunk.options)


def draw(document: Document, pages: Sequence[Page], options: CardOptions) -> list[Drawing]:
    """Draw sheets of cards and class lists."""
    known = page.load_faces(options.templates)
    return [
        classlist.draw(one, passwords=options.passwords_listed, example=options.example)
        if isinstance(one, ClassList)
        else page.draw_sheet(document, one, known, options.templates, example=options.example)
        for one in pages
    ]


def to_pdf(title: str, drawings: Sequence[Drawing], options: CardOptions) -> bytes:
    """Make a PDF of drawings of one size; raises what `render_chunk` raises."""
    html = page.to_html(title, drawings, options.templates, colour=options.colour)
    own = options.templates.own_page()
    try:
        with _no_collector():
            document = HTML(string=html, url_fetcher=CardFetcher()).render(font_config=_fonts())
            if own and len(document.pages) != len(drawings):
                raise refused(own, None, _("it makes {n} pages of {of}").format(
                    n=len(document.pages), of=len(drawings)))  # fmt: skip
            return bytes(document.write_pdf())
    except ForbiddenAddressError as error:  # a BaseException, which no caller would expect
        if own:
            raise refused(own, None, str(error)) from error
        raise LeeridError(str(error), "This is a bug: please report it.") from error


@contextmanager
def _no_collector() -> Iterator[None]:
    """Hold the garbage collector: of WeasyPrint's many boxes none goes early, and looking costs 20 %."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def _fonts() -> FontConfiguration:
    """Make one font configuration a process: loading the fonts again for each chunk is slow."""
    return FontConfiguration()


# it keeps its fonts in a temporary folder, which it removes when it goes
atexit.register(_fonts.cache_clear)
