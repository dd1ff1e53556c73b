"""Cards to PDF: cut the work into chunks, render each (in any process), join the parts."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from leerid_cli.cards.documents import join, page_count
from leerid_cli.cards.fetcher import CardFetcher, ForbiddenAddressError
from leerid_cli.cards.page import to_html
from leerid_cli.cards.sheets import Document, Sheet, paginate
from leerid_cli.errors import LeeridError
from leerid_cli.model import Card

__all__ = ["CardOptions", "Chunk", "chunks", "join", "page_count", "render_chunk"]

SHEETS_A_CHUNK = 20
"""Bounds memory: about 10 MB a sheet of picture cards while WeasyPrint works on it."""


@dataclass(frozen=True, slots=True)
class CardOptions:
    """How cards are made: marked VOORBEELD, classes run on, pictograms in colour."""

    example: bool = False
    compact: bool = False
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some sheets of one document: a unit of work that can be sent to another process."""

    document: Document
    sheets: tuple[Sheet, ...]
    options: CardOptions


def chunks(document: Document, cards: Sequence[Card], options: CardOptions) -> tuple[Chunk, ...]:
    """Lay sorted cards on sheets and cut the sheets into chunks, in page order."""
    sheets = paginate(document, cards, compact=options.compact)
    return tuple(
        Chunk(document, sheets[start : start + SHEETS_A_CHUNK], options)
        for start in range(0, len(sheets), SHEETS_A_CHUNK)
    )


def render_chunk(chunk: Chunk) -> bytes:
    """Render one chunk to PDF; the same chunk gives the same bytes.

    LeeridError if a template asks for something outside the program.
    """
    html = to_html(chunk.document, chunk.sheets, example=chunk.options.example, colour=chunk.options.colour)
    try:
        with _no_collector():
            return bytes(HTML(string=html, url_fetcher=CardFetcher()).write_pdf(font_config=_fonts()))
    except ForbiddenAddressError as error:  # a BaseException, which no caller would expect
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
