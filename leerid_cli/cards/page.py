"""Sheets as HTML: the templates of `templates/cards/` filled with laid-out cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from leerid_cli import resources
from leerid_cli.cards import fonts
from leerid_cli.cards.layout import Layout, lay_out
from leerid_cli.cards.pictures import pictogram
from leerid_cli.cards.sheets import Document, Sheet, SheetFormat

LINE = 0.25
"""Thickness of a cut line in millimetres."""


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A laid-out card with its place on the page in millimetres."""

    left: float
    top: float
    layout: Layout


class CutLine(NamedTuple):
    """Where to cut; `width` or `height` is 0."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its cards and its cut lines."""

    cards: tuple[PlacedCard, ...]
    cut_lines: tuple[CutLine, ...]


@cache
def environment() -> Environment:
    """Make the one Jinja environment: everything is escaped, an unknown field is an error."""
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(resources.templates()),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(mm=_mm, place=_place, line=LINE)
    return made


def _mm(length: float) -> str:
    return f"{length:.3f}mm"


def _place(box: tuple[float, float, float, float]) -> str:
    left, top, width, height = map(_mm, box)
    return f"left:{left};top:{top};width:{width};height:{height}"


def to_html(document: Document, sheets: Sequence[Sheet], *, example: bool, colour: bool) -> str:
    """Fill the template with some sheets of a document."""
    return (
        environment()
        .get_template("sheets.html.j2")
        .render(
            title=document.dutch_title,
            fonts={name: fonts.path(name).as_uri() for name in fonts.FILES},
            pages=[_page(document, sheet, example) for sheet in sheets],
            colour=colour,
            pictogram=lambda picture: pictogram(picture.icon, colour=colour),
        )
    )


def _page(document: Document, sheet: Sheet, example: bool) -> Page:
    cards = []
    for slot, card in enumerate(sheet.cards):
        layout = lay_out(document, card, example=example)
        left, top = _origin(sheet.format, slot, layout)
        cards.append(PlacedCard(left, top, layout))
    lines = tuple(_cut_lines(sheet.format, len(sheet.cards))) if sheet.format.cut_lines else ()
    return Page(tuple(cards), lines)


def _origin(form: SheetFormat, slot: int, layout: Layout) -> tuple[float, float]:
    """Find where a card's ink may begin; a face lower than the card stands in its middle."""
    left, top = form.content(slot)
    return left, top + (form.content_size[1] - layout.height) / 2


def _cut_lines(form: SheetFormat, cards: int) -> Iterator[CutLine]:
    """Draw full-length lines between and around the cards, each shared by its neighbours."""
    rows = -(-cards // form.columns)
    width, height = form.columns * form.pitch_x, rows * form.pitch_y
    for column in range(form.columns + 1):
        # the left line lies inside the first card, the right one inside the last: 10 mm stay free
        inwards = LINE * column / form.columns
        yield CutLine(form.left + column * form.pitch_x - inwards, form.top, 0, height)
    for row in range(rows + 1):
        yield CutLine(form.left, form.top + row * form.pitch_y - LINE / 2, width - LINE, 0)
