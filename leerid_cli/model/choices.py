"""What a user chooses between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ExportFormat(StrEnum):
    """What an export is written as."""

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
