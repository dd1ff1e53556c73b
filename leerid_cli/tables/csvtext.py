"""Reading CSV with any delimiter, quoted or not; and writing it with `;` and exact values."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.tables.limits import MAX_LINES, MAX_ROW_CHARACTERS, MAX_ROWS

DELIMITERS = (";", ",", "\t")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class _Lines:
    """The lines of a text one by one, with their line ends; raises InputError where one row is too long.

    Otherwise a quotation mark that is not closed would make one row of the rest of the file.
    """

    def __init__(self, text: str) -> None:
        self._lines = _LINE.finditer(text)
        self.row, self._characters = 1, 0

    def begin(self, row: int) -> None:
        """Begin to count the characters of the row that begins in this line."""
        self.row, self._characters = row, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        match = next(self._lines)
        self._characters += match.end() - match.start()
        if self._characters > MAX_ROW_CHARACTERS:
            raise InputError(
                _("line {line}: the row has more than {most} characters").format(
                    line=self.row, most=MAX_ROW_CHARACTERS
                ),
                _("look for a quotation mark that is not closed"),
            )
        return match.group()


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of every row that is not blank.

    The line number, from 1, is that of the row's first line: a quoted cell may span several. Raises
    InputError, naming the line, where a row has more than a million characters or is not CSV.
    """
    csv.field_size_limit(MAX_ROW_CHARACTERS)
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
    """Return what `rows` yields; raises InputError also where there are too many rows or lines (`limits`)."""
    if text.count("\n") + text.count("\r") <= 2 * MAX_LINES:
        found = list(islice(rows(text, delimiter), MAX_ROWS + 1))
        if len(found) <= MAX_ROWS:
            return found
    raise InputError(
        _("there are more than {n} rows in it").format(n=MAX_ROWS), _("give a part of it at a time")
    )


class _Written(list[str]):
    """Collects the rows of a csv.writer, and lets each end with a line feed only.

    The writer itself must end rows with a carriage return and a line feed: else it does not quote a cell with
    a carriage return in it.
    """

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def write(
    header: Sequence[str], body: Iterable[Sequence[str]], delimiter: str = ";", *, quoted: bool = False
) -> str:
    """Return a CSV text with a header and every value exactly as it is.

    `quoted` puts every cell between quotes, also where none are needed.
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
