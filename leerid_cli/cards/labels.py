"""Label formats: grids of equal labels on a page, read from `templates/cards/labels.toml`.

All lengths in millimetres. The file explains its keys; a user's own file adds formats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from leerid_cli import resources
from leerid_cli.cards.templates import LABELS, Templates, read
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.runtime import limits

A4 = (210.0, 297.0)
DEFAULT = "105x48"
_ROUNDING = 0.01
_MOST = 100


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
    paper: float = 6
    edge: float = 3
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
    """Return the format of the LeerID manual: 105 x 48 mm, 12 on an A4 page."""
    return _program()[DEFAULT]


def _read(file: Path) -> dict[str, SheetFormat]:
    try:
        data = limits.toml(read(file))
    except ValueError as error:
        raise InputError(_("{file} cannot be read: {why}").format(file=file, why=error)) from error
    return {name: _Reader(file, name).format(table) for name, table in data.items()}


class _Reader:
    """Turns one table of a file into a format, naming file and key in every refusal."""

    NEEDED = ("columns", "rows", "width", "height")
    KNOWN = (*NEEDED, "left", "top", "pitch", "page", "paper", "edge")

    def __init__(self, file: Path, name: str) -> None:
        self.file, self.name = file, name

    def format(self, table: Any) -> SheetFormat:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}", self.name):  # it becomes part of a file name
            self.refuse("", _("a name has letters, digits, blanks, dots, - and _, 40 at most"))
        if not isinstance(table, dict):
            self.refuse("", _("must be a table"))
        for key in table:
            if key not in self.KNOWN:
                self.refuse(key, _("unknown key; known here: {known}").format(known=", ".join(self.KNOWN)))
        for key in self.NEEDED:
            if key not in table:
                self.refuse(key, _("is missing"))
        columns, rows = self.count(table, "columns"), self.count(table, "rows")
        width, height = self.length("width", table["width"]), self.length("height", table["height"])
        pitch_x, pitch_y = self.pair(table, "pitch", (width, height))
        page_width, page_height = self.pair(table, "page", A4)
        made = SheetFormat(
            name=self.name,
            columns=columns,
            rows=rows,
            width=width,
            height=height,
            left=self.length("left", table.get("left", 0)),
            top=self.length("top", table.get("top", 0)),
            pitch_x=pitch_x,
            pitch_y=pitch_y,
            page_width=page_width,
            page_height=page_height,
            paper=self.length("paper", table.get("paper", 6)),
            edge=self.length("edge", table.get("edge", 3)),
        )
        self.possible(made)
        return made

    def possible(self, made: SheetFormat) -> None:
        """Refuse labels that overlap, leave the page, or have no room for ink."""
        if (made.columns > 1 and made.pitch_x < made.width) or (made.rows > 1 and made.pitch_y < made.height):
            self.refuse("pitch", _("the labels would overlap"))
        right = made.left + (made.columns - 1) * made.pitch_x + made.width
        bottom = made.top + (made.rows - 1) * made.pitch_y + made.height
        if right > made.page_width + _ROUNDING:
            self.refuse("columns", _("the labels end {mm} mm from the left, the page at {page} mm").format(
                mm=round(right, 2), page=made.page_width))  # fmt: skip
        if bottom > made.page_height + _ROUNDING:
            self.refuse("rows", _("the labels end {mm} mm from the top, the page at {page} mm").format(
                mm=round(bottom, 2), page=made.page_height))  # fmt: skip
        if min(made.content_size) <= 0:
            self.refuse("edge", _("no room is left for ink"))

    def count(self, table: Mapping[str, Any], key: str) -> int:
        value = table[key]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
            self.refuse(key, _("must be a whole number from 1 to {most}").format(most=_MOST))
        return int(value)

    def length(self, key: str, value: Any) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool) and -2000 <= value <= 2000
        zero = key in ("left", "top", "paper", "edge")
        if not number or value < 0 or (value == 0 and not zero):
            self.refuse(key, _("must be a length in millimetres"))
        return float(value)

    def pair(self, table: Mapping[str, Any], key: str, otherwise: tuple[float, float]) -> tuple[float, float]:
        value = table.get(key, otherwise)
        if not isinstance(value, list | tuple) or len(value) != 2:
            self.refuse(key, _("must be two lengths in millimetres"))
        return self.length(key, value[0]), self.length(key, value[1])

    def refuse(self, key: str, why: str) -> NoReturn:
        where = f'"{self.name}".{key}'.rstrip(".")
        raise InputError(_("{file}: {key}: {why}").format(file=self.file, key=where, why=why))
