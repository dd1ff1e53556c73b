"""`import --rejects`: the rejects file: rows out, corrected, and in again; nothing else is ever overwritten."""

import csv
import io
import stat
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from world import AS_OF, HEADER, World, row, workbook_cells

GOOD = row("1", insz="15030700157")
BAD = row("2", voornaam="Zoë", hoofdstructuur="411")
FIXTURES = Path(__file__).parent.parent / "fixtures" / "intake"


def table(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        return [[cell or "" for cell in cells] for cells in workbook_cells(path.read_bytes())]
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


def workbook(world: World, *rows: list[object], name: str = "pupils.xlsx") -> Path:
    path = world.folder / name
    book = xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "d/mm/yyyy"})
    for line, cells in enumerate((HEADER.split(";"), *rows)):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)  # type: ignore[arg-type]
            else:
                sheet.write(line, column, cell)
    book.close()
    return path


def correct(path: Path, old: str, new: str) -> None:
    """Correct a cell as a person would, in the file itself."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        for cells in book.worksheets[0].iter_rows():
            for cell in cells:
                cell.value = new if cell.value == old else cell.value
        book.save(path)
    else:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "kind"), [("r.csv", ".csv"), ("r.xlsx", ".xlsx"), ("r", ".csv"), ("r.txt", ".csv")]
)
def test_csv_becomes_what_the_name_says_else_csv(world: World, given: str, kind: str) -> None:
    rejects = world.folder / given
    assert world.run("import", world.pupils(GOOD, BAD), "--rejects", rejects).code == 4
    assert rejects.read_bytes().startswith(b"PK") == (kind == ".xlsx")
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600


@pytest.mark.parametrize(("given", "kind"), [("r.csv", ".csv"), ("r.xlsx", ".xlsx"), ("r", ".xlsx")])
def test_a_workbook_becomes_what_the_name_says_else_a_workbook(world: World, given: str, kind: str) -> None:
    file = workbook(world, list(GOOD.split(";")), list(BAD.split(";")))
    rejects = world.folder / given
    assert world.run("import", file, "--rejects", rejects).code == 4
    assert rejects.read_bytes().startswith(b"PK") == (kind == ".xlsx")
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_rejects_of_a_workbook_with_dates_and_numbers_go_back_in(world: World, suffix: str) -> None:
    cells: list[object] = list(BAD.split(";"))
    cells[0], cells[1], cells[4] = 30569, 2, date(2015, 3, 7)
    rejects = world.folder / f"r{suffix}"
    world.run("import", workbook(world, list(GOOD.split(";")), cells), "--rejects", rejects)
    header, only = table(rejects)
    assert header == [*HEADER.split(";"), "line", "problem"]
    assert (only[1], only[3], only[4], only[-2]) == ("2", "Zoë", "2015-03-07", "3")
    correct(rejects, "411", "211")
    done = world.run("import", rejects, "--format", "json")
    assert (done.code, done.json["new"]) == (0, 1), done.err
    assert "not used" not in "\n".join(done.json["notes"])


def test_dates_of_a_workbook_are_written_as_the_profile_reads_them(world: World) -> None:
    (world.config.parent / "profiles").mkdir()
    (world.config.parent / "profiles" / "p.toml").write_text(
        'name = "p"\ndate_forms = ["DD.MM.YYYY"]\n[columns]\nstamnummer = ["nr"]\nnaam = ["wie"]\n'
        'birth_date = ["geboren op"]\n[constants]\nschool = "030569"\ntype = "basis"\n'
    )
    path = world.folder / "p.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd-mm-yy"})
    sheet.write_row(0, 0, ["nr", "wie", "geboren op"])
    sheet.write_row(1, 0, ["1 2", "Maes"])
    sheet.write_datetime(1, 2, date(2015, 3, 7), day)  # type: ignore[arg-type]
    book.close()
    rejects = world.folder / "r.xlsx"
    assert world.run("import", path, "--rejects", rejects).code == 3
    _header, only = table(rejects)
    assert (only[2], "geboren op" in only[-1]) == ("07.03.2015", False)
    correct(rejects, "1 2", "12")
    assert world.run("import", rejects, "--format", "json").json["new"] == 1


def test_rejects_of_xml_are_csv_and_recognised_again(world: World) -> None:
    text = (
        (FIXTURES / "informat.xml").read_text(encoding="utf-8").replace("<stamnr>2601562", "<stamnr>26 01562")
    )
    rejects = world.folder / "r"
    file = world.file(text, "informat.xml")
    assert world.run("import", file, "--type", "gevorderd", "--rejects", rejects).code == 4
    correct(rejects, "26 01562", "2601562")
    done = world.run("import", rejects, "--type", "gevorderd", "--format", "json")
    assert (done.code, done.json["new"]) == (0, 1)
    assert "profile informat" in done.json["notes"][0]


def test_rejects_of_wisa_keep_the_cell_too_many_and_go_back_in(world: World) -> None:
    rejects = world.folder / "r.csv"
    options = ("--school", "030569", "--type", "basis")
    file = FIXTURES / "wisa-unquoted-comma.csv"
    assert world.run("import", file, *options, "--rejects", rejects).code == 4
    header, shifted, _address = table(rejects)
    assert (header[-3:], shifted[1:3], shifted[16]) == (
        ["", "line", "problem"],
        ["D’Hondt", " genaamd Dhont"],
        "1/9/2026",
    )
    moved = [*shifted[:1], "D’Hondt", *shifted[3:17], "", *shifted[17:]]
    with rejects.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, moved])
    done = world.run("import", rejects, *options, "--format", "json")
    assert (done.code, done.json["new"]) == (0, 1), done.out
    assert "profile wisa" in done.json["notes"][0]


def test_headings_of_one_meaning_in_two_files_share_a_column(world: World) -> None:
    other = HEADER.replace("naam;voornaam", "Familienaam;Voornaam").replace("insz", "Rijksregisternummer")
    files = [
        world.pupils(BAD),
        world.file(f"{other}\n{row('3', hoofdstructuur='411')}\n{GOOD}\n", "other.csv"),
    ]
    rejects = world.folder / "r.csv"
    assert world.run("import", *files, "--rejects", rejects).code == 4
    header, *rows = table(rejects)
    assert header == [*HEADER.split(";"), "line", "problem"]
    assert [cells[1:4] for cells in rows] == [["2", "Peeters", "Zoë"], ["3", "Peeters", "Emma"]]
    correct(rejects, "411", "211")
    assert world.run("import", rejects, "--format", "json").json["new"] == 2


def test_two_columns_of_one_name_that_are_not_used_keep_their_values(world: World) -> None:
    rejects = world.folder / "r.csv"
    world.run("import", world.file(f"{HEADER};Nota;Nota\n{GOOD};;\n{BAD};een;twee\n"), "--rejects", rejects)
    header, only = table(rejects)
    assert header[-4:] == ["Nota", "Nota", "line", "problem"]
    assert only[-4:-2] == ["een", "twee"]


def test_rejects_are_written_when_every_row_is_bad_and_nothing_else_is(world: World) -> None:
    rejects = world.folder / "r.csv"
    done = world.run("import", world.pupils(BAD), "--rejects", rejects)
    assert (done.code, world.store.exists()) == (3, False)
    assert "Zoë" in rejects.read_text(encoding="utf-8")
    rejects.unlink()
    assert world.run("import", "--dry-run", world.pupils(BAD), "--rejects", rejects).code == 3
    assert not rejects.exists()


def test_strict_writes_the_rejects_and_nothing_else(world: World) -> None:
    rejects = world.folder / "r.csv"
    assert world.run("import", "--strict", world.pupils(GOOD, BAD), "--rejects", rejects).code == 3
    assert len(table(rejects)) == 2
    assert not world.store.exists()
    held = world.pupils(row("1", naam="Maes", voornaam="Wout", geboortedatum="2014-05-06"))
    world.run("import", world.pupils(GOOD, name="good.csv"))
    before = world.snapshot()
    assert world.run("import", "--strict", held, "--rejects", rejects).code == 3
    assert (table(rejects)[1][2], world.snapshot()) == ("Maes", before)


@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
def test_a_stale_rejects_file_goes_after_a_clean_import(world: World, name: str) -> None:
    rejects = world.folder / name
    world.run("import", world.pupils(GOOD, BAD), "--rejects", rejects)
    assert rejects.exists()
    world.run("import", "--dry-run", world.pupils(GOOD), "--rejects", rejects)
    assert rejects.exists()
    assert world.run("import", world.pupils(GOOD), "--rejects", rejects).code == 0
    assert not rejects.exists()


def test_a_workbook_that_is_no_rejects_file_is_not_overwritten(world: World) -> None:
    file = world.pupils(GOOD, BAD)
    for name, sheet_rows in {  # of the last one only the sheet's name is ours
        "list.xlsx": [["Stamnummer", "Naam"]],
        "empty.xlsx": [[]],
        "alike.xlsx": [["Stamnummer", "line", "problem"]],
        "named.xlsx": [[]],
    }.items():
        path = world.folder / name
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet("Rejects" if name == "named.xlsx" else "List")
        for line, cells in enumerate(sheet_rows):
            sheet.write_row(line, 0, cells)
        book.close()
        before = path.read_bytes()
        assert world.run("import", file, "--rejects", path).code == 6, name
        assert path.read_bytes() == before
    archive = world.file(b"PK\x05\x06" + bytes(18), "archive.zip")
    assert world.run("import", file, "--rejects", archive).code == 6
    assert not world.store.exists()


def test_the_rejects_file_opens_in_a_spreadsheet_with_its_accents(world: World) -> None:
    rejects = world.folder / "r.csv"
    world.run("import", world.pupils(GOOD, BAD), "--rejects", rejects)
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbf")
    assert world.run("search", *AS_OF, "--format", "json").json[0]["stamnummer"] == "1"


def test_a_cell_that_a_spreadsheet_spoilt_is_rejected_again_until_it_is_corrected(world: World) -> None:
    """As text TRUE would be a name and a date a class: an uncorrected rejects file changes nothing."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["instellingsnummer", "stamnummer", "naam", "voornaam", "hoofdstructuur", "klas"])
    sheet.append(["030569", "1", True, "Emma", "211", "5A"])
    sheet.append(["030569", "2", "Peeters", "Jan", "211", date(2026, 1, 1)])
    sheet.append(["030569", "3", "Peeters", "Noor", "211", "5A"])
    book.save(world.folder / "bad.xlsx")
    rejects = world.folder / "rejects.xlsx"
    assert world.run("import", world.folder / "bad.xlsx", "--rejects", rejects).code == 4
    done = world.run("import", rejects, "--format", "json")
    assert done.code == 3
    assert world.run("search", "--format", "json", *AS_OF).json[0]["voornaam"] == "Noor"
