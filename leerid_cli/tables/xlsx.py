"""Reading workbooks (XLSX) of others, with limits, and with each cell as exact text.

openpyxl does not read them: it believes the size that a sheet claims to have and keeps part of every row, so
that a few kilobytes can take gigabytes; and it makes a float of every number, which loses digits. Little is
needed of a workbook: its visible sheets, their texts, and which numbers are dates
(docs/decisions/031-own-xlsx-reader.md).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import join, normpath

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.tables import cells, xmltext
from leerid_cli.tables.archive import BROKEN, refuse_doubled
from leerid_cli.tables.cells import CellKind, Typed
from leerid_cli.tables.limits import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ELEMENTS,
    MAX_INFLATED,
    MAX_PARTS,
    MAX_RATIO,
    MAX_ROWS,
    SMALL_PART,
)

_CHUNK = 1 << 16
_DAMAGED = (*BROKEN, IndexError)
# The built-in number formats that show a date: ECMA-376, part 1 §18.8.30 (docs/sources.md, "Files and text").
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A visible sheet: its name, and its rows that are not blank, as (row number from 1, cells).

    A row goes on to its last cell that is not blank. Cells that are not text are `Typed`.
    """

    name: str
    rows: list[tuple[int, list[str]]]


def read(data: bytes) -> list[Worksheet]:
    """Return the visible sheets of a workbook.

    Raises InputError where it is no workbook, is damaged or protected by a password, or goes beyond `limits`.
    """
    try:
        if data.count(b"PK\x01\x02") > MAX_PARTS:  # how an entry of a ZIP's directory begins
            raise _too_large()
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(archive).sheets()
    except _DAMAGED as error:
        raise InputError(
            _("the workbook is damaged"), _("open it, save it anew as XLSX, and import that")
        ) from error


def _too_large() -> InputError:
    return InputError(
        _("the workbook is larger inside than any enrolment file"),
        _("save only the sheet with the enrolments as a new workbook, or as CSV"),
    )


class _Workbook:
    """The parts of a workbook's ZIP; counts what is inflated, for the sizes in a ZIP's directory can lie."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.inflated = self.elements = self.cells = 0
        names = archive.namelist()
        refuse_doubled(names)
        if any(entry.flag_bits & 1 for entry in archive.infolist()):
            raise InputError(
                _("the workbook is protected by a password"), _("save it without password and import that")
            )
        self.names = {name.lower(): name for name in names}

    def sheets(self) -> list[Worksheet]:
        """Return the visible sheets in their order; charts and the like are left out."""
        main = self.main()
        folder, _slash, name = main.rpartition("/")
        book, strings, styles = _Book(), _Strings(), _Styles()
        self.parse(main, book)
        links = self.links(f"{folder}/_rels/{name}.rels")
        for kind, into in (("sharedStrings", strings), ("styles", styles)):
            for target in links.of(kind):
                self.parse(_path(folder, target), into)
        shown = [(name, link) for name, link, state in book.found if state == "visible"]
        return [
            Worksheet(name, self.rows(_path(folder, links.targets[link]), book, strings.texts, styles.dates))
            for name, link in shown
            if links.kinds.get(link) == "worksheet"
        ]

    def main(self) -> str:
        """Return the name of the workbook's main part; raises InputError where the ZIP is something else."""
        named = [_path("", target) for target in self.links("_rels/.rels").of("officeDocument")]
        for name in (*named, "xl/workbook.xml"):
            if name.lower() in self.names and name.startswith("xl/") and name.endswith(".xml"):
                return name
        self.refuse_other_zip()
        raise zipfile.BadZipFile

    def refuse_other_zip(self) -> None:
        """Raise InputError, saying what to do, for a ZIP that is not a workbook."""
        if "mimetype" in self.names and b"opendocument" in self.archive.open(self.names["mimetype"]).read(
            200
        ):
            what, todo = _("an OpenDocument file"), _("save it as XLSX or as CSV and import that")
        elif "xl/workbook.bin" in self.names:
            what, todo = _("a binary workbook (XLSB)"), _("save it as XLSX or as CSV and import that")
        else:
            what, todo = _("a ZIP that is no workbook"), _("unpack it and import the file inside")
        raise InputError(_("this is {what}").format(what=what), todo)

    def links(self, name: str) -> _Links:
        """Return the relationships in a part of this name, none where there is no such part."""
        found = _Links()
        if name.lower() in self.names:
            self.parse(name, found)
        return found

    def parse(self, name: str, events: xmltext.Events) -> None:
        """Read a part as XML; raises InputError naming it."""
        events.most = MAX_ELEMENTS - self.elements
        try:
            xmltext.parse(self.chunks(name), events)
        except InputError as error:
            raise InputError(
                _("{part}, {message}").format(part=name, message=error.message), error.hint
            ) from None
        self.elements += events.elements

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the inflated bytes of a part; raises InputError beyond the limits."""
        entry = self.archive.getinfo(self.names[name.lower()])
        self.refuse_bomb(entry)
        with self.archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                self.inflated += len(chunk)
                if self.inflated > MAX_INFLATED:
                    raise _too_large()
                yield chunk

    def refuse_bomb(self, entry: zipfile.ZipInfo) -> None:
        """Raise InputError for a part that would become too large, NotImplementedError for other packing."""
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError
        large = entry.file_size > SMALL_PART and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        if large or entry.file_size + self.inflated > MAX_INFLATED:
            raise _too_large()

    def rows(
        self, name: str, book: _Book, strings: list[str], dates: list[bool]
    ) -> list[tuple[int, list[str]]]:
        """Return the rows of a sheet that are not blank."""
        events = _Rows(strings, dates, book.since_1904, MAX_CELLS - self.cells)
        self.parse(name, events)
        self.cells += events.cells
        return events.rows


def _path(folder: str, target: str) -> str:
    return normpath(target[1:] if target.startswith("/") else join(folder, target))


class _Book(xmltext.Events):
    """`workbook.xml`: the sheets, as (name, relationship, state), and from which year days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.since_1904 = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            values = {xmltext.local(key): value for key, value in attributes.items()}
            self.found.append((values.get("name", ""), values.get("id", ""), values.get("state", "visible")))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904", "") in ("1", "true")


