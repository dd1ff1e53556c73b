"""Opening files of accounts that exist already: the Schoolloket workbook, the same as CSV, a ZIP of leerid.

What their lines mean is for `intake/adoption_rows.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake import bundled_accounts, reading
from leerid_cli.intake.adoption_rows import (
    HEADER_WITHIN,
    AdoptionRow,
    Line,
    column_positions,
    rows_below_header,
)
from leerid_cli.model.reports import Problem
from leerid_cli.tables import archive, csvtext, xlsx
from leerid_cli.tables.limits import MAX_LIST_BYTES

BUNDLED_WORKBOOK = "leerid-accounts.xlsx"
# A ZIP with this member is a workbook.
_WORKBOOK_MARK = "[Content_Types].xml"
# How an XLS file, or a workbook with a password, begins.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read(file: str, data: bytes, encoding: str | None) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows of a file, and a problem for each row that cannot be read.

    `encoding` is the one that the user named, None: find out. Raises InputError, whose message does not name
    the file, where the file as a whole cannot be read.
    """
    if data.startswith(_OLD_OFFICE):
        raise InputError(
            _("this is an old XLS file, or a workbook with a password"),
            _("save it as XLSX without a password"),
        )
    if not data.startswith(b"PK"):
        return rows_below_header(file, _csv_lines(data, encoding))
    names = archive.names(data)
    if _WORKBOOK_MARK in names:
        return rows_below_header(file, _sheet(data))
    if not (wanted := _with_accounts(names)):
        raise _nothing_to_read()
    return _bundle(file, data, wanted)


def _with_accounts(names: Iterable[str]) -> set[str]:
    """Return the names of the members of a ZIP that hold its accounts, each account once.

    A workbook is left out where the same folder, or one around it, has the accounts for leerid to read. Older ZIPs
    have workbooks alone: one, or one in each folder.
    """
    by_name = [(name, name.rpartition("/")[2]) for name in names]
    lists = {name for name, last in by_name if last == bundled_accounts.MEMBER}
    covered = tuple(name.removesuffix(bundled_accounts.MEMBER) for name in lists)
    return lists | {
        name for name, last in by_name if last == BUNDLED_WORKBOOK and not name.startswith(covered)
    }


def _bundle(file: str, data: bytes, wanted: set[str]) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows of the members `wanted` of a ZIP of leerid."""
    rows: list[AdoptionRow] = []
    problems: list[Problem] = []
    for name, content in archive.members(data, wanted.__contains__).items():
        try:
            found = _member(f"{file}/{name}", content)
        except InputError as error:
            hint = error.hint or _("take the ZIP as it was made")
            raise InputError(f"{name}: {error.message}", hint) from error
        rows += found[0]
        problems += found[1]
    return rows, problems


def _nothing_to_read() -> InputError:
    return InputError(
        _("the ZIP holds none of {names}").format(names=f"{bundled_accounts.MEMBER}, {BUNDLED_WORKBOOK}"),
        _(
            "give a ZIP that leerid made, or the workbook itself; "
            "older versions made ZIPs without either, such as those of `leerid create`"
        ),
    )


def _member(file: str, content: bytes) -> tuple[list[AdoptionRow], list[Problem]]:
    """Return the rows of a workbook, or of accounts for leerid to read, where the first counts as line 2."""
    if file.endswith(BUNDLED_WORKBOOK):
        return rows_below_header(file, _sheet(content))
    accounts = enumerate(bundled_accounts.read(content), 2)
    return [AdoptionRow(file, line, cells, bundled_accounts.KEYS) for line, cells in accounts], []


def _sheet(data: bytes) -> list[Line]:
    """Return the lines of a workbook's first sheet; raises InputError where it cannot be read.

    Blank cells at the end of a row are not stored in a sheet, so rows are filled up to the longest of those
    that may be the header.
    """
    rows = xlsx.read(data)[0].rows
    width = max((len(cells) for _line, cells in rows[:HEADER_WITHIN]), default=0)
    return [(line, cells + [""] * (width - len(cells))) for line, cells in rows]


def _csv_lines(data: bytes, encoding: str | None) -> list[Line]:
    """Return the lines of a CSV, under the delimiter with which most columns of its header are known."""
    if len(data) > MAX_LIST_BYTES:
        raise InputError(
            _("the file is larger than {most} MiB").format(most=MAX_LIST_BYTES >> 20),
            _("give a part of it at a time"),
        )
    text, _used = reading.decode(data, encoding)
    delimiter = max(csvtext.DELIMITERS, key=lambda delimiter: _known_columns(text, delimiter))
    return csvtext.bounded(text, delimiter)


def _known_columns(text: str, delimiter: str) -> int:
    """Return how many columns of the header are known, 0 where the text is not CSV under this delimiter."""
    try:
        lines = list(islice(csvtext.rows(text, delimiter), HEADER_WITHIN))
    except InputError:
        return 0
    return max((len(column_positions(cells)) for _line, cells in lines), default=0)
