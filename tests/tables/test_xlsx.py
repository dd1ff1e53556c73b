"""Reading workbooks of others: exact text, cells that are not text, and what is refused."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.errors import InputError
from leerid_cli.tables import xlsx
from leerid_cli.tables.cells import CellKind, Typed, is_date_format, plain_number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def of_openpyxl(*rows: list[object], epoch: datetime | None = None) -> bytes:
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    for cells in rows:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def of_xlsxwriter(*texts: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet().write_row(0, 0, texts)
    book.close()
    return out.getvalue()


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as packed:
        for member in archive.namelist():
            content = archive.read(member)
            assert member != name or old in content
            packed.writestr(member, content.replace(old, new) if member == name else content)
    return out.getvalue()


def cells(data: bytes) -> list[str]:
    ((_number, only),) = xlsx.read(data)[0].rows
    return only


def kind(cell: str) -> CellKind | None:
    return cell.kind if isinstance(cell, Typed) else None


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("007", "007", None),
        ("1E2", "1E2", None),
        ("#N/A!", "#N/A!", None),
        (1204871, "1204871", CellKind.NUMBER),
        (1204871.0, "1204871", CellKind.NUMBER),
        (15030700157, "15030700157", CellKind.NUMBER),
        (1204871.5, "1204871.5", CellKind.NUMBER),
        (True, "TRUE", CellKind.BOOL),
        (date(2015, 3, 7), "2015-03-07", CellKind.DATE),
        (datetime(2015, 3, 7, 23, 59), "2015-03-07", CellKind.DATE),
        ("=1+1", "", CellKind.FORMULA),
        ("#N/A", "#N/A", CellKind.ERROR),
    ],
)
def test_a_cell_is_its_exact_text_and_kind(value: object, text: str, expected: CellKind | None) -> None:
    (cell,) = cells(of_openpyxl([value]))
    assert (cell, kind(cell)) == (text, expected)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1.204871E6", "1204871"),
        ("15030700157", "15030700157"),
        ("1.5030700157E10", "15030700157"),
        ("1.50307E+22", "1.50307E+22"),
        ("123456789012345678", "123456789012345678"),
        ("0.1", "0.1"),
        ("-3", "-3"),
        ("Infinity", "Infinity"),
        ("1E999999999", "1E999999999"),
    ],
)
def test_a_number_keeps_the_digits_it_has_and_invents_none(written: str, text: str) -> None:
    assert plain_number(written) == text


@pytest.mark.parametrize("epoch", [None, openpyxl.utils.datetime.CALENDAR_MAC_1904])
@given(day=st.dates(date(1905, 1, 1), date(9999, 12, 31)))
def test_any_day_comes_back_in_both_calendars(epoch: datetime | None, day: date) -> None:
    assert cells(of_openpyxl([day], epoch=epoch)) == [day.isoformat()]


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("dd/mm/yyyy", True), ("d-mmm", True), ("[$-813]dddd d mmmm yyyy", True), ("yyyy", True), ("General", False),
        ("0.00E+00", False), ("@", False), ('0 "dagen"', False), ("h:mm:ss", False), ("[h]:mm", False),
        ("#,##0.00", False),
        (r"0\d", False), ("[Red]0", False), ("mm:ss", False),
    ],
)  # fmt: skip
def test_which_formats_show_a_day(code: str, is_date: bool) -> None:
    assert is_date_format(code) is is_date


def test_rows_keep_their_numbers_and_gaps_are_blank() -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "x"
    book.active["A9"] = "y"
    out = io.BytesIO()
    book.save(out)
    assert xlsx.read(out.getvalue())[0].rows == [(4, ["", "", "x"]), (9, ["y"])]


def test_rich_and_inline_text_is_whole_and_its_pronunciation_left_out() -> None:
    plain = of_xlsxwriter("Zoë")
    rich = changed(
        plain, "xl/sharedStrings.xml", "<t>Zoë</t>".encode(),
        "<r><t xml:space='preserve'>Zo </t></r><r><t>ë_x000D__x0041__x0000_</t></r>"
        "<rPh sb='0' eb='1'><t>zo</t></rPh>".encode(),
    )  # fmt: skip
    assert cells(rich) == ["Zo ë\rA_x0000_"]
    inline = changed(
        plain, "xl/worksheets/sheet1.xml", b'<c r="A1" t="s"><v>0</v></c>',
        b'<c r="A1" t="inlineStr"><is><r><t>Ma</t></r><r><t>es</t></r></is></c>',
    )  # fmt: skip
    assert cells(inline) == ["Maes"]


def test_the_strict_flavour_of_a_workbook_is_read_too() -> None:
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    data = changed(of_xlsxwriter("x"), "xl/worksheets/sheet1.xml", MAIN.encode(), strict)
    assert cells(changed(data, "xl/sharedStrings.xml", MAIN.encode(), strict)) == ["x"]


def test_hidden_sheets_are_left_out_and_the_others_keep_their_order() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name in ("een", "twee", "drie"):
        book.add_worksheet(name).write(0, 0, name)
    book.worksheets()[1].hide()
    book.close()
    assert [sheet.name for sheet in xlsx.read(out.getvalue())] == ["een", "drie"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="A1"', b'r="1"'),
        (b't="s"><v>0', b't="s"><v>7'),
        (b't="s"><v>0', b't="s"><v>x'),
        (b't="s"><v>0', b't="s"><v>-1'),
        (b'<row r="1"', b'<row r="een"'),
        (b'<row r="1"', b'<row r="0"'),
        (b"</row>", b'</row><row r="1"><c t="str"><v>y</v></c></row>'),
        (b"</row>", b'<c r="A1" t="str"><v>y</v></c></row>'),
        (b'<c r="A1"', b'<c r="A1" s="99999999999999999999x"'),
        (b"</sheetData>", b""),
        (b"<sheetData>", b"<!DOCTYPE a><sheetData>"),
    ],
)
def test_a_damaged_sheet_is_refused(old: bytes, new: bytes) -> None:
    data = changed(of_xlsxwriter("x"), "xl/worksheets/sheet1.xml", old, new)
    if b"99999" in new:
        data = changed(data, "xl/worksheets/sheet1.xml", b't="s"', b't="n"')
    with pytest.raises(InputError):
        xlsx.read(data)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=1, max_size=4
        )
    )
)
def test_what_a_spreadsheet_holds_as_text_is_read_as_that(body: list[list[str]]) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    for line, row in enumerate(body):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)
    book.close()
    expected = [
        (line, row[: max(column for column, cell in enumerate(row, 1) if cell.strip())])
        for line, row in enumerate(body, 1)
        if any(cell.strip() for cell in row)
    ]
    found = xlsx.read(out.getvalue())[0].rows
    assert found == [(line, [cell if cell.strip() else "" for cell in row]) for line, row in expected]
