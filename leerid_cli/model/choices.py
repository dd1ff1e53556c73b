"""What a user chooses with options: formats, parts of the ZIP, label sheet and printer."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class ExportFormat(StrEnum):
    """The file format in which `export` writes; the values are also the extensions of the file names.

    Each has a writer in `exports.register_rows.WRITERS`.
    """

    XLSX = "xlsx"  # a workbook
    CSV = "csv"
    JSON = "json"  # one array
    JSONL = "jsonl"  # one JSON object a line


class Split(StrEnum):
    """What the folders in the ZIP stand for; each folder has the same set of files, for its own pupils."""

    SCHOOL = "school"  # a folder for each school
    CLASS = "class"  # a folder for each class of each school


class BundlePart(StrEnum):
    """The parts of the ZIP; `--only` chooses one or more (docs/contract.md §8)."""

    WORKBOOK = "workbook"  # the workbook with usernames and passwords
    A4 = "a4"  # the PDF with cards to cut out
    STICKERS = "stickers"  # the three PDFs with stickers


class ListFormat(StrEnum):
    """How a list of pupils is printed; each but `table` has a writer in `exports.listing.WRITERS`."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    IDS = "ids"


class TableFormat(StrEnum):
    """How a list without pupil ids is printed: as `ListFormat`, without pupil ids."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class ReportFormat(StrEnum):
    """How a writing command says what it did."""

    TEXT = "text"
    JSON = "json"
