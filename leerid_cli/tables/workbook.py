"""Workbooks: written by XlsxWriter in memory, read back by openpyxl.

openpyxl writes worksheet rows to the temporary folder, where a killed run leaves every password;
XlsxWriter with `in_memory` leaves nothing. Every cell is text: no formula, number or link is made
of what a name or number happens to look like.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

_WIDEST = 60


@dataclass(frozen=True)
class Form:
    """Which columns of a sheet may be filled in, all others being locked; and what can be chosen in a cell.

    `choices` gives the values of a drop-down list by (row of the body, column), from 0.
    """

    open_columns: Collection[int]
    choices: Mapping[tuple[int, int], Sequence[str]]


def write(
    title: str,
    header: Sequence[str],
    body: Sequence[Sequence[str]],
    made: datetime,
    form: Form | None = None,
) -> bytes:
    """Return an XLSX with one sheet: header in row 1, frozen and filtered, every cell text."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "author": "leerid", "created": made})
    sheet = book.add_worksheet(title[:31])
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bold": True})
    unlocked = book.add_format({"num_format": "@", "locked": False, "bg_color": "#FFF8DC"})
    looks = [unlocked if form and column in form.open_columns else text for column in range(len(header))]
    for row, cells in enumerate((header, *body)):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, looks[column] if row else bold)
    for column, name in enumerate(header):
        widest = max([len(name) + 3, *(len(cells[column]) for cells in body)])
        sheet.set_column(column, column, min(widest + 1, _WIDEST), text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(body), len(header) - 1)
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_col_to_name(len(header) - 1)}{len(body) + 1}"}
    )
    if form:
        for (row, column), values in form.choices.items():
            sheet.data_validation(row + 1, column, row + 1, column, {"validate": "list", "source": values})
        sheet.protect("", {"autofilter": True, "format_columns": True, "delete_rows": True})
    book.close()
    return out.getvalue()


def read(data: bytes) -> list[list[str]]:
    """Return all cells of the first sheet of an XLSX as text, row by row, empty ones as ''."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    try:
        return [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
    finally:
        book.close()
