"""Cards cut into chunks that can be rendered in any process, and the parts joined again; no WeasyPrint here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise

from leerid_cli.cards import pdf_joining
from leerid_cli.cards.sheets import Bookmark, Document, Page, Paper, bookmarks, paginate
from leerid_cli.cards.templates import PROGRAM, Templates
from leerid_cli.model.cards import Card

SHEETS_A_CHUNK = 8
"""Bounds memory, about 7 MB a sheet of picture cards in work, and how long the last worker keeps the others waiting."""


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
    """Lay sorted cards on pages and cut the pages into chunks of about the same size, in order."""
    pages = paginate(document, cards, options.paper)
    number = -(-len(pages) // SHEETS_A_CHUNK)
    ends = [len(pages) * place // number for place in range(number + 1)] if number else []
    return tuple(Chunk(document, pages[start:end], options) for start, end in pairwise(ends))


def join(document: Document, parts: Iterable[bytes], made_of: Sequence[Chunk] = ()) -> bytes:
    """Return the parts that the chunks became as one PDF with bookmarks by class."""
    out = BytesIO()
    pdf_joining.write(out, document.dutch_title, parts, marks(made_of), whole_fonts=len(made_of) > 1)
    return out.getvalue()


def marks(made_of: Sequence[Chunk]) -> tuple[Bookmark, ...]:
    """Return the bookmarks of the pages of these chunks, by class."""
    return bookmarks(page for chunk in made_of for page in chunk.pages)
