"""The test sheet of `leerid calibrate`, in Dutch: it shows how far a printer is off on a label sheet.

On it are the outline and the centre of every label, a horizontal and a vertical ruler, and what to do with
them.
"""

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
"""Length of a ruler in millimetres, where the page has room for it."""
_HYPHEN = "\u2011"  # no line breaks after this kind of hyphen
_ARM = 4.0  # millimetres from the centre of a cross to each end
_HIGH = 200.0  # millimetres: a page of this height or more has room for the rulers below the steps
_FREE = 12.0  # millimetres of the page that a ruler shorter than `RULER` leaves free


def render(form: SheetFormat) -> bytes:
    """Return the test sheet for a label sheet as PDF, printed with the offsets and the scale of `form`.

    On a page lower than 200 mm the rulers get a page of their own, before those with the steps.
    """
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
    """Return the lengths of the horizontal and the vertical ruler in mm: 100, or as many tens as fit."""
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
    """Draw outlines and crosses of all labels, and one step in each of the first labels, above its cross."""
    lines = [line for slot in range(form.capacity) for line in (*_outline(form, slot), *_cross(form, slot))]
    texts = []
    for slot, step in enumerate(steps):
        x, y = form.content(slot)
        height = form.label(slot)[1] + form.height / 2 - _ARM - 0.5 - y
        texts.append(text("step", step, (x, y, form.content_size[0], height), Style("regular", 9, 5)))
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


def _ruler_places(form: SheetFormat) -> tuple[float, float, float, float]:
    """Return left and top of the horizontal ruler, then of the vertical one; no ruler touches a cross."""
    across, down = ruler_lengths(form)
    return (
        (form.page_width - across) / 2,
        form.page_height * 0.86,
        form.page_width * 0.9,
        form.page_height - down - 9,
    )


def _rulers(form: SheetFormat) -> Iterator[Line]:
    across, down = ruler_lengths(form)
    across_x, across_y, down_x, down_y = _ruler_places(form)
    yield Line(across_x, across_y, across, 0)
    yield Line(down_x, down_y, 0, down)
    for mm in range(across + 1):
        yield Line(across_x + mm, across_y, 0, _tick(mm))
    for mm in range(down + 1):
        yield Line(down_x, down_y + mm, _tick(mm), 0)


def _lengths(form: SheetFormat) -> Placed:
    """Write beside each ruler how long it is."""
    across, down = ruler_lengths(form)
    across_x, across_y, down_x, down_y = _ruler_places(form)
    style = Style("bold", 8, 5)
    return written(
        text("ruler", f"{across} mm", (across_x + across - 24, across_y - 4.5, 20, 3.5), style, "right"),
        text("ruler", f"{down} mm", (down_x - 18, down_y + 2, 17, 3.5), style, "right"),
    )


def _tick(mm: int) -> float:
    """Return how long the tick at `mm` is: longest at whole tens, then at fives."""
    return 3.5 if mm % 10 == 0 else 2.2 if mm % 5 == 0 else 1.2
