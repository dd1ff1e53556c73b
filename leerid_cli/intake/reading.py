"""Bytes to rows: what the file is, how it is encoded, which delimiter, sheet and profile it uses.

Encodings are tried from the certain to the likely (byte order mark, strict UTF-8, strict cp1252)
and never with replacement: a name that loses a letter here is wrong on a card for years.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import islice

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake import garbled
from leerid_cli.intake.official import masked
from leerid_cli.intake.profiles import ColumnMap, Profile
from leerid_cli.intake.recognise import HEADER_ROWS, Given, Rows, Table, best_sheet, best_table
from leerid_cli.tables import csvtext, xlsx, xmltext
from leerid_cli.tables.limits import MAX_BYTES, MAX_CELLS, MAX_CHARACTERS, MAX_LINES, MAX_ROWS

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANKS = b" \t\r\n\xef\xbb\xbf\xff\xfe"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OTHER_KINDS = (
    ("PDF", re.compile(rb"%PDF")),
    ("XLS", re.compile(re.escape(_OLD_OFFICE))),
    ("HTML", re.compile(rb"<(!doctype html|html|table)", re.IGNORECASE)),
    ("XML Spreadsheet 2003", re.compile(rb"<[^\0]*urn:schemas-microsoft-com:office:spreadsheet")),
)
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_SAMPLE = 4096


class FileFormat(StrEnum):
    """What an enrolment file is."""

    CSV = "CSV"
    XLSX = "XLSX"
    XML = "XML"


@dataclass(frozen=True)
class InputFile:
    """One enrolment file, opened: its column map and its rows as (line number, cells).

    `encoding` and `delimiter` are '' for a workbook, `table` is the name of its sheet or of the
    element that is a row of XML.
    """

    file: str
    kind: FileFormat
    encoding: str
    delimiter: str
    table: str
    column_map: ColumnMap
    rows: Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the command line says about reading: None means find out."""

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    school_given: bool = False
    type_given: bool = False

    @property
    def given(self) -> Given:
        """What stands in for columns that are missing."""
        return Given(self.school_given, self.type_given)


