"""Draws the list of a class for its teacher, in Dutch: names, usernames and, if wanted, passwords.

`sheets.paginate` decides where such a page stands among the A4 cards (docs/contract.md §8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from leerid_cli.cards.drawing import Drawing, Line, text, written
from leerid_cli.cards.fitting import Style
from leerid_cli.cards.labels import A4
from leerid_cli.cards.layout import Text
from leerid_cli.cards.sheets import NO_CLASS, ClassList, school_of
from leerid_cli.model.cards import Card
from leerid_cli.model.people import PasswordKind

_LEFT, _RIGHT = 12.0, 198.0  # millimetres: a printer that "fits to page" cuts nothing off
_HEAD, _ROW = 43.0, 9.4  # millimetres: where the table begins, how high a row is
_PAD = 1.2  # millimetres between a line and the text beside it

_PLAIN, _BOLD = Style("regular", 10, 5.5), Style("bold", 10, 5.5)
_SMALL = Style("regular", 8.5, 6)
_USERNAME = Style("regular", 10, 6, breaks="username")
_PASSWORD = {
    PasswordKind.PICTURE: Style("regular", 9, 6),
    PasswordKind.WORD: Style("bold", 12, 6, tracking=0.04, breaks="whole"),
    PasswordKind.TEMPORARY: Style("code", 11.5, 6, tracking=0.04, breaks="whole"),
}


class _Column(NamedTuple):
    """A column of the table; lengths in millimetres."""

    title: str
    left: float
    width: float


def _columns(passwords: bool) -> tuple[_Column, ...]:
    widths = (7, 39, 34, 45, 61) if passwords else (7, 55, 52, 72)
    titles = ("", "Naam", "Voornaam", "Gebruikersnaam", "Wachtwoord")
    lefts = [_LEFT + sum(widths[:number]) for number in range(len(widths))]
    return tuple(map(_Column, titles, lefts, widths))


def draw(page: ClassList, *, passwords: bool, example: bool) -> Drawing:
    """Return one page of a class list as a drawing; texts shrink to fit their cells, so nothing is cut off.

    With `passwords` there is a column for them and a warning; `example` marks the page VOORBEELD.
    """
    columns = _columns(passwords)
    texts = [*_head(page, passwords, example), *_titles(columns)]
    lines = [_rule(_HEAD)]
    for number, card in enumerate(page.cards):
        top = _HEAD + number * _ROW
        texts += _row(columns, card, page.first + number + 1, top)
        lines.append(_rule(top + _ROW))
    return Drawing(*A4, (written(*texts),), tuple(lines), _ROW, copied=True)


def _rule(top: float) -> Line:
    return Line(_LEFT, top, _RIGHT - _LEFT, 0)


def _head(page: ClassList, passwords: bool, example: bool) -> Iterator[Text]:
    card = page.cards[0]
    yield text("title", "Voor de leerkracht", (_LEFT, 11, 90, 5), Style("bold", 11, 8))
    yield text("klas", card.klas or NO_CLASS, (_LEFT, 16, 106, 10), Style("bold", 20, 8))
    yield text("school", school_of(card), (_LEFT, 26.5, 100, 6), Style("regular", 11, 6))
    cards = "1 kaartje" if page.pupils == 1 else f"{page.pupils} kaartjes"
    right = [f"{card.issued:%d-%m-%Y}", cards]
    if page.pages > 1:
        right.append(f"blad {page.number} van {page.pages}")
    where = (120, 16, _RIGHT - 120, 10)
    yield text("issued", " · ".join(right), where, Style("regular", 10, 6, breaks="whole"), "right")
    if example:
        yield text("example", "VOORBEELD", (120, 11, _RIGHT - 120, 5), Style("bold", 10, 8), "right")
    if passwords:
        warning = "Hierop staan wachtwoorden: bewaar dit blad achter slot."
        yield text("warning", warning, (116, 26.5, _RIGHT - 116, 6), _SMALL, "right")


def _titles(columns: tuple[_Column, ...]) -> Iterator[Text]:
    for title, left, width in columns:
        yield text("heading", title, (left + _PAD, _HEAD - 6, width - 2 * _PAD, 5), Style("bold", 9, 6))


def _row(columns: tuple[_Column, ...], card: Card, number: int, top: float) -> Iterator[Text]:
    kind = card.credential.kind
    cells = (
        (str(number), _SMALL),
        (card.naam, _BOLD),
        (card.voornaam, _PLAIN),
        (card.username, _USERNAME),
        (card.credential.text, _PASSWORD[kind]),
    )
    for column, (content, style) in zip(columns, cells, strict=False):
        box = (column.left + _PAD, top + 0.5, column.width - 2 * _PAD, _ROW - 1)
        yield text(column.title, content, box, style)
