"""Workbooks of leerid itself: written by XlsxWriter in memory, read back by openpyxl.

openpyxl does not write them, because it puts rows into the temporary folder, where a killed run would leave
passwords; XlsxWriter with `in_memory` does not (docs/decisions/007-xlsxwriter-writes-openpyxl-checks.md).
Every cell is text, so that no spreadsheet takes it for a formula, number or link (docs/sources.md, "Passwords
and keys").
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

# The widest column, in characters.
_WIDEST = 60


@dataclass(frozen=True)
class Form:
    """A sheet that somebody fills in: columns that are not `open_columns` (from 0) are locked.

    `choices` are the values of a drop-down list by (row, column), both from 0; the header is no row.
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
    """Return an XLSX with one sheet: the header in row 1, frozen and with filters, every cell text.

    `made` is the time of creation that the workbook shows.
    """
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
    formats = [unlocked if form and column in form.open_columns else text for column in range(len(header))]
    for row, cells in enumerate((header, *body)):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, formats[column] if row else bold)
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
    """Return the cells of the first sheet of an XLSX as text, row by row, empty ones as ''.

    For workbooks that `write` made; those of others are read by `xlsx.read`.
    """
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    try:
        return [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
    finally:
        book.close()
