"""Label formats: grids of equal labels on a page, read from `templates/cards/labels.toml`.

All lengths in millimetres. The file explains its keys; a user's own file adds formats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from leerid_cli import resources
from leerid_cli.cards.templates import LABELS, Templates, read
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.runtime import limits
from leerid_cli.settings.toml_values import Check, WrongValueError, dotted, is_number, refuse, table

A4 = (210.0, 297.0)
DEFAULT = "105x48"
_ROUNDING = 0.01
_MOST = 100
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """A grid of equal labels on a page.

    Ink keeps `paper` from the page's edge and `edge` from the label's own. `offset_x`, `offset_y` and
    `scale_y` make up for a printer: label centres lie at `offset + scale * y` below the page's top.
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
    page_width: float = A4[0]
    page_height: float = A4[1]
    paper: float = 6.0
    edge: float = 3.0
    cut_lines: bool = False
    offset_x: float = 0
    offset_y: float = 0
    scale_y: float = 1

    @property
    def capacity(self) -> int:
        """How many cards one sheet holds."""
        return self.columns * self.rows

    @property
    def content_size(self) -> tuple[float, float]:
        """Width and height of the part that may hold ink on every label."""
        widths = [high - low for low, high in map(self._across, range(self.columns))]
        heights = [high - low for low, high in map(self._down, range(self.rows))]
        return min(widths), min(heights)

    def label(self, slot: int) -> tuple[float, float]:
        """Left and top of a slot's label on the page, as printed; slots count row by row."""
        row, column = divmod(slot, self.columns)
        return self._printed(self.left + column * self.pitch_x, self.top + row * self.pitch_y, self.height)

    def content(self, slot: int) -> tuple[float, float]:
        """Left and top on the page, as printed, of the part of a slot that may hold ink."""
        row, column = divmod(slot, self.columns)
        width, height = self.content_size
        (left, right), (top, bottom) = self._across(column), self._down(row)
        return self._printed((left + right - width) / 2, (top + bottom - height) / 2, height)

    def _across(self, column: int) -> tuple[float, float]:
        left = self.left + column * self.pitch_x
        return self._safe(left, self.width, self.page_width)

    def _down(self, row: int) -> tuple[float, float]:
        top = self.top + row * self.pitch_y
        return self._safe(top, self.height, self.page_height)

    def _safe(self, start: float, length: float, page: float) -> tuple[float, float]:
        return max(start + self.edge, self.paper), min(start + length - self.edge, page - self.paper)

    def _printed(self, x: float, y: float, height: float) -> tuple[float, float]:
        middle = (y + height / 2) * self.scale_y
        return x + self.offset_x, middle - height / 2 + self.offset_y

    def stays_on_paper(self) -> bool:
        """Tell whether offset and scale leave the content of every label on the page."""
        (x, y), (last_x, last_y) = self.content(0), self.content(self.capacity - 1)
        width, height = self.content_size
        return (
            min(x, y) >= 0
            and last_x + width <= self.page_width + _ROUNDING
            and last_y + height <= self.page_height + _ROUNDING
        )


def formats(templates: Templates) -> dict[str, SheetFormat]:
    """Return all label formats by name; raises InputError naming file and key where the user's file is wrong."""
    own = templates.own(LABELS)
    return {**_program(), **(_read(own) if own else {})}


@cache
def _program() -> dict[str, SheetFormat]:
    return _read(resources.templates() / LABELS)


def default() -> SheetFormat:
    """Return the format that LeerID asks for: 105 x 48 mm, 12 on an A4 page.

    Source: docs/sources.md, "The LeerID manual" §3.
    """
    return _program()[DEFAULT]


def _read(file: Path) -> dict[str, SheetFormat]:
    """Return the formats of a file by name; raises InputError naming file and key."""
    try:
        data = limits.toml(read(file))
    except ValueError as error:
        raise InputError(_("{file} cannot be read: {why}").format(file=file, why=error)) from error
    try:
        return {name: _format(name, entry) for name, entry in data.items()}
    except WrongValueError as error:
        raise InputError(_("{file}: {key}: {why}").format(file=file, key=error.key, why=error.why)) from error


def _count(value: Any, key: str) -> int:
    if not isinstance(value, int) or not is_number(value, 1, _MOST):
        refuse(key, _("must be a whole number from 1 to {most}").format(most=_MOST))
    return value


def _length(value: Any, key: str) -> float:
    if not is_number(value, 0, _LONGEST) or value == 0:
        refuse(key, _("must be a length in millimetres"))
    return float(value)


def _distance(value: Any, key: str) -> float:
    return 0.0 if is_number(value, 0, 0) else _length(value, key)


def _pair(value: Any, key: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        refuse(key, _("must be two lengths in millimetres"))
    return _length(value[0], key), _length(value[1], key)


_NEEDED = ("columns", "rows", "width", "height")
_CHECKS: Mapping[str, Check] = {
    "columns": _count,
    "rows": _count,
    "width": _length,
    "height": _length,
    "left": _distance,
    "top": _distance,
    "pitch": _pair,
    "page": _pair,
    "paper": _distance,
    "edge": _distance,
}


def _format(name: str, value: Any) -> SheetFormat:
    """Return the format that a table of the file describes; raises WrongValueError."""
    key = f'"{name}"'
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}", name):  # it becomes part of a file name
        refuse(key, _("a name has letters, digits, blanks, dots, - and _, 40 at most"))
    found = table(value, key, checks=_CHECKS, needed=_NEEDED)
    pitch_x, pitch_y = found.pop("pitch", (found["width"], found["height"]))
    page_width, page_height = found.pop("page", A4)
    made = SheetFormat(
        name=name,
        pitch_x=pitch_x,
        pitch_y=pitch_y,
        page_width=page_width,
        page_height=page_height,
        **{"left": 0.0, "top": 0.0, **found},
    )
    _refuse_impossible(made, key)
    return made


def _refuse_impossible(made: SheetFormat, key: str) -> None:
    """Raise WrongValueError where labels overlap, leave the page, or have no room for ink."""
    if (made.columns > 1 and made.pitch_x < made.width) or (made.rows > 1 and made.pitch_y < made.height):
        refuse(dotted(key, "pitch"), _("the labels would overlap"))
    right = made.left + (made.columns - 1) * made.pitch_x + made.width
    bottom = made.top + (made.rows - 1) * made.pitch_y + made.height
    if right > made.page_width + _ROUNDING:
        refuse(dotted(key, "columns"), _("the labels end {mm} mm from the left, the page at {page} mm").format(
            mm=round(right, 2), page=made.page_width))  # fmt: skip
    if bottom > made.page_height + _ROUNDING:
        refuse(dotted(key, "rows"), _("the labels end {mm} mm from the top, the page at {page} mm").format(
            mm=round(bottom, 2), page=made.page_height))  # fmt: skip
    if min(made.content_size) <= 0:
        refuse(dotted(key, "edge"), _("no room is left for ink"))
