"""Workbooks, CSV and XML files that are made to cost more memory or time than a machine has."""

import io
import zipfile
from collections.abc import Callable

import xlsxwriter
from world import HEADER, row

from leerid_cli.tables.limits import MAX_BYTES

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def plain_workbook() -> dict[str, bytes]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Leerlingen")
    for line, cells in enumerate((HEADER.split(";"), row("1").split(";"))):
        sheet.write_row(line, 0, cells)
    book.close()
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook(sheet: bytes | None = None, strings: bytes | None = None, **more: bytes) -> bytes:
    members = plain_workbook()
    if sheet is not None:
        members["xl/worksheets/sheet1.xml"] = sheet
    if strings is not None:
        members["xl/sharedStrings.xml"] = strings
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (members | more).items():
            archive.writestr(name, data)
    return out.getvalue()


def sheet(rows: bytes, before: bytes = b"", head: bytes = b"") -> bytes:
    return b'%s<worksheet xmlns="%s">%s<sheetData>%s</sheetData></worksheet>' % (
        head,
        MAIN.encode(),
        before,
        rows,
    )


def far_cell() -> bytes:
    first = plain_workbook()["xl/worksheets/sheet1.xml"]
    cell = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    return workbook(first.replace(b"</sheetData>", cell))


def inflating() -> bytes:
    return workbook(sheet(b'<row r="1"><c r="A1" t="str"><v>' + b" " * 300_000_000 + b"</v></c></row>"))


def many_cells() -> bytes:
    return workbook(sheet(b"<row>" + b"<c/>" * 30_000_000 + b"</row>"))


def many_rows() -> bytes:
    return workbook(sheet(b'<row><c t="str"><v>x</v></c></row>' * 3_500_000))


def strings_bomb() -> bytes:
    return workbook(
        strings=b'<sst xmlns="%s">' % MAIN.encode() + b"<si><t>x</t></si>" * 6_000_000 + b"</sst>"
    )


def one_long_string() -> bytes:
    text = b'<sst xmlns="%s"><si><t>' % MAIN.encode() + b"x" * 100_000_000 + b"</t></si></sst>"
    return workbook(strings=text)


def runs_of_text() -> bytes:
    runs = b"<r><t>" + b"x" * 30_000 + b"</t></r>"
    return workbook(strings=b'<sst xmlns="%s"><si>' % MAIN.encode() + runs * 4_000 + b"</si></sst>")


def one_string_everywhere() -> bytes:
    strings = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (MAIN.encode(), b"\xc3\xab" * 30_000)
    cells = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(14))
    head = b"".join(b'<c t="str"><v>%s</v></c>' % name.encode() for name in HEADER.split(";"))
    return workbook(sheet(b"<row>" + head + b"</row>" + (b"<row>" + cells + b"</row>") * 90_000), strings)


def deep() -> bytes:
    return workbook(sheet(b"<a>" * 2_000_000))


def long_attribute() -> bytes:
    return workbook(sheet(b'<row r="1"><c r="A1" x="' + b"x" * 120_000_000 + b'"/></row>'))


def entities() -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    head = b'<!DOCTYPE x [<!ENTITY l0 "haha">' + laughs + b"]>"
    return workbook(sheet(b'<row><c t="str"><v>&l9;</v></c></row>', head=head))


def lying_size() -> bytes:
    first = plain_workbook()["xl/worksheets/sheet1.xml"]
    data = workbook(first.replace(b"</sheetData>", b"<row>" + b" " * 200_000_000 + b"</row></sheetData>"))
    real = (len(first) + 200_000_011).to_bytes(4, "little")
    lied = bytearray(data)
    for found in range(len(data) - 4):  # the size stands in two headers of the part
        if data[found : found + 4] == real:
            lied[found : found + 4] = (2000).to_bytes(4, "little")
    return bytes(lied)


def blanks_between() -> bytes:
    return workbook(sheet(b" " * 200_000_000))


def many_parts() -> bytes:
    return workbook(**{f"xl/media/{number}.png": b"" for number in range(60_000)})


def csv_of(body: bytes) -> bytes:
    return HEADER.encode() + b"\n" + body


def xml_of(body: bytes) -> bytes:
    return b"<list>" + body + b"</list>"


FILL = MAX_BYTES - 2_000
BOMBS: dict[str, Callable[[], bytes]] = {
    "far-cell.xlsx": far_cell,
    "inflating.xlsx": inflating,
    "many-cells.xlsx": many_cells,
    "many-rows.xlsx": many_rows,
    "strings.xlsx": strings_bomb,
    "long-string.xlsx": one_long_string,
    "runs.xlsx": runs_of_text,
    "one-string-everywhere.xlsx": one_string_everywhere,
    "deep.xlsx": deep,
    "long-attribute.xlsx": long_attribute,
    "entities.xlsx": entities,
    "lying-size.xlsx": lying_size,
    "blanks.xlsx": blanks_between,
    "many-parts.xlsx": many_parts,
    "nested.xlsx": lambda: workbook(workbook()),
    "one-line.csv": lambda: csv_of(b"x" * FILL),
    "one-line-of-cells.csv": lambda: csv_of(b"x;" * (FILL // 2)),
    "one-line-of-many-signs.csv": lambda: csv_of("\U0001f600".encode() + b"x" * FILL),
    "open-quote.csv": lambda: csv_of(b'"' + b"x\n" * (FILL // 2)),
    "short-rows.csv": lambda: csv_of(b"x\n" * (FILL // 2)),
    "short-cells.csv": lambda: csv_of((b"xy;" * 13 + b"xy\n") * (FILL // 42)),
    "blank-lines.csv": lambda: csv_of(b"\n" * FILL),
    "wide-header.csv": lambda: b"stamnummer;" * (FILL // 11),
    "headers.csv": lambda: (b"stamnummer;" * 80_000 + b"\n") * 60,
    "garbled.csv": lambda: csv_of("é".encode() * (FILL // 2)),
    "one-value.xml": lambda: xml_of(b"<i><stamnummer>" + b"x" * FILL + b"</stamnummer></i>"),
    "many-rows.xml": lambda: xml_of(b"<i><naam>x</naam></i>" * (FILL // 21)),
    "many-names.xml": lambda: xml_of(b"".join(b"<i><n%d>x</n%d></i>" % (n, n) for n in range(1_500_000))),
    "deep.xml": lambda: b"<a>" * (FILL // 3),
    "long-name.xml": lambda: b"<" + b"a" * FILL,
    "attributes.xml": lambda: xml_of(b"<i " + b" ".join(b'a%d="x"' % n for n in range(4_000_000)) + b"/>"),
}  # fmt: skip