def open_source(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> InputFile:
    """Return the opened file; raises InputError, without the file's name, saying why it cannot be read."""
    candidates = [profile for profile in profiles if reading.profile in (None, profile.name)]
    if not candidates:
        known = ", ".join(profile.name for profile in profiles)
        raise InputError(
            _("there is no profile {name}").format(name=reading.profile),
            _("known: {known}").format(known=known),
        )
    openers = {FileFormat.CSV: _open_csv, FileFormat.XLSX: _open_workbook, FileFormat.XML: _open_xml}
    return openers[_kind(data)](file, data, candidates, reading)


def _kind(data: bytes) -> FileFormat:
    """Tell what the bytes are; raises InputError with what to do for what is none of the three."""
    if len(data) > MAX_BYTES:
        raise too_large()
    if _blank(data[:_SAMPLE]) and _blank(data):
        raise InputError(_("the file is empty"), _("export the enrolments again"))
    if data.startswith(_OLD_OFFICE) and _PROTECTED in data:
        raise InputError(
            _("the workbook is protected by a password"), _("save it without password and import that")
        )
    start = data[:_SAMPLE].replace(b"\0", b"").lstrip(_BLANKS)
    for kind, begins in _OTHER_KINDS:
        if begins.match(start):
            raise InputError(
                _("line 1: this is {kind}, which is not read").format(kind=kind),
                _("save or export it as XLSX or CSV and import that"),
            )
    if start.startswith(b"PK"):
        return FileFormat.XLSX
    return FileFormat.XML if start.startswith(b"<") else FileFormat.CSV


def _blank(data: bytes) -> bool:
    return not data.strip(_BLANKS + b";,")


def too_large() -> InputError:
    """Return the error for a file above the limit."""
    return InputError(
        _("the file is larger than {size} MiB, which no enrolment file is").format(size=MAX_BYTES >> 20),
        _("export the enrolments of fewer schools at once"),
    )


def _open_csv(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> InputFile:
    text, encoding = decode(data, reading.encoding)
    if text.count("\n") > MAX_LINES:
        raise _too_many(MAX_LINES + 1)
    delimiters = (reading.delimiter,) if reading.delimiter else csvtext.DELIMITERS
    tables = [
        Table(delimiter, _csv_head(text, delimiter), partial(csvtext.rows, text, delimiter))
        for delimiter in delimiters
    ]
    table, column_map = best_table(tables, profiles, reading.given)
    rows = _bounded(_below(table.rows(), column_map))
    return InputFile(file, FileFormat.CSV, encoding, table.label, "", column_map, rows)


def _csv_head(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the first rows, as far as the delimiter makes sense of the quotes."""
    head: list[tuple[int, list[str]]] = []
    with suppress(InputError):  # what was read before it counts
        for row in islice(csvtext.rows(text, delimiter), HEADER_ROWS):
            head.append(row)
    return head


def _open_workbook(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> InputFile:
    found = xlsx.read(data)
    tables = [Table(sheet.name, sheet.rows[:HEADER_ROWS], partial(iter, sheet.rows)) for sheet in found]
    table, column_map = best_sheet(tables, profiles, reading.given)
    rows = _checked(_bounded(_squared(_below(table.rows(), column_map), column_map)), reading)
    return InputFile(file, FileFormat.XLSX, "", "", table.label, column_map, rows)


def _open_xml(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> InputFile:
    records = xmltext.records(data, reading.encoding)
    tables = [_xml_table(name, rows) for name, rows in records.items()]
    table, column_map = best_table(tables, profiles, reading.given)
    declared = re.match(rb"""[^>]{0,60}encoding=["']([\w.-]+)""", data.replace(b"\0", b"")[:_SAMPLE])
    encoding = reading.encoding or (declared[1].decode("ascii").lower() if declared else "utf-8")
    rows = _checked(_bounded(_below(table.rows(), column_map)), reading)
    return InputFile(file, FileFormat.XML, encoding, "", table.label, column_map, rows)


def _xml_table(name: str, records: Sequence[tuple[int, dict[str, str]]]) -> Table:
    """See elements as rows: numbered by their lines, or counted where two begin on one line."""
    if len({line for line, _values in records}) < len(records):
        records = [(number, values) for number, (_line, values) in enumerate(records, 1)]
    header = list(dict.fromkeys(key for _line, values in records for key in values))

    def rows() -> Rows:
        return ((line, [values.get(key, "") for key in header]) for line, values in records)

    return Table(name, [(0, header)], rows)


def _below(rows: Rows, column_map: ColumnMap) -> Rows:
    """Leave out the header and what stands above it."""
    return (row for row in rows if row[0] > column_map.line)


def _squared(rows: Rows, column_map: ColumnMap) -> Rows:
    """Make every row of a sheet as wide as the header: blank cells at its end are not stored there."""
    width = len(column_map.header)
    return ((line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in rows)


def _bounded(rows: Rows) -> Rows:
    """Stop at what is more than any enrolment file holds."""
    cells_read = characters_read = 0
    for number, (line, cells) in enumerate(rows):
        cells_read += len(cells)
        characters_read += sum(map(len, cells))
        if number >= MAX_ROWS or cells_read > MAX_CELLS or characters_read > MAX_CHARACTERS:
            raise _too_many(line)
        yield line, cells


def _too_many(line: int) -> InputError:
    return InputError(
        _("line {line}: the file has more rows than any enrolment file").format(line=line),
        _("export the enrolments of fewer schools at once"),
    )


def _checked(rows: Rows, reading: Reading) -> Rows:
    """Stop at a value that was garbled before it came into the file, unless an encoding was named."""
    for line, cells in rows:
        if not reading.encoding:
            for cell in cells:
                if found := garbled.first(cell):
                    raise _garbled(line, found[1])
        yield line, cells


def _garbled(line: int, word: str) -> InputError:
    return InputError(
        _("line {line}: the text is garbled: {word}").format(line=line, word=masked(word)),
        _("the export was made in the wrong encoding: make it anew, or name its encoding with --encoding"),
    )


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """Return (text, encoding used); raises InputError naming the line of the first byte that cannot be read.

    Text that an earlier program garbled is refused too, unless the encoding was named.
    """
    if encoding and "escape" in encoding.lower():
        raise InputError(_("there is no encoding {name}").format(name=encoding))  # none for text, that is
    tried = [encoding] if encoding else _likely(data)
    failure: UnicodeDecodeError | None = None
    for name in tried:
        try:
            text = data.decode(name)
        except LookupError:
            raise InputError(_("there is no encoding {name}").format(name=name)) from None
        except UnicodeDecodeError as error:
            failure = failure or error
            continue
        except UnicodeError:
            continue
        _refuse_damage(text, named=encoding is not None)
        return text, name
    line = data[: failure.start].count(b"\n") + 1 if failure else 1
    raise InputError(
        _("line {line}: the text is not in {encodings}").format(line=line, encodings=" or ".join(tried)),
        _("export as CSV UTF-8, or name the encoding with --encoding"),
    )


def _likely(data: bytes) -> list[str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return [name]
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) / 4 and min(even, odd) < len(sample) / 40:
        return ["utf-16-le" if odd > even else "utf-16-be"]
    return ["utf-8", "cp1252"]


def _refuse_damage(text: str, *, named: bool) -> None:
    if (position := text.find("\0")) >= 0:
        raise InputError(
            _("line {line}: the text holds a zero byte").format(line=_line(text, position)),
            _("the export is damaged or is no CSV file: make it anew"),
        )
    if not named and (found := garbled.first(text)):
        raise _garbled(_line(text, found[0]), found[1])


def _line(text: str, position: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:position])) + 1
