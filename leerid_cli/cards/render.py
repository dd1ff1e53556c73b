"""Renders pages to PDF with WeasyPrint, one chunk at a time; worker processes run `render_chunk`."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from leerid_cli.cards import classlist, fonts, page
from leerid_cli.cards.chunks import CardOptions, Chunk, chunks, join
from leerid_cli.cards.drawing import Drawing
from leerid_cli.cards.fetcher import CardFetcher, ForbiddenAddressError
from leerid_cli.cards.pdf_joining import page_count
from leerid_cli.cards.sheets import ClassList, Document, Page
from leerid_cli.cards.templates import refused
from leerid_cli.errors import LeeridError
from leerid_cli.i18n import _

__all__ = ["CardOptions", "Chunk", "chunks", "draw", "join", "page_count", "render_chunk", "to_pdf"]


def render_chunk(chunk: Chunk) -> bytes:
    """Return the PDF of one chunk as bytes; the same chunk gives the same bytes.

    Raises InputError where a template of the user's is wrong, LeeridError (exit code 1, a bug) where a
    template of the program's asks for something outside the program.
    """
    fonts.load_all()
    drawings = draw(chunk.document, chunk.pages, chunk.options)
    return to_pdf(chunk.document.dutch_title, drawings, chunk.options)


def draw(document: Document, pages: Sequence[Page], options: CardOptions) -> list[Drawing]:
    """Return each page, a sheet of cards or a class list, as a drawing; raises what `render_chunk` raises."""
    known = page.load_layouts(options.templates)
    return [
        classlist.draw(one, passwords=options.passwords_listed, example=options.example)
        if isinstance(one, ClassList)
        else page.draw_sheet(document, one, known, options.templates, example=options.example)
        for one in pages
    ]


def to_pdf(title: str, drawings: Sequence[Drawing], options: CardOptions) -> bytes:
    """Return the PDF of drawings, all of one page size, as bytes; raises what `render_chunk` raises."""
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
    """Switch off the garbage collector during the block.

    WeasyPrint needs its many boxes until it is done, so that the collector finds nothing and costs 20 % of
    the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def _fonts() -> FontConfiguration:
    """Return the one font configuration of this process: loading the fonts for each chunk is slow."""
    return FontConfiguration()


# a font configuration removes its temporary folder of fonts when it is deleted
atexit.register(_fonts.cache_clear)