class _Links(xmltext.Events):
    """A part's relationships to other parts: by id, the target of each and its kind."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            link = attributes.get("Id", "")
            self.targets[link] = attributes.get("Target", "")
            self.kinds[link] = attributes.get("Type", "").rpartition("/")[2]

    def of(self, kind: str) -> list[str]:
        """Return the first target of this kind, if there is one."""
        return [self.targets[link] for link, its_kind in self.kinds.items() if its_kind == kind][:1]


class _Strings(xmltext.Events):
    """`sharedStrings.xml`: the texts by number, without hints on their pronunciation (`rPh`)."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._runs: list[str] = []
        self._phonetic = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self.collect = name == "t" and not self._phonetic
        self._phonetic = self._phonetic or name == "rPh"

    def closed(self, name: str, text: str) -> None:
        if name == "t" and not self._phonetic:
            self._runs.append(text)
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.texts.append(cells.unescaped("".join(self._runs)))
            self._runs = []
        self.collect = False


class _Styles(xmltext.Events):
    """`styles.xml`: for each cell style, whether it shows a number as a date."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: list[bool] = []
        self._own: dict[str, bool] = {}
        self._inside = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = cells.is_date_format(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            built_in = number.isascii() and number.isdigit() and int(number[:9]) in _DATE_FORMATS
            self.dates.append(self._own.get(number, built_in))

    def closed(self, name: str, text: str) -> None:
        if name == "cellXfs":
            self._inside = False


class _Rows(xmltext.Events):
    """A sheet: its rows that are not blank. The size that it claims to have is ignored.

    Raises InputError beyond the limits, ValueError where rows or cells are out of order.
    """

    def __init__(self, strings: list[str], dates: list[bool], since_1904: bool, most_cells: int) -> None:
        super().__init__()
        self.rows: list[tuple[int, list[str]]] = []
        self.cells, self.most_cells = 0, most_cells
        self._strings, self._dates, self._since_1904 = strings, dates, since_1904
        self._row: dict[int, str] = {}
        self._number = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula = self._phonetic = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = int(attributes.get("r", self._number + 1))
            if number <= self._number:
                raise ValueError(number)  # rows out of order, or two of one number
            self._number = number
            self._row, self._column = {}, 0
        elif name == "c":
            self._cell, self._value, self._formula = attributes, None, False
            reference = attributes.get("r", "")
            self._column = cells.column(reference) if reference else self._column + 1
        elif name == "rPh":
            self._phonetic = True
        self.collect = name in ("v", "t") and not self._phonetic

    def closed(self, name: str, text: str) -> None:
        if name in ("v", "t") and not self._phonetic:
            self._value = text if self._value is None else self._value + text
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._close_cell()
        elif name == "row":
            self._close_row()
        self.collect = False

    def _close_cell(self) -> None:
        text = self._text()
        if not text.strip() and not isinstance(text, Typed):
            return  # a blank cell that only has a format
        if self._column > MAX_COLUMNS:
            raise InputError(
                _("row {row}: there is a value in column number {column}").format(
                    row=self._number, column=self._column
                ),
                _("save only the enrolments as a new workbook, or as CSV"),
            )
        if self._column in self._row:
            raise ValueError(self._column)
        self._row[self._column] = text

    def _close_row(self) -> None:
        if not self._row:
            return
        row = [self._row.get(column, "") for column in range(1, max(self._row) + 1)]
        self.cells += len(row)
        if self.cells > self.most_cells or len(self.rows) >= MAX_ROWS:
            raise _too_large()
        self.rows.append((self._number, row))

    def _text(self) -> str:
        kind = self._cell.get("t", "n")
        if self._value is None or (self._value == "" and kind == "n"):
            return Typed("", CellKind.FORMULA) if self._formula else ""
        value = self._value
        if kind == "s":
            return self._strings[cells.index(value)]
        if kind in ("str", "inlineStr"):
            return cells.unescaped(value)
        if kind == "b":
            return Typed("TRUE" if value.strip() in ("1", "true") else "FALSE", CellKind.BOOL)
        if kind == "e":
            return Typed(value, CellKind.ERROR)
        if kind == "d":
            return Typed(value.partition("T")[0], CellKind.DATE)
        return self._numeric(value.strip())

    def _numeric(self, value: str) -> str:
        style = cells.index(self._cell.get("s", "0"))
        if style < len(self._dates) and self._dates[style] and (day := cells.day(value, self._since_1904)):
            return Typed(day.isoformat(), CellKind.DATE)
        return Typed(cells.plain_number(value), CellKind.NUMBER)
