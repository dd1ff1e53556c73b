"""Which card lies where on which page; no third-party package.

A4 cards lie edge to edge, so that neighbours share one cut line, 10 mm or more from the paper's
edge, which survives printing with "fit to page". Stickers lie on a label format of `labels`.
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
"""A class with this many cards or more starts on a new sheet (contract §8)."""
LIST_ROWS = 25
"""Pupils on one page of a class list."""
NO_CLASS = "zonder klas"


class Document(StrEnum):
    """The four PDFs of a bundle; the value is the name used in code and card layouts."""

    A4 = "a4"
    FULL = "full"
    SIGN_IN = "sign-in"
    PASSWORD = "password"  # noqa: S105 - a document, not a secret

    @property
    def file_name(self) -> str:
        """The document's name in the ZIP (contract §8)."""
        return _NAMES[self][0]

    @property
    def dutch_title(self) -> str:
        """The document's Dutch title, free of pupil data."""
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

    Stickers lie on `sheet`, the first one of a document from label `start_at` (1 is the first) on.
    With `compact` no class starts on a new sheet; with `class_lists` A4 cards have lists of their
    classes before them.
    """

    sheet: SheetFormat = field(default_factory=labels.default)
    start_at: int = 1
    compact: bool = False
    class_lists: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of cards: its format and its cards in slot order, the first in slot `first`."""

    format: SheetFormat
    cards: tuple[Card, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class ClassList:
    """A page of the list of a class for its teacher: page `number` of `pages`, pupils from `first` (0) on."""

    cards: tuple[Card, ...]
    first: int
    number: int
    pages: int
    pupils: int


Page = Sheet | ClassList


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a class begins: a page, counted from 0, under a school where a document has several."""

    school: str
    title: str
    page: int


def paginate(
    document: Document, cards: Sequence[Card], paper: Paper | None = None, *, compact: bool = False
) -> tuple[Page, ...]:
    """Lay cards, sorted by school, class, naam and voornaam, on the pages of `document`.

    A class with 6 or more cards starts on a new sheet, a smaller one runs on; with `compact` none
    starts one (contract §8). The list of a class stands before the sheet on which it begins.
    """
    paper = paper or Paper(compact=compact)
    pages: list[Page] = []
    skipped = paper.start_at - 1 if document in STICKERS else 0
    for stretch in _stretches(cards, paper.compact):
        chosen = _format(document, stretch, paper)
        start = 0
        while start < len(stretch):
            end = start + chosen.capacity - skipped
            if paper.class_lists and document is Document.A4:
                pages += _lists(stretch, start, end)
            pages.append(Sheet(chosen, tuple(stretch[start:end]), skipped))
            start, skipped = end, 0
    return tuple(pages)


def bookmarks(pages: Iterable[Page]) -> tuple[Bookmark, ...]:
    """Say on which page each class begins, in the order of the cards."""
    found: dict[tuple[str, str], Bookmark] = {}
    for number, page in enumerate(pages):
        for card in page.cards:
            found.setdefault(
                (card.school, card.klas), Bookmark(school_of(card), card.klas or NO_CLASS, number)
            )
    return tuple(found.values())


def school_of(card: Card) -> str:
    """Name the school of a card, by its number where the configuration has no name."""
    return card.school_name.strip() or f"instelling {card.school}"


def _stretches(cards: Sequence[Card], compact: bool) -> Iterator[list[Card]]:
    """Cut the cards where a new sheet is forced."""
    stretch: list[Card] = []
    for group in _classes(cards):
        if stretch and len(group) >= OWN_SHEET_FROM and not compact:
            yield stretch
            stretch = []
        stretch.extend(group)
    if stretch:
        yield stretch


def _classes(cards: Sequence[Card]) -> Iterator[list[Card]]:
    for _, members in groupby(cards, key=attrgetter("school", "klas")):
        yield list(members)


def _lists(stretch: Sequence[Card], start: int, end: int) -> Iterator[ClassList]:
    """Yield the lists of the classes whose first card is one of `stretch[start:end]`."""
    position = 0
    for group in _classes(stretch):
        if start <= position < end:
            yield from _list(group)
        position += len(group)


def _list(group: Sequence[Card]) -> Iterator[ClassList]:
    starts = range(0, len(group), LIST_ROWS)
    for number, first in enumerate(starts, 1):
        rows = tuple(group[first : first + LIST_ROWS])
        yield ClassList(rows, first, number, len(starts), len(group))


def _format(document: Document, cards: Sequence[Card], paper: Paper) -> SheetFormat:
    """One format for a whole stretch: a picture card needs the larger A4 card."""
    if document is not Document.A4:
        return paper.sheet
    pictures = any(card.credential.kind is PasswordKind.PICTURE for card in cards)
    return A4_PICTURE if pictures else A4_TEXT
