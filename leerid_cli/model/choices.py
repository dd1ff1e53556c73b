"""What a user chooses between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class ExportFormat(StrEnum):
    """What an export is written as; each has a writer in `exports.register_rows.WRITERS`, and is a file extension."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class Split(StrEnum):
    """By what a bundle has folders: each holds the same set of files for its own cards."""

    SCHOOL = "school"
    CLASS = "class"


class BundlePart(StrEnum):
    """What a bundle may be confined to."""

    WORKBOOK = "workbook"
    A4 = "a4"
    STICKERS = "stickers"


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """What the command line says of label sheet and printer; None or '' where it says nothing.

    Offsets in millimetres to the right and down; `scale_y` multiplies heights on the page.
    """

    sheet: str = ""
    start_at: int = 1
    offset_x: float | None = None
    offset_y: float | None = None
    scale_y: float | None = None
    printer: str = ""


class ListFormat(StrEnum):
    """How a list of pupils is printed; each but `table` has a writer in `exports.listing.WRITERS`."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    IDS = "ids"


class TableFormat(StrEnum):
    """How another list is printed: as `ListFormat`, without pupil ids."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class ReportFormat(StrEnum):
    """How a writing command says what it did."""

    TEXT = "text"
    JSON = "json"
