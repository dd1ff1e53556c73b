"""What a user chooses between."""

from __future__ import annotations

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


class Part(StrEnum):
    """What a bundle may be confined to."""

    WORKBOOK = "workbook"
    A4 = "a4"
    STICKERS = "stickers"
