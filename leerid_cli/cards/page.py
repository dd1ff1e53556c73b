"""Pages as HTML: draws sheets of cards, and fills the templates of a page with drawings.

`render` makes PDF of the HTML. Templates can be the user's own: they are run in a sandbox, and what is wrong
in them becomes an InputError that names file and line.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from leerid_cli.cards import custom_layouts, fonts
from leerid_cli.cards.drawing import Drawing, Line, Placed
from leerid_cli.cards.images import pictogram
from leerid_cli.cards.labels import SheetFormat
from leerid_cli.cards.layout import lay_out
from leerid_cli.cards.sheets import Document, Sheet
from leerid_cli.cards.sizing import STANDARD, CardLayouts, Size, size
from leerid_cli.cards.templates import HTML, LAYOUT_FILE, PAGE, Templates, line_of, read, refused
from leerid_cli.cards.text_runs import text_runs
from leerid_cli.errors import LeeridError
from leerid_cli.i18n import _
from leerid_cli.runtime.limits import TooMuchError

LINE = 0.25
"""Thickness of a line in millimetres."""


def environment(templates: Templates) -> jinja2.Environment:
    """Return the Jinja environment of a page: all is escaped, and a template includes only those in `HTML`."""

    def find(name: str) -> tuple[str, str, None] | None:
        if name not in HTML:
            return None
        return read(templates.path(name)), str(templates.path(name)), None

    made = _Sandbox(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(find),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(mm=_mm, place=_place, line=LINE)
    return made


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox without the operator `**`.

    A few characters with it make a number so large that computing it takes any length of time, in a single
    step that no time limit can interrupt.
    """

    intercepted_binops = frozenset(("**",))

    def call_binop(self, _context: Any, operator: str, _left: Any, _right: Any) -> Any:
        """Raise TemplateRuntimeError: this operator may not be used."""
        raise jinja2.TemplateRuntimeError(
            _("{operator} has no place in a template").format(operator=operator)
        )


def _mm(length: float) -> str:
    return f"{length:.3f}mm"


def _place(box: Sequence[float]) -> str:
    left, top, width, height = map(_mm, box[:4])
    return f"left:{left};top:{top};width:{width};height:{height}"


def to_html(title: str, drawings: Sequence[Drawing], templates: Templates, *, colour: bool) -> str:
    """Return the HTML of some pages of one size, the title of which is `title`.

    Raises InputError, naming file, line and what is wrong, where a template of the user's cannot be filled.
    """
    with _explained(templates):
        return (
            environment(templates)
            .get_template(PAGE)
            .render(
                title=title,
                fonts={name: fonts.path(name).as_uri() for name in fonts.FILES},
                pages=drawings,
                strands=lambda drawing: text_runs(drawing, colour=colour),
                colour=colour,
                pictogram=lambda picture: pictogram(picture.icon, colour=colour),
            )
        )


@contextmanager
def _explained(templates: Templates) -> Iterator[None]:
    """Turn an error in a template of the user's into an InputError; one in the program's own is a bug."""
    own = {str(file) for file in map(templates.own, HTML) if file}
    try:
        yield
    except (LeeridError, TooMuchError):
        raise
    except jinja2.TemplateSyntaxError as error:
        if error.filename not in own:
            raise
        raise refused(templates.path(error.name or PAGE), error.lineno, str(error.message)) from error
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        at = next((frame for frame in reversed(frames) if frame.filename in own), None)
        if at is None:
            raise
        why = str(error) if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"
        file = next(file for file in map(templates.own, HTML) if str(file) == at.filename)
        raise refused(file, at.lineno, why) from error  # type: ignore[arg-type]


def draw_sheet(
    document: Document, sheet: Sheet, known: CardLayouts, templates: Templates, *, example: bool
) -> Drawing:
    """Return a sheet of cards as a drawing, with the card layouts of `known` that suit its labels.

    That there are such layouts was checked before (`printer_settings.refuse_unfit`).
    """
    form, placed = sheet.format, []
    for slot, card in enumerate(sheet.cards, sheet.first):
        chosen = size(form, document, card.credential.kind, card.url, known) or Size(STANDARD, 1)
        with _layouts_explained(templates):
            layout = lay_out(
                document, card, example=example, among=known, family=chosen.family, templates=templates
            )
        left, top = form.content(slot)
        width, height = form.content_size
        left += (width - chosen.family.width * chosen.scale) / 2
        top += (height - layout.height * chosen.scale) / 2
        placed.append(Placed(left, top, layout, chosen.scale))
    lines = tuple(_cut_lines(form, len(sheet.cards))) if form.cut_lines else ()
    return Drawing(form.page_width, form.page_height, tuple(placed), lines, form.pitch_y * form.scale_y)


@contextmanager
def _layouts_explained(templates: Templates) -> Iterator[None]:
    """Turn an error in filling in a card layout of the user's into an InputError; else it is a bug."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        own = templates.own(LAYOUT_FILE)
        if own is None:
            raise
        field = str(error.args[0]) if isinstance(error, KeyError) else ""
        why = _("unknown field {field}").format(field=field) if field else str(error)
        raise refused(own, line_of(read(own), f'"{field}"' if field else ""), why) from error


def load_layouts(templates: Templates) -> CardLayouts:
    """Return the card layouts in use, by name; raises InputError where those of the user are wrong."""
    return custom_layouts.load(templates)


def _cut_lines(form: SheetFormat, cards: int) -> Iterator[Line]:
    """Yield lines as long as all cards together, between and around them; neighbours share a line."""
    rows = -(-cards // form.columns)
    width, height = form.columns * form.pitch_x, rows * form.pitch_y
    for column in range(form.columns + 1):
        # the outermost lines lie within the outer cards, so that 10 mm at the edge of the paper stay free
        inwards = LINE * column / form.columns
        yield Line(form.left + column * form.pitch_x - inwards, form.top, 0, height, dashed=True)
    for row in range(rows + 1):
        yield Line(form.left, form.top + row * form.pitch_y - LINE / 2, width - LINE, 0, dashed=True)
