"""Sample cards of made-up children, with passwords that open no account.

They are drawn for `leerid cards preview`, for the samples in docs/samples, and to try out templates of the
user's before real cards are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from leerid_cli import resources
from leerid_cli.cards import custom_layouts, page, pdf_joining, render, sizing
from leerid_cli.cards.render import CardOptions
from leerid_cli.cards.sheets import STICKERS, Document
from leerid_cli.cards.templates import refused
from leerid_cli.i18n import _
from leerid_cli.model.cards import Card, Credential, Logo
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules import pictograms
from leerid_cli.rules.usernames import username_base
from leerid_cli.runtime import limits

_PUPILS = (
    ("Zoë", "D’Hondt"),
    ("Marie-Charlotte", "Van den Bossche-Vandenbroucke"),
    ("Łukasz", "Wiśniewski"),
    ("Thị Hạnh", "Nguyễn"),
)
_TEXTS = {
    PasswordKind.WORD: ("boot47", "gras82", "klok35", "mand59"),
    PasswordKind.TEMPORARY: ("zn4chdjr", "6dvmgcz2", "p597pzfv", "2jrzpqz7"),
}
_CLASSES = {PasswordKind.PICTURE: "1A", PasswordKind.WORD: "4B", PasswordKind.TEMPORARY: "2 Latijn"}
_KINDS = (PasswordKind.PICTURE, PasswordKind.WORD, PasswordKind.TEMPORARY)
_CODE = "bcdfghjk2345"
MOST_CHARACTERS, MOST_TAGS = 16 << 20, 20_000
"""Most characters and tags in the HTML of a sample page.

Pages of the program have some 90,000 characters and 900 tags; a picture in a user's template has many
characters.
"""
SECONDS = 12
"""Most seconds for drawing all samples, which takes two."""


@dataclass(frozen=True, slots=True)
class Portal:
    """What is the same on all cards of a school; `url` is the address of the portal, with `{token}` in it."""

    url: str = "https://loket.example/l/{token}"
    school: str = "030569"
    school_name: str = "Basisschool De Regenboog"
    issued: date = date(2026, 9, 1)
    language: str = "nl"
    contact: str = ""
    logo: Logo | None = None


def cards(portal: Portal, kinds: Iterable[PasswordKind] = _KINDS) -> list[Card]:
    """Return four sample cards of each kind of password, each kind in a class of its own."""
    return [_card(portal, kind, number) for kind in kinds for number in range(len(_PUPILS))]


def _card(portal: Portal, kind: PasswordKind, number: int) -> Card:
    voornaam, naam = _PUPILS[number]
    return Card(
        school=portal.school,
        school_name=portal.school_name,
        administratieve_groep="",
        klas=_CLASSES[kind],
        naam=naam,
        voornaam=voornaam,
        stamnummer=str(number + 1),
        username=username_base(voornaam, naam),
        url=portal.url.replace("{token}", _CODE[number:] + _CODE[:number]),
        type=AccountType.GEVORDERD if kind is PasswordKind.TEMPORARY else AccountType.BASIS,
        credential=_credential(kind, number),
        issued=portal.issued,
        language=portal.language,
        contact=portal.contact,
        logo=portal.logo,
    )


def _credential(kind: PasswordKind, number: int) -> Credential:
    if kind is not PasswordKind.PICTURE:
        return Credential(kind, _TEXTS[kind][number])
    categories = pictograms.load(resources.pictograms()).categories
    pictures = tuple(category[(5 * number + 3 * place) % 16] for place, category in enumerate(categories))
    return Credential(kind, " ".join(picture.word for picture in pictures), pictures)


def preview(portal: Portal, options: CardOptions) -> bytes:
    """Return one PDF with sample cards of every kind: A4 cards with a class list, and the three stickers.

    Stickers that the label sheet cannot hold (`left_out`) are not in it. Raises what `render_chunk` raises.
    """
    parts = [render.render_chunk(chunk) for chunk in _chunks(portal, options)]
    return pdf_joining.join("LeerID-voorbeelden", parts)


def _chunks(portal: Portal, options: CardOptions) -> Iterator[render.Chunk]:
    listed = replace(options, paper=replace(options.paper, class_lists=True, compact=False, start_at=1))
    first, *others = _KINDS
    yield from render.chunks(Document.A4, cards(portal, [first]), listed)
    yield from render.chunks(Document.A4, cards(portal, others), listed)
    missing = left_out(portal, options)
    for document in STICKERS:
        kinds = [kind for kind in _KINDS if (document, kind) not in missing]
        yield from render.chunks(document, cards(portal, kinds), listed)


def left_out(portal: Portal, options: CardOptions) -> tuple[tuple[Document, PasswordKind], ...]:
    """Return the stickers (document and kind of password) that the label sheet of the options cannot hold."""
    known = custom_layouts.load(options.templates)
    return sizing.unfit(options.paper.sheet, STICKERS, _KINDS, portal.url, known)


def try_out(options: CardOptions) -> None:
    """Draw all sample cards where templates of the user's are in use, to find out whether those can be used.

    Raises InputError, naming the file, where a template is wrong, takes more than `SECONDS`, or makes pages
    that are too large or have no end.
    """
    own = options.templates.own_page()
    if own is None:
        return
    try:
        with limits.bounded():
            for chunk in _chunks(Portal(), options):
                drawings = render.draw(chunk.document, chunk.pages, options)
                text = page.to_html("", drawings, options.templates, colour=options.colour)
                if max(len(text) / MOST_CHARACTERS, text.count("<") / MOST_TAGS) > len(drawings):
                    raise limits.TooMuchError(_("the pages become too large"))
        with limits.bounded(SECONDS, memory=None):
            preview(Portal(), options)
    except (ValueError, ArithmeticError) as error:
        raise refused(own, None, str(error)) from error
