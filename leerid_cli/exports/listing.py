"""Rows of a list as CSV, JSON, JSON lines or pupil ids (docs/contract.md §4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leerid_cli.model.choices import ListFormat
from leerid_cli.tables import csvtext

Row = Mapping[str, Any]
"""The values of a row by column."""

# A spreadsheet takes a cell that begins so for a formula and runs it (docs/sources.md, "Passwords and keys").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[Row], columns: Sequence[str], *, quoted: bool = False) -> str:
    """Return CSV with a header, `;` between the cells, ` | ` between several values of one cell.

    `quoted` puts every cell between quotes, so that a spreadsheet takes it as text.
    """
    return csvtext.write(columns, _cells(rows, columns), quoted=quoted)


def as_excel_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return CSV for Excel: with a byte order mark, and an apostrophe before what it would run."""
    body = _cells(rows, columns)
    safe = [["'" + cell if cell.startswith(FORMULA_STARTS) else cell for cell in row] for row in body]
    return "\ufeff" + csvtext.write(columns, safe, quoted=True)


def _cells(rows: Sequence[Row], columns: Sequence[str]) -> list[list[str]]:
    return [[_cell(row[column]) for column in columns] for row in rows]


def _cell(value: Any) -> str:
    return " | ".join(value) if isinstance(value, list) else str(value)


def as_json(rows: Sequence[Row]) -> str:
    """Return one JSON array, with one object a row, each on a line of its own."""
    return "[" + ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n"


def as_jsonl(rows: Sequence[Row]) -> str:
    """Return JSON lines: one object a row, each on a line of its own, and no array around them."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_ids(rows: Sequence[Row]) -> str:
    """Return one pupil id a line: SCHOOL/STAMNUMMER; for an account without any enrolment, the username.

    The rows need the columns of `pupil_rows.COLUMNS`.
    """
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
