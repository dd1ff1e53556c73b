"""Which card lies where on which sheet; millimetres, no disk, no third-party package.

Sticker sheet 2 x 6 of 105 x 48 mm with a top margin of 4.5 mm, and the margins its ink keeps:
contract §8. A4 cards lie edge to edge, so that neighbours share one cut line, 10 mm or more from
the paper's edge, which survives printing with "fit to page".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from leerid_cli.model import Card, PasswordKind

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
OWN_SHEET_FROM = 6
"""A class with this many cards or more starts on a new sheet (contract §8)."""


class Document(StrEnum):
    """The four PDFs of a bundle; the value is the name used in code and faces."""

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


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A grid of equal labels on an A4 page; all lengths in millimetres.

    `side` is what a label's ink keeps from the paper's left or right edge, `inner` from the
    neighbouring label, `upper` from the label's top and bottom.
    """

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    side: float
    inner: float
    upper: float
    cut_lines: bool = False

    @property
    def capacity(self) -> int:
        """How many cards one sheet holds."""
        return self.columns * self.rows

    @property
    def content_size(self) -> tuple[float, float]:
        """Width and height in millimetres of the part of a label that may hold ink."""
        return self.width - self.side - self.inner, self.height - 2 * self.upper

    def label(self, slot: int) -> tuple[float, float]:
        """Left and top of a slot's label on the page in millimetres; slots count row by row."""
        row, column = divmod(slot, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y

    def content(self, slot: int) -> tuple[float, float]:
        """Left and top on the page in millimetres of the part of a slot that may hold ink."""
        x, y = self.label(slot)
        first = slot % self.columns == 0
        return x + (self.side if first else self.inner), y + self.upper


STICKER = SheetFormat(
    "sticker", 2, 6, width=105, height=48, left=0, top=4.5, pitch_x=105, pitch_y=48, side=6, inner=3, upper=3
)
A4_PICTURE = SheetFormat(
    "a4-picture", 2, 4, width=95, height=69, left=10, top=10.5, pitch_x=95, pitch_y=69,
    side=4, inner=4, upper=4, cut_lines=True,
)  # fmt: skip
A4_TEXT = SheetFormat(
    "a4-text", 2, 5, width=95, height=55, left=10, top=11, pitch_x=95, pitch_y=55,
    side=4, inner=4, upper=4, cut_lines=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page: its format and its cards in slot order."""

    format: SheetFormat
    cards: tuple[Card, ...]


def paginate(document: Document, cards: Sequence[Card], *, compact: bool = False) -> tuple[Sheet, ...]:
    """Lay cards, sorted by school, class, naam and voornaam, on sheets of `document`.

    A class with 6 or more cards starts on a new sheet, a smaller one runs on; with `compact` none
    starts one (contract §8).
    """
    sheets: list[Sheet] = []
    for stretch in _stretches(cards, compact):
        chosen = _format(document, stretch)
        sheets.extend(
            Sheet(chosen, tuple(stretch[start : start + chosen.capacity]))
            for start in range(0, len(stretch), chosen.capacity)
        )
    return tuple(sheets)


def _stretches(cards: Sequence[Card], compact: bool) -> Iterator[list[Card]]:
    """Cut the cards where a new sheet is forced."""
    stretch: list[Card] = []
    for _, members in groupby(cards, key=attrgetter("school", "klas")):
        group = list(members)
        if stretch and len(group) >= OWN_SHEET_FROM and not compact:
            yield stretch
            stretch = []
        stretch.extend(group)
    if stretch:
        yield stretch


def _format(document: Document, cards: Sequence[Card]) -> SheetFormat:
    """One format for a whole stretch: a picture card needs the larger A4 card."""
    if document is not Document.A4:
        return STICKER
    pictures = any(card.credential.kind is PasswordKind.PICTURE for card in cards)
    return A4_PICTURE if pictures else A4_TEXT
