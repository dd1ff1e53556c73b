"""`export`: exact values without passwords, and what comes back through a spreadsheet changes nothing."""

import csv
import io
import json
import stat
import subprocess
from pathlib import Path

import openpyxl
import pytest
from skips import needs
from world import AS_OF, HEADER, World, row, workbook_cells

from leerid_cli.exports import listing
from leerid_cli.tables import workbook

COLUMNS = [name for name in HEADER.split(";") if name != "insz"] + ["type", "status", "username"]
ODD = (
    row("007", naam="=1+1", voornaam="@SUM(A1)", klas="1E2", insz="15030700157", geslacht="V"),
    row("8", naam="O'Neil; \"de\"", voornaam="- Jan", klas="+5", insz="14450600268", geboortedatum="2014-05-06",
        vestigingsplaats="01", administratieve_groep="0042", administratieve_groep_omschrijving="NA"),
    row("0009", naam="null", voornaam="Łukasz", klas="5/6", begindatum="2025-09-01", einddatum="2026-08-31"),
    row("0009", naam="null", voornaam="Łukasz", klas="6A", begindatum="2026-09-01", einddatum="2027-08-31"),
    row("9", instellingsnummer="041871", naam="Maes", voornaam="Bo", hoofdstructuur="311", klas="1A"),
)  # fmt: skip


@pytest.fixture
def school(world: World) -> World:
    rows = [line.replace('O\'Neil; "de"', '"O\'Neil; ""de"""') for line in ODD]
    assert world.run("import", world.pupils(*rows)).code == 0
    assert world.run("create", "007", *AS_OF, "-o", world.out / "a.zip").code == 0
    return world


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))


def changed(world: World, file: Path) -> list[int]:
    """Import a file and return how many pupils are new, changed, unchanged and were not taken."""
    report = world.run("import", file, "--format", "json").json
    return [report[count] for count in ("new", "changed", "unchanged", "held", "rejected")]


def test_every_enrolment_has_a_row_with_exact_cells(school: World) -> None:
    done = school.run("export", *AS_OF, "-o", school.out / "x.csv")
    assert (done.code, done.out) == (0, "")
    assert "5 enrolments written" in done.err
    rows = read(school.out / "x.csv")
    assert list(rows[0]) == COLUMNS
    by_key = {(cells["stamnummer"], cells["begindatum"]): cells for cells in rows}
    assert set(by_key) == {
        ("007", "2026-09-01"), ("8", "2026-09-01"), ("0009", "2025-09-01"), ("0009", "2026-09-01"),
        ("9", "2026-09-01"),
    }  # fmt: skip
    first = by_key["007", "2026-09-01"]
    assert (first["naam"], first["voornaam"], first["klas"]) == ("=1+1", "@SUM(A1)", "1E2")
    assert (first["status"], first["type"], first["username"]) == ("active", "basis", "suma1.11")
    assert by_key["0009", "2025-09-01"]["einddatum"] == "2026-08-31"
    assert by_key["8", "2026-09-01"]["naam"] == 'O\'Neil; "de"'
    assert stat.S_IMODE((school.out / "x.csv").stat().st_mode) == 0o600
    assert "15030700157" not in (school.out / "x.csv").read_text()


def test_all_forms_say_the_same_and_none_holds_a_secret(school: World) -> None:
    for name in ("x.csv", "x.xlsx", "x.json", "x.jsonl"):
        assert school.run("export", *AS_OF, "-o", school.out / name).code == 0
    rows = read(school.out / "x.csv")
    assert json.loads((school.out / "x.json").read_text()) == rows
    assert [json.loads(line) for line in (school.out / "x.jsonl").read_text().splitlines()] == rows
    header, *cells = workbook.read((school.out / "x.xlsx").read_bytes())
    assert [dict(zip(header, line, strict=True)) for line in cells] == rows
    for path in school.out.glob("x.*"):
        assert b"$2b$" not in path.read_bytes()
    assert school.run("export", *AS_OF).out == (school.out / "x.csv").read_text()
    assert school.run("export", *AS_OF, "--format", "json", "-o", "-").json == rows


def test_the_workbook_is_a_table_of_text(school: World) -> None:
    school.run("export", *AS_OF, "-o", school.out / "x.xlsx")
    book = openpyxl.load_workbook(school.out / "x.xlsx")
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P6"
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            assert cell.value is None or (cell.data_type, cell.number_format) == ("s", "@")


def test_the_selection_and_the_schools(school: World) -> None:
    rows = school.run("export", "--class", "6a", *AS_OF, "--format", "json").json
    assert [cells["klas"] for cells in rows] == ["5/6", "6A"], "with the enrolments that went before"
    school.run("import", school.pupils(row("77", instellingsnummer="041871", naam="=1+1", voornaam="@SUM(A1)",
                                           klas="5C", insz="15030700157", geslacht="V")))  # fmt: skip
    rows = school.run("export", "--from", "-", *AS_OF, "--format", "json", stdin="030569/007").json
    assert {cells["instellingsnummer"] for cells in rows} == {"030569", "041871"}
    for number in ("030569", "041871"):
        rows = school.run("export", "--school", number, *AS_OF, "--format", "json").json
        assert {cells["instellingsnummer"] for cells in rows} == {number}
    assert school.run("export", "--class", "9Z", *AS_OF).code == 5


