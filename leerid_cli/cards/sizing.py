"""Decides which card layouts a label can hold, so that text and QR code stay large enough to read.

Card layouts are drawn for content of a certain size. On a smaller label all of a card is scaled down; where
that would make it too small to read, the next smaller family of card layouts is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from leerid_cli.cards.card_layouts import CardLayout
from leerid_cli.cards.images import qr_code
from leerid_cli.cards.labels import SheetFormat
from leerid_cli.cards.sheets import STICKERS, Document
from leerid_cli.model.people import PasswordKind

LEAST_TEXT = 5.0
"""Points: a child does not read smaller text."""
LEAST_OF = {"username": 11.0, "password": 20.0, **dict.fromkeys(("source", "school", "contact", "help"), 5.5)}
"""Points, by what a text shows, on A4 and 105x48: a child copies the first two, an adult reads the others."""
LEAST_ADDRESS = {"a4": 8.0, "stickers": 7.0}
"""Points of the portal's address, by the family of documents; it is long, and the QR code says it too."""
LEAST_MODULE = 0.5
"""Millimetres of a module of a QR code: a camera reads it (docs/sources.md, "QR codes and paper")."""
_ROUNDING = 1e-6

CardLayouts = Mapping[str, tuple[CardLayout, ...]]
"""Card layouts by name, those of one name in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Family:
    """The card layouts drawn for content of one size in millimetres; their names begin with `prefix`."""

    prefix: str
    width: float
    height: float

    def names(self, document: Document, kind: PasswordKind) -> tuple[str, str]:
        """Return the two names that the card layouts of a card can have, the more exact one first."""
        shape = "picture" if kind is PasswordKind.PICTURE else "text"
        return f"{self.prefix}{document}-{shape}", f"{self.prefix}{document}"

    def find(self, layouts: CardLayouts, document: Document, kind: PasswordKind) -> tuple[CardLayout, ...]:
        """Return the card layouts of a card, in the order in which they are tried; maybe none."""
        exact, general = self.names(document, kind)
        return layouts.get(exact) or layouts.get(general) or ()


STANDARD = Family("", 96, 42)
FAMILIES = (STANDARD, Family("wide-", 83, 30), Family("small-", 57, 28.5))
"""All families, from large to small; the standard one is drawn for labels of 105 x 48 mm."""


@dataclass(frozen=True, slots=True)
class Size:
    """The family from which a card on a label has its layout, and the factor for all its lengths."""

    family: Family
    scale: float


def on_a4(form: SheetFormat) -> Size:
    """Return the size of an A4 card, for which its card layout is drawn, so that nothing is scaled."""
    return Size(Family("", *form.content_size), 1)


def size(
    form: SheetFormat, document: Document, kind: PasswordKind, url: str, layouts: CardLayouts
) -> Size | None:
    """Return how a card is drawn on a label; None if it would be too small to read.

    `url` is the address in its QR code: a longer one has more, smaller modules.
    """
    if document not in STICKERS:
        return on_a4(form)
    width, height = form.content_size
    for family in FAMILIES:
        scale = min(1, width / family.width, height / family.height)
        variants = family.find(layouts, document, kind)
        if variants and (
            _drawn_for(family, scale) or all(_legible(card_layout, scale, url) for card_layout in variants)
        ):
            return Size(family, scale)
    return None


def _drawn_for(family: Family, scale: float) -> bool:
    """Tell whether these are the standard card layouts in their own size, which are always used."""
    return family is STANDARD and scale > 1 - _ROUNDING


def _legible(card_layout: CardLayout, scale: float, url: str) -> bool:
    """Tell whether the smallest text and the QR code of a card layout are large enough at a scale."""
    sizes = [box.style.least for box in card_layout.texts]
    if card_layout.pictures:
        sizes += [card_layout.pictures.numeral, card_layout.pictures.word]
    if card_layout.code and card_layout.code[2] * scale / qr_code(url).modules < LEAST_MODULE - _ROUNDING:
        return False
    return min(sizes) * scale > LEAST_TEXT - _ROUNDING


def unfit(
    form: SheetFormat,
    documents: Iterable[Document],
    kinds: Iterable[PasswordKind],
    url: str,
    layouts: CardLayouts,
) -> tuple[tuple[Document, PasswordKind], ...]:
    """Return the cards (document and kind of password) that would be too small to read on a label sheet."""
    pairs = [(document, kind) for document in documents for kind in kinds]
    return tuple(
        (document, kind) for document, kind in pairs if size(form, document, kind, url, layouts) is None
    )
