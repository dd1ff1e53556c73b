"""CSV as schools exchange it: any delimiter, quoted or not; written with `;` and exact values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from leerid_cli.errors import InputError
from leerid_cli.i18n import _

DELIMITERS = (";", ",", "\t")
_MAX_CELL = 1_000_000


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of every row that is not blank; a quoted cell may span lines.

    Raises InputError naming the line where a cell is over a million characters or a quote stays open.
    """
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
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


class _Lines(list[str]):
    """Collects the rows of a csv.writer, which quotes a stray carriage return only if rows end with one."""

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")


def write(
    header: Sequence[str], body: Iterable[Sequence[str]], delimiter: str = ";", *, quoted: bool = False
) -> str:
    """Return a CSV text with a header, `;` between the cells and every value exactly as it is.

    `quoted` puts every cell between quotes, also where none is needed.
    """
    lines = _Lines()
    writer = csv.writer(
        lines,
        delimiter=delimiter,
        lineterminator="\r\n",
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow(header)
    writer.writerows(body)
    return "".join(lines)
