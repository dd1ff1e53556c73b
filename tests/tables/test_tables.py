"""Workbooks and CSV that leerid writes: exact text, and read back as it was written."""

import csv
import io
import os
import tempfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.errors import InputError
from leerid_cli.tables import csvtext, workbook

MADE = datetime(2026, 11, 24, 12, 0)
HEADER = ("Stamnummer", "Achternaam")
TRICKY = [
    ["007", "=1+1"], ["1E2", "@SUM(A1)"], ["0004812", "-2"], ["NA", "http://loket.example"], ["", "D’Hondt"],
    ["123456789012345678", "+32"], ["TRUE", "a\nb"], ["null", "\t=x"],
]  # fmt: skip


def test_every_cell_of_a_workbook_is_text_exactly_as_given() -> None:
    data = workbook.write("Lijst", HEADER, TRICKY, MADE)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cells = [list(cells) for cells in sheet.iter_rows()]
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} == {"s"}
    assert {cell.number_format for row in cells for cell in row} == {"@"}
    assert [["" if cell.value is None else cell.value for cell in row] for row in cells[1:]] == TRICKY
    assert not any(cell.hyperlink for row in cells for cell in row)


def test_reading_gives_back_what_was_written() -> None:
    assert workbook.read(workbook.write("Lijst", HEADER, TRICKY, MADE)) == [list(HEADER), *TRICKY]


def test_a_school_script_reads_it_with_pandas() -> None:
    data = workbook.write("Lijst", HEADER, TRICKY, MADE)
    frame = pandas.read_excel(io.BytesIO(data), dtype=str, keep_default_na=False)
    assert frame.to_numpy().tolist() == TRICKY


def test_header_is_frozen_and_filtered() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.write("Lijst", HEADER, TRICKY, MADE))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B9"


def test_writing_leaves_nothing_in_the_temporary_folder_even_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The temporary folder does not exist, so a writer that puts rows into it fails.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "no such folder"))
    assert workbook.write("Lijst", HEADER, TRICKY * 500, MADE)
    assert os.listdir(tmp_path) == []  # noqa: PTH208


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2))
)
def test_csv_holds_exact_values(body: list[list[str]]) -> None:
    text = csvtext.write(HEADER, body)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == [list(HEADER), *body]
    read = [cells for _line, cells in csvtext.rows(text, ";")][1:]
    assert read == [cells for cells in body if any(cell.strip() for cell in cells)]


def test_a_row_of_more_than_a_million_signs_is_refused_with_its_line() -> None:
    fine = "a;" * 400_000 + "\n"
    assert [len(cells) for _line, cells in csvtext.rows(fine + fine, ";")] == [400_001, 400_001]
    for long in ("a;" * 600_000, '"a\n";' * 250_000):
        with pytest.raises(InputError, match="line 2: the row has more than"):
            list(csvtext.rows("x;y\n" + long, ";"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_machine(end: str) -> None:
    text = end.join(("a;b", "", f'"c{end}d";e', "f;g", ""))
    assert list(csvtext.rows(text, ";")) == [(1, ["a", "b"]), (3, [f"c{end}d", "e"]), (5, ["f", "g"])]
