"""Cards divided into chunks, which any process can render, and the rendered chunks joined again.

`outputs/bundle.py` has the chunks rendered by the worker processes and writes the result into the ZIP.
WeasyPrint is not loaded here: dividing cards and counting pages needs none of it.
"""

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
"""Most pages of a chunk.

It bounds memory (a worker needs about 7 MB for each sheet of picture cards) and the time for which the last
worker is busy alone.
"""


@dataclass(frozen=True, slots=True)
class CardOptions:
    """How cards are drawn.

    `example` marks them VOORBEELD, `colour` prints pictograms in colour, `paper` says how they lie on paper,
    `passwords_listed` shows the passwords in class lists, and `templates` are the templates in use.
    """

    example: bool = False
    colour: bool = False
    paper: Paper = field(default_factory=Paper)
    passwords_listed: bool = True
    templates: Templates = PROGRAM


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some pages of one document: a piece of work that can be pickled and sent to another process."""

    document: Document
    pages: tuple[Page, ...]
    options: CardOptions


def chunks(document: Document, cards: Sequence[Card], options: CardOptions) -> tuple[Chunk, ...]:
    """Lay cards on pages and divide the pages into chunks of about the same size, in order.

    The cards come sorted by school, class, naam and voornaam. No cards give no chunks.
    """
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
