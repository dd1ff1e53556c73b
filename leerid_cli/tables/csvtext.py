"""CSV as schools exchange it: any delimiter, quoted or not; written with `;` and exact values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.tables.limits import MAX_LINES, MAX_ROW_SIGNS, MAX_ROWS

DELIMITERS = (";", ",", "\t")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class _Lines:
    """The lines of a text one by one, with their ends; stops where one row takes too many of them."""

    def __init__(self, text: str) -> None:
        self._lines = _LINE.finditer(text)
        self.row, self._signs = 1, 0

    def begin(self, row: int) -> None:
        self.row, self._signs = row, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        match = next(self._lines)
        self._signs += match.end() - match.start()
        if self._signs > MAX_ROW_SIGNS:
            raise InputError(
                _("line {line}: the row has more than {most} characters").format(
                    line=self.row, most=MAX_ROW_SIGNS
                ),
                _("look for a quotation mark that is not closed"),
            )
        return match.group()


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of every row that is not blank; a quoted cell may span lines.

    Raises InputError naming the line where a row is over a million characters or a quote stays open.
    """
    csv.field_size_limit(MAX_ROW_SIGNS)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(
                _("line {line}: this is not a CSV row ({error})").format(line=line, error=error),
                _("look for a quotation mark that is not closed"),
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1
        lines.begin(line)


def bounded(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return what `rows` yields; raises InputError too where there are more rows or lines than any list has."""
    if text.count("\n") + text.count("\r") <= 2 * MAX_LINES:
        found = list(islice(rows(text, delimiter), MAX_ROWS + 1))
        if len(found) <= MAX_ROWS:
            return found
    raise InputError(
        _("there are more than {n} rows in it").format(n=MAX_ROWS), _("give a part of it at a time")
    )


class _Written(list[str]):
    """Collects the rows of a csv.writer, which quotes a stray carriage return only if rows end with one."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def write(
    header: Sequence[str], body: Iterable[Sequence[str]], delimiter: str = ";", *, quoted: bool = False
) -> str:
    """Return a CSV text with a header, `;` between the cells and every value exactly as it is.

    `quoted` puts every cell between quotes, also where none is needed.
    """
    lines = _Written()
    writer = csv.writer(
        lines,
        delimiter=delimiter,
        lineterminator="\r\n",
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow(header)
    writer.writerows(body)
    return "".join(lines)
