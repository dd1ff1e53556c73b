"""A test sheet: outlines and centres of the labels, rulers both ways, and what to do with them, in Dutch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from leerid_cli.cards import pdf_joining
from leerid_cli.cards.drawing import Drawing, Line, Placed, text, written
from leerid_cli.cards.fitting import Style
from leerid_cli.cards.labels import SheetFormat
from leerid_cli.cards.render import CardOptions, to_pdf

TITLE = "LeerID-testvel"
RULER = 100
"""Millimetres of a ruler where the page has room for it."""
_HYPHEN = "\u2011"  # a line does not break after it
_ARM = 4.0  # of a cross
_HIGH = 200.0  # from this height on a page has room for rulers below the steps
_FREE = 12.0  # what a ruler leaves free of a page that is shorter than it


def render(form: SheetFormat) -> bytes:
    """Return the test sheet of a label format, with the offsets and the scale it has, as PDF."""
    steps = _steps(form)
    pages = [
        _page(form, steps[start : start + form.capacity]) for start in range(0, len(steps), form.capacity)
    ]
    if form.page_height < _HIGH:
        pages.insert(0, _page(form, ()))
    pages[0] = replace(
        pages[0], lines=(*pages[0].lines, *_rulers(form)), cards=(*pages[0].cards, _lengths(form))
    )
    return pdf_joining.join(TITLE, [to_pdf(TITLE, pages, CardOptions())])


def ruler_lengths(form: SheetFormat) -> tuple[int, int]:
    """Return how many millimetres the rulers to the right and down are: 100, or whole tens that fit."""
    across, down = (
        min(RULER, int((side - _FREE) // 10) * 10) for side in (form.page_width, form.page_height)
    )
    return across, down


def _steps(form: SheetFormat) -> tuple[str, ...]:
    across, down = ruler_lengths(form)
    measured = f"{down * 1.01:.1f}".replace(".", ",")
    steps = (
        f"1 Druk dit testvel af op gewoon papier, op ware grootte (100 %). Leg het op een vel {form.name} "
        "en houd beide tegen het licht.",
        f"2 Meet de linialen. De liggende is {across} mm: zo niet, dan staat de printer op 'aanpassen aan pagina'. "
        f"Is de staande geen {down} maar {measured} mm, dan geef je --scale-y {1 / 1.01:.3f} "
        f"({down} gedeeld door {measured}).",
        "3 Hoeveel mm moeten de kaders naar rechts? Dat is --offset-x. En naar onder? Dat is --offset-y. "
        f"Naar links of naar boven met een min. Tel erbij wat nu ingesteld is: x {form.offset_x:g}, "
        f"y {form.offset_y:g}, schaal {form.scale_y:g}.",
        '4 Bewaar het in config.toml: [printers."NAAM"] met offset_x, offset_y, scale_y en sheet. '
        "Druk af met --printer NAAM. Maak daarna nog een testvel.",
    )
    return tuple(step.replace("-", _HYPHEN) for step in steps)


def _page(form: SheetFormat, steps: tuple[str, ...]) -> Drawing:
    """Draw outlines and crosses of all labels, and a step above the cross of each of the first ones."""
    lines = [line for slot in range(form.capacity) for line in (*_outline(form, slot), *_cross(form, slot))]
    texts = []
    for slot, step in enumerate(steps):
        x, y = form.content(slot)
        room = form.label(slot)[1] + form.height / 2 - _ARM - 0.5 - y
        texts.append(text("step", step, (x, y, form.content_size[0], room), Style("regular", 9, 5)))
    return Drawing(form.page_width, form.page_height, (written(*texts),), tuple(lines))


def _outline(form: SheetFormat, slot: int) -> Iterator[Line]:
    x, y = form.label(slot)
    for left in (x, x + form.width):
        yield Line(left, y, 0, form.height)
    for top in (y, y + form.height):
        yield Line(x, top, form.width, 0)


def _cross(form: SheetFormat, slot: int) -> Iterator[Line]:
    x, y = form.label(slot)
    x, y = x + form.width / 2, y + form.height / 2
    yield Line(x - _ARM, y, 2 * _ARM, 0)
    yield Line(x, y - _ARM, 0, 2 * _ARM)


def _corner(form: SheetFormat) -> tuple[float, float, float, float]:
    """Return left and top of the ruler to the right, then of the ruler down; clear of the crosses."""
    across, down = ruler_lengths(form)
    return (
        (form.page_width - across) / 2,
        form.page_height * 0.86,
        form.page_width * 0.9,
        form.page_height - down - 9,
    )


def _rulers(form: SheetFormat) -> Iterator[Line]:
    across, down = ruler_lengths(form)
    left, top, right, above = _corner(form)
    yield Line(left, top, across, 0)
    yield Line(right, above, 0, down)
    for mm in range(across + 1):
        yield Line(left + mm, top, 0, _tick(mm))
    for mm in range(down + 1):
        yield Line(right, above + mm, _tick(mm), 0)


def _lengths(form: SheetFormat) -> Placed:
    across, down = ruler_lengths(form)
    left, top, right, above = _corner(form)
    style = Style("bold", 8, 5)
    return written(
        text("ruler", f"{across} mm", (left + across - 24, top - 4.5, 20, 3.5), style, "right"),
        text("ruler", f"{down} mm", (right - 18, above + 2, 17, 3.5), style, "right"),
    )


def _tick(mm: int) -> float:
    return 3.5 if mm % 10 == 0 else 2.2 if mm % 5 == 0 else 1.2