def test_excel_csv_runs_nothing_and_only_that_differs(school: World) -> None:
    done = school.run("export", *AS_OF, "--excel-csv", "-o", school.out / "x.csv")
    assert done.code == 0
    raw = (school.out / "x.csv").read_bytes()
    assert raw.startswith(b'\xef\xbb\xbf"instellingsnummer";"stamnummer"')
    cells = {cells["stamnummer"]: cells for cells in read(school.out / "x.csv")}
    assert (cells["007"]["naam"], cells["007"]["voornaam"]) == ("'=1+1", "'@SUM(A1)")
    assert (cells["8"]["voornaam"], cells["8"]["klas"]) == ("'- Jan", "'+5")
    plain = school.run("export", *AS_OF, "--format", "json").json
    for line in plain:
        for name, value in line.items():
            if value[:1] not in ("=", "+", "-", "@"):
                assert cells[line["stamnummer"]][name] == value or line["stamnummer"] == "0009"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "there.csv"), 7, "not overwritten"),
        (("-o", "link.csv"), 7, "not overwritten"),
        (("-o", "no folder/x.csv"), 7, "does not exist"),
        (("-o", "x.txt"), 2, "--format"),
        (("--format", "xlsx"), 2, "standard output"),
        (("--format", "xlsx", "-o", "-"), 2, "standard output"),
        (("--format", "json", "--excel-csv"), 2, "csv only"),
        (("-o", "x.xlsx", "--excel-csv"), 2, "csv only"),
    ],
)
def test_refusals_write_nothing(
    school: World, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(school.out)
    Path("there.csv").write_text("mine")
    Path("link.csv").symlink_to("nowhere.csv")
    before = sorted(path.name for path in school.out.iterdir())
    refused = school.run("export", *arguments, *AS_OF)
    assert (refused.code, words in refused.err, refused.out) == (code, True, "")
    assert sorted(path.name for path in school.out.iterdir()) == before
    assert Path("there.csv").read_text() == "mine"


def test_a_folder_gets_a_workbook_with_a_name(school: World) -> None:
    folder = school.folder / "exports"
    folder.mkdir()
    assert school.run("export", *AS_OF, "-o", folder).code == 0
    (made,) = folder.iterdir()
    assert made.name.startswith("leerid-export-20")
    assert workbook_cells(made.read_bytes())[0] == COLUMNS
    assert school.run("export", *AS_OF, "-o", folder, "--format", "jsonl").code == 0
    assert sorted(path.suffix for path in folder.iterdir()) == [".jsonl", ".xlsx"]


def test_an_export_imported_changes_nothing(school: World) -> None:
    school.run("export", *AS_OF, "-o", school.out / "x.csv")
    assert changed(school, school.out / "x.csv") == [0, 0, 4, 0, 0]
    status = school.run("show", "007", *AS_OF, "--format", "json").json["official_number"]
    assert status == "valid", "a file without official numbers takes none away"


def through_libreoffice(file: Path, folder: Path, to: str, how: str = "") -> Path:
    """Open a file in LibreOffice and save it again, as somebody who looks at it does."""
    line = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    line += [f"--infilter={how}"] if how else []
    line += ["--convert-to", to, "--outdir", str(folder / "saved"), str(file)]
    subprocess.run(line, check=True, capture_output=True)
    return folder / "saved" / file.name


CSV_KEPT = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true"


@needs("soffice")
def test_a_csv_opened_and_saved_in_libreoffice_changes_nothing(school: World) -> None:
    """With the import dialog's `Format quoted field as text`, which is why every cell is quoted."""
    school.run("export", *AS_OF, "-o", school.out / "x.csv")
    saved = through_libreoffice(school.out / "x.csv", school.folder, CSV_KEPT, "CSV:59,34,76,1,,0,true")
    assert read(saved) == read(school.out / "x.csv")
    assert changed(school, saved) == [0, 0, 4, 0, 0]


@needs("soffice")
def test_with_the_first_choices_of_libreoffice_only_the_zero_of_the_school_is_put_back(world: World) -> None:
    """There numbers become numbers and lose their zeros; what has none to lose comes back the same."""
    rows = (row("1204871", insz="15030700157"), row("1204872", naam="D’Hondt", administratieve_groep="31101"))
    world.run("import", world.pupils(*rows))
    world.run("export", *AS_OF, "-o", world.out / "x.csv")
    saved = through_libreoffice(world.out / "x.csv", world.folder, CSV_KEPT, "CSV:59,34,76,1")
    assert read(saved)[0]["instellingsnummer"] == "30569"
    assert changed(world, saved) == [0, 0, 2, 0, 0]


@needs("soffice")
def test_a_workbook_opened_and_saved_in_libreoffice_has_the_same_cells(school: World) -> None:
    school.run("export", *AS_OF, "-o", school.out / "x.xlsx")
    saved = through_libreoffice(school.out / "x.xlsx", school.folder, "xlsx")
    assert workbook.read(saved.read_bytes()) == workbook.read((school.out / "x.xlsx").read_bytes())
    assert changed(school, saved) == [0, 0, 4, 0, 0]


@pytest.mark.parametrize("character", ["=", "+", "-", "@", "\t", "\r"])
def test_every_sign_that_a_spreadsheet_runs_gets_an_apostrophe(character: str) -> None:
    text = listing.as_excel_csv([{"naam": f"{character}1", "klas": f"1{character}"}], ("naam", "klas"))
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert cells == [["naam", "klas"], [f"'{character}1", f"1{character}"]]
