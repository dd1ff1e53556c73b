"""Decides which card lies where on which page of a document.

A4 cards lie edge to edge, so that neighbours share one cut line, and 10 mm or more from the edge of the
paper, so that printers that "fit to page" cut nothing off. Stickers lie on a label sheet of `labels`. This
module needs no third-party package, so that pages can be counted without loading what draws them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from leerid_cli.cards import labels
from leerid_cli.cards.labels import SheetFormat
from leerid_cli.model.cards import Card
from leerid_cli.model.people import PasswordKind

OWN_SHEET_FROM = 6
"""A class with this many cards or more starts on a new sheet (docs/contract.md §8)."""
LIST_ROWS = 25
"""Most pupils on one page of a class list."""
NO_CLASS = "zonder klas"
"""What is printed for cards without a class."""


class Document(StrEnum):
    """The four PDFs of a ZIP; the value is its name in code and in the names of card layouts."""

    A4 = "a4"
    FULL = "full"
    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - a document, not a secret

    @property
    def file_name(self) -> str:
        """The document's file name in the ZIP (docs/contract.md §8)."""
        return _NAMES[self][0]

    @property
    def dutch_title(self) -> str:
        """The Dutch title in the metadata of the PDF, without data of pupils."""
        return _NAMES[self][1]


_NAMES = {
    Document.A4: ("leerid-kaartjes-a4.pdf", "LeerID-kaartjes"),
    Document.FULL: ("leerid-stickers-volledig.pdf", "LeerID-stickers, volledig"),
    Document.SIGN_IN: ("leerid-stickers-aanmelden.pdf", "LeerID-stickers, aanmelden"),
    Document.PASSWORD: ("leerid-stickers-wachtwoord.pdf", "LeerID-stickers, wachtwoord"),
}
STICKERS = (Document.FULL, Document.SIGN_IN, Document.PASSWORD)

A4_PICTURE = SheetFormat(
    "a4-picture", 2, 4, width=95, height=69, left=10, top=10.5, pitch_x=95, pitch_y=69, edge=4, cut_lines=True
)
A4_TEXT = SheetFormat(
    "a4-text", 2, 5, width=95, height=55, left=10, top=11, pitch_x=95, pitch_y=55, edge=4, cut_lines=True
)


@dataclass(frozen=True, slots=True)
class Paper:
    """How cards are laid on paper.

    Stickers lie on the label sheet `sheet`; on the first page of a document they begin at label `start_at` (1
    is the first). With `compact` no class starts on a new sheet; with `class_lists` the list of a class
    stands before its A4 cards.
    """

    sheet: SheetFormat = field(default_factory=labels.default)
    start_at: int = 1
    compact: bool = False
    class_lists: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of cards: its format, and its cards, the first of which lies at place `first` (from 0)."""

    format: SheetFormat
    cards: tuple[Card, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class ClassList:
    """A page of the list of a class for its teacher.

    It is page `number` (from 1) of `pages`, with the cards of the pupils from number `first` (from 0) on, out
    of `pupils` in the class.
    """

    cards: tuple[Card, ...]
    first: int
    number: int
    pages: int
    pupils: int


Page = Sheet | ClassList
"""A page of a document."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a class begins: the name of its school, the title (its name), and the page, counted from 0."""

    school: str
    title: str
    page: int


def paginate(
    document: Document, cards: Sequence[Card], paper: Paper | None = None, *, compact: bool = False
) -> tuple[Page, ...]:
    """Return the pages of `document` with these cards, which come sorted by school, class, naam and voornaam.

    A class with 6 or more cards starts on a new sheet, a smaller one follows on the same sheet; with
    `compact` none starts one (docs/contract.md §8). The list of a class stands before the sheet on which it
    begins. `compact` counts only where no `paper` is given.
    """
    paper = paper or Paper(compact=compact)
    pages: list[Page] = []
    skipped = paper.start_at - 1 if document in STICKERS else 0
    for section in _sections(cards, paper.compact):
        chosen = _format(document, section, paper)
        start = 0
        while start < len(section):
            end = start + chosen.capacity - skipped
            if paper.class_lists and document is Document.A4:
                pages += _lists(section, start, end)
            pages.append(Sheet(chosen, tuple(section[start:end]), skipped))
            start, skipped = end, 0
    return tuple(pages)


def bookmarks(pages: Iterable[Page]) -> tuple[Bookmark, ...]:
    """Return on which page each class begins, in the order of the cards."""
    marks: dict[tuple[str, str], Bookmark] = {}
    for number, page in enumerate(pages):
        for card in page.cards:
            marks.setdefault(
                (card.school, card.klas), Bookmark(school_of(card), card.klas or NO_CLASS, number)
            )
    return tuple(marks.values())


def school_of(card: Card) -> str:
    """Return the name of the school of a card, its number where the configuration has no name for it."""
    return card.school_name.strip() or f"instelling {card.school}"


def _sections(cards: Sequence[Card], compact: bool) -> Iterator[list[Card]]:
    """Yield the cards in sections, each of which begins on a new sheet."""
    section: list[Card] = []
    for group in _classes(cards):
        if section and len(group) >= OWN_SHEET_FROM and not compact:
            yield section
            section = []
        section.extend(group)
    if section:
        yield section


def _classes(cards: Sequence[Card]) -> Iterator[list[Card]]:
    """Yield the cards of each class, in order."""
    for _, members in groupby(cards, key=attrgetter("school", "klas")):
        yield list(members)


def _lists(section: Sequence[Card], start: int, end: int) -> Iterator[ClassList]:
    """Yield the lists of the classes whose first card is one of `section[start:end]`."""
    position = 0
    for group in _classes(section):
        if start <= position < end:
            yield from _list(group)
        position += len(group)


def _list(group: Sequence[Card]) -> Iterator[ClassList]:
    """Yield the pages of the list of one class."""
    starts = range(0, len(group), LIST_ROWS)
    for number, first in enumerate(starts, 1):
        rows = tuple(group[first : first + LIST_ROWS])
        yield ClassList(rows, first, number, len(starts), len(group))


def _format(document: Document, cards: Sequence[Card], paper: Paper) -> SheetFormat:
    """Return the one format of all sheets of a section: one picture card needs the larger A4 cards."""
    if document is not Document.A4:
        return paper.sheet
    pictures = any(card.credential.kind is PasswordKind.PICTURE for card in cards)
    return A4_PICTURE if pictures else A4_TEXT
