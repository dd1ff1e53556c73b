"""Rows of a list as CSV, JSON, JSON lines or pupil ids (contract §4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leerid_cli.model.choices import ListFormat
from leerid_cli.tables import csvtext

Row = Mapping[str, Any]


RUNS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[Row], columns: Sequence[str], *, quoted: bool = False) -> str:
    """Return text with `;` and a header; a cell with several values has ` | ` between them.

    `quoted` puts every cell between quotes, as text for a spreadsheet.
    """
    return csvtext.write(columns, _cells(rows, columns), quoted=quoted)


def as_excel_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return CSV that Excel opens as it is and runs nothing of: a byte order mark, apostrophes before formulas."""
    safe = [["'" + cell if cell.startswith(RUNS) else cell for cell in row] for row in _cells(rows, columns)]
    return "\ufeff" + csvtext.write(columns, safe, quoted=True)


def _cells(rows: Sequence[Row], columns: Sequence[str]) -> list[list[str]]:
    return [[_cell(row[column]) for column in columns] for row in rows]


def _cell(value: Any) -> str:
    return " | ".join(value) if isinstance(value, list) else str(value)


def as_json(rows: Sequence[Row]) -> str:
    """Return a bare array, one row a line."""
    return "[" + ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n"


def as_jsonl(rows: Sequence[Row]) -> str:
    """Return one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_ids(rows: Sequence[Row]) -> str:
    """Return one pupil id (SCHOOL/STAMNUMMER) a line; the username of an account that no school has a pupil for."""
    return "".join(
        (f"{row['school']}/{row['stamnummer']}" if row["school"] else str(row["username"])) + "\n"
        for row in rows
    )


WRITERS: Mapping[ListFormat, Callable[[Sequence[Row], Sequence[str]], str]] = {
    ListFormat.CSV: as_csv,
    ListFormat.JSON: lambda rows, _columns: as_json(rows),
    ListFormat.JSONL: lambda rows, _columns: as_jsonl(rows),
    ListFormat.IDS: lambda rows, _columns: as_ids(rows),
}
"""What makes text of rows and columns, by format; a table is drawn by the terminal (`cli.console`)."""
