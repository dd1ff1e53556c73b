"""Opening an enrolment file: format, encoding, delimiter, sheet and profile are found, bytes become rows.

Encodings are tried in the order of certainty: byte order mark, strict UTF-8, strict cp1252. Bytes that cannot
be decoded are never replaced, because a name that loses a letter here would be wrong on the cards.
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
from leerid_cli.intake import encodings, garbled
from leerid_cli.intake.official import masked
from leerid_cli.intake.profiles import ColumnMap, Profile
from leerid_cli.intake.recognise import HEADER_ROWS, Given, Rows, Table, best_sheet, best_table
from leerid_cli.tables import csvtext, xlsx, xmltext
from leerid_cli.tables.limits import MAX_BYTES, MAX_CELLS, MAX_CHARACTERS, MAX_LINES, MAX_ROWS

# Byte order marks, and the encoding that each stands for.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Blanks and byte order marks before the content.
_BLANKS = b" \t\r\n\xef\xbb\xbf\xff\xfe"
# How an XLS file, or a workbook with a password, begins.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
# Formats that are not read, by how they begin.
_OTHER_KINDS = (
    ("PDF", re.compile(rb"%PDF")),
    ("XLS", re.compile(re.escape(_OLD_OFFICE))),
    ("HTML", re.compile(rb"<(!doctype html|html|table)", re.IGNORECASE)),
    ("XML Spreadsheet 2003", re.compile(rb"<[^\0]*urn:schemas-microsoft-com:office:spreadsheet")),
)
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
# So many first bytes are looked at to find out what the file is.
_SAMPLE = 4096


class FileFormat(StrEnum):
    """The format of an enrolment file."""

    CSV = "CSV"
    XLSX = "XLSX"  # a workbook
    XML = "XML"  # such as that of Informat


@dataclass(frozen=True)
class InputFile:
    """An opened enrolment file: how it is read, and its rows but the header as (line number, cells).

    `file` is its name for messages; `encoding` is '' for a workbook, `delimiter` '' for all but CSV; `table`
    is the name of the sheet, or of the XML element that is a row, '' for CSV. `rows` can be read once, and
    raises InputError beyond the limits or where text is garbled.
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
    """What the command line says about reading a file; None: find out.

    `school_given` and `type_given`: `--school` and `--type` supply columns that the file may lack.
    """

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    school_given: bool = False
    type_given: bool = False

    @property
    def given(self) -> Given:
        """The columns that the command line supplies."""
        return Given(self.school_given, self.type_given)


def open_source(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> InputFile:
    """Return the opened enrolment file `file`, whose bytes are `data`.

    Raises InputError, whose message does not name the file, where it cannot be read.
    """
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
    """Return the format of a file; raises InputError, saying what to do, where it is none of these."""
    if len(data) > MAX_BYTES:
        raise too_large()
    if _blank(data[:_SAMPLE]) and _blank(data):
        raise InputError(_("the file is empty"), _("export the enrolments again"))
    if data.startswith(_OLD_OFFICE) and _PROTECTED in data:
        raise InputError(
            _("the workbook is protected by a password"), _("save it without password and import that")
        )
    start = data[:_SAMPLE].replace(b"\0", b"").lstrip(_BLANKS)
    for kind, beginning in _OTHER_KINDS:
        if beginning.match(start):
            raise InputError(
                _("line 1: this is {kind}, which is not read").format(kind=kind),
                _("save or export it as XLSX or CSV and import that"),
            )
    if start.startswith(b"PK"):
        return FileFormat.XLSX
    return FileFormat.XML if start.startswith(b"<") else FileFormat.CSV


def _blank(data: bytes) -> bool:
    """Tell whether there are only blanks and delimiters."""
    return not data.strip(_BLANKS + b";,")


def too_large() -> InputError:
    """Return the error for a file of too many bytes."""
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
    if encoding == encodings.GUESSED and not reading.encoding:
        rows = encodings.checked(rows, column_map)
    return InputFile(file, FileFormat.CSV, encoding, table.label, "", column_map, rows)


def _csv_head(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return the first rows, up to the first that is not CSV under this delimiter."""
    head: list[tuple[int, list[str]]] = []
    with suppress(InputError):
        for row in islice(csvtext.rows(text, delimiter), HEADER_ROWS):
            head.append(row)
    return head


def _open_workbook(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> InputFile:
    found = xlsx.read(data)
    tables = [Table(sheet.name, sheet.rows[:HEADER_ROWS], partial(iter, sheet.rows)) for sheet in found]
    table, column_map = best_sheet(tables, profiles, reading.given)
    rows = _checked(_bounded(_filled(_below(table.rows(), column_map), column_map)), reading)
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
    """Return XML elements as a table; rows have their line number, or are counted where two share a line."""
    if len({line for line, _values in records}) < len(records):
        records = [(number, values) for number, (_line, values) in enumerate(records, 1)]
    header = list(dict.fromkeys(key for _line, values in records for key in values))

    def rows() -> Rows:
        return ((line, [values.get(key, "") for key in header]) for line, values in records)

    return Table(name, [(0, header)], rows)


def _below(rows: Rows, column_map: ColumnMap) -> Rows:
    """Yield the rows below the header, and those above it, which hold pupils only by mistake."""
    return (row for row in rows if row[0] != column_map.line)


def _filled(rows: Rows, column_map: ColumnMap) -> Rows:
    """Yield the rows of a sheet, each as long as the header: blank cells at the end are not stored."""
    width = len(column_map.header)
    return ((line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in rows)


def _bounded(rows: Rows) -> Rows:
    """Yield rows; raises InputError where they are more than any enrolment file has."""
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
    """Yield rows; raises InputError at text that another program garbled, unless an encoding was named."""
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
    """Return (text, encoding used); `encoding` is the one that the user named, None: find out.

    Raises InputError, naming the line, where a byte cannot be decoded, where text has a zero byte, or where
    another program garbled it and no encoding was named.
    """
    if encoding and "escape" in encoding.lower():  # codecs of Python that are not for text files
        raise InputError(_("there is no encoding {name}").format(name=encoding))
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
        encodings.hint(encodings.words(data)),
    )


def _likely(data: bytes) -> list[str]:
    """Return the encodings to try, in order; UTF-16 without mark is found by its many zero bytes."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return [name]
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) / 4 and min(even, odd) < len(sample) / 40:
        return ["utf-16-le" if odd > even else "utf-16-be"]
    return ["utf-8", "cp1252"]


def _refuse_damage(text: str, *, named: bool) -> None:
    """Raise InputError where a text has a zero byte, or was garbled and no encoding was named."""
    if (position := text.find("\0")) >= 0:
        raise InputError(
            _("line {line}: the text holds a zero byte").format(line=_line(text, position)),
            _("the export is damaged or is no CSV file: make it anew"),
        )
    if not named and (found := garbled.first(text)):
        raise _garbled(_line(text, found[0]), found[1])


def _line(text: str, position: int) -> int:
    return len(re.findall(r"\r\n|\r|\n", text[:position])) + 1
