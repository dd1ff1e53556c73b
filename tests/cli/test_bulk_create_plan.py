"""`bulk-create --plan` and `--apply`: the proposal goes out, comes back edited, and is judged anew."""

import csv
import io
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from skips import needs
from world import AS_OF, World, members, row, workbook_cells

HEADER = [
    "school", "stamnummer", "naam", "voornaam", "administratieve_groep", "klas", "type", "username",
    "password_kind", "password",
]  # fmt: skip
ROWS = (
    row("007", insz="15030700157", administratieve_groep="02101", administratieve_groep_omschrijving="Lager"),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268"),
    row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz="03030700196",
        hoofdstructuur="311", klas="1A"),
    row("4", naam="Maes", voornaam="Bo"),
)  # fmt: skip


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(*ROWS)).code == 0
    return world


def planned(world: World, name: str = "plan.csv", *options: str) -> Path:
    path = world.folder / name
    done = world.run("bulk-create", "--all", *options, "--plan", path, *AS_OF)
    assert done.code == 0, done.err
    return path


def read(path: Path) -> list[dict[str, str]]:
    text = path.read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text else ","))


def edited(path: Path, edit: Callable[[dict[str, dict[str, str]]], object]) -> Path:
    """Change the rows of a CSV plan, by stamnummer, and write them back as another program might."""
    rows = {cells["stamnummer"]: cells for cells in read(path)}
    edit(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, delimiter=",")
    writer.writeheader()
    writer.writerows(rows.values())
    path.write_text(out.getvalue())
    return path


def accounts(bundle: Path) -> dict[str, dict[str, str]]:
    header, *rows = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    return {cells[0]: dict(zip(header, cells, strict=True)) for cells in rows}


def test_a_plan_consumes_nothing_and_is_private(school: World) -> None:
    before = school.snapshot()
    done = school.run(
        "bulk-create", "--all", "--plan", school.folder / "plan.csv", *AS_OF, "--format", "json"
    )
    assert (done.code, done.json["planned"], done.json["skipped"]) == (0, 3, 1)
    assert done.json["output"] == str(school.folder / "plan.csv")
    assert school.snapshot() == before
    assert stat.S_IMODE((school.folder / "plan.csv").stat().st_mode) == 0o600
    assert list(school.out.iterdir()) == []
    rows = {cells["stamnummer"]: cells for cells in read(school.folder / "plan.csv")}
    assert list(rows["007"]) == HEADER
    assert list(rows["007"].values()) == [
        "030569", "007", "Peeters", "Emma", "02101", "5A", "basis", "emma.peeters", "picture", "",
    ]  # fmt: skip
    assert (rows["3"]["type"], rows["3"]["password_kind"]) == ("gevorderd", "temporary")
    assert school.run("bulk-create", "--all", "--plan", school.folder / "plan.csv", *AS_OF).code == 7
    assert school.run("bulk-create", "--all", "--plan", school.folder / "plan.txt", *AS_OF).code == 2


def test_the_workbook_has_lists_to_choose_from_and_locked_columns(school: World) -> None:
    sheet = openpyxl.load_workbook(planned(school, "plan.xlsx")).worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADER
    assert sheet.protection.sheet
    for cells in sheet.iter_rows(min_row=2):
        assert [cell.protection.locked for cell in cells] == [True] * 7 + [False] * 3
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    kinds = {f"I{cells[0].row}": cells[6].value for cells in sheet.iter_rows(min_row=2)}
    assert lists == {
        place: '"word,picture"' if kind == "basis" else '"temporary"' for place, kind in kinds.items()
    }


def test_an_edited_workbook_is_carried_out(school: World) -> None:
    path = planned(school, "plan.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for cells in sheet.iter_rows(min_row=2):
        if cells[1].value == "007":
            cells[7].value, cells[8].value, cells[9].value = "emma.p", "word", "kikker77"
    book.save(path)
    done = school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out / "a.zip", "--format", "json")
    assert (done.code, done.json["created"]) == (0, 3)
    assert any("holds passwords" in note for note in done.json["notes"])
    assert "kikker77" not in done.out + done.err
    made = accounts(school.out / "a.zip")
    assert made["007"]["LeerID Gebruikersnaam"] == "emma.p"
    assert made["007"]["Wachtwoordsoort"] == "woord"
    assert made["2"]["Wachtwoordsoort"] == "afbeelding"
    assert school.run("verify", "emma.p", stdin="kikker77\n").code == 0


def test_rows_that_were_taken_out_are_left_alone(school: World) -> None:
    path = planned(school)
    edited(path, lambda rows: rows.pop("2"))
    edited(path, lambda rows: rows.pop("3"))
    assert school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out / "a.zip").code == 0
    assert set(accounts(school.out / "a.zip")) == {"007"}


def test_all_rows_that_do_not_fit_are_named_together(school: World) -> None:
    def spoil(rows: dict[str, dict[str, str]]) -> None:
        rows["007"]["username"] = "emma@school"
        rows["2"]["password_kind"] = "temporary"
        rows["3"] |= {"password_kind": "temporary", "password": "kort"}
        rows["99"] = rows["3"] | {"stamnummer": "99"}

    path = edited(planned(school), spoil)
    order = [cells["stamnummer"] for cells in csv.DictReader(io.StringIO(path.read_text()))]
    before = school.snapshot()
    refused = school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out)
    assert (refused.code, refused.out) == (6, "")
    assert "4 rows of the plan do not fit" in refused.err
    for stamnummer, words in {"007": "@", "2": "basis", "3": "8 characters", "99": "no pupil"}.items():
        line = order.index(stamnummer) + 2
        assert any(f"line {line}:" in said and words in said for said in refused.err.splitlines()), (
            f"{stamnummer}: {refused.err}"
        )
    assert "kort" not in refused.err
    assert (school.snapshot(), list(school.out.iterdir())) == (before, [])


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"naam": "Janssens"}, "naam"),
        ({"klas": "6A"}, "klas"),
        ({"type": "gevorderd"}, "type"),
        ({"username": ""}, "empty"),
        ({"username": "zoe.dhondt"}, "taken"),
        ({"password_kind": "fluitje"}, "word, picture, temporary"),
        ({"password_kind": "word", "password": "KIKKER77"}, "6 to 72"),
    ],
)
def test_one_wrong_cell_refuses_the_plan(school: World, cells: dict[str, str], words: str) -> None:
    path = edited(planned(school), lambda rows: rows["007"].update(cells))
    before = school.snapshot()
    refused = school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out)
    assert (refused.code, words in refused.err) == (6, True), refused.err
    assert school.snapshot() == before


def test_a_stale_plan_is_refused(school: World) -> None:
    path = planned(school)
    assert school.run("create", "007", *AS_OF, "-o", school.out / "one.zip").code == 0
    school.run("import", school.pupils(row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06",
                                           insz="14450600268", klas="6B")))  # fmt: skip
    before = school.snapshot()
    refused = school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out / "a.zip")
    assert (refused.code, "2 rows" in refused.err, "has an account already" in refused.err) == (6, True, True)
    assert "klas" in refused.err
    assert school.snapshot() == before


def test_a_row_that_stands_twice_is_refused(school: World) -> None:
    path = planned(school)
    path.write_text(path.read_text() + path.read_text().splitlines(keepends=True)[-1])
    refused = school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out)
    assert (refused.code, "same pupil as on line 4" in refused.err) == (6, True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_plan_with_two_columns_of_one_name_is_refused(school: World, kind: str) -> None:
    rows = [[*cells.values(), "somebody.else"] for cells in read(planned(school))]
    header = [*HEADER, "Username"]
    file = school.folder / f"two.{kind}"
    if kind == "csv":
        file.write_text("\n".join(";".join(cells) for cells in (header, *rows)))
    else:
        book = openpyxl.Workbook()
        for cells in (header, *rows):
            book.active.append(cells)
        book.save(file)
    done = school.run("bulk-create", "--apply", file, *AS_OF, "-o", school.out)
    assert (done.code, list(school.out.iterdir())) == (3, [])
    assert "username is the heading of several columns: 8, 11" in done.err


def test_conversions_are_planned_and_keep_their_username(school: World) -> None:
    assert school.run("create", "007", *AS_OF, "-o", school.out / "one.zip").code == 0
    school.run("import", school.pupils(row("007", insz="15030700157", hoofdstructuur="311", klas="1B")))
    without = {cells["stamnummer"] for cells in read(planned(school, "without.csv"))}
    path = planned(school, "plan.csv", "--convert")
    rows = {cells["stamnummer"]: cells for cells in read(path)}
    assert ("007" in without, rows["007"]["username"], rows["007"]["type"]) == (
        False, "emma.peeters", "gevorderd",
    )  # fmt: skip
    other = edited(
        planned(school, "other.csv", "--convert"), lambda rows: rows["007"].update(username="emma")
    )
    refused = school.run("bulk-create", "--apply", other, *AS_OF, "-o", school.out / "a.zip")
    assert (refused.code, "leerid rename" in refused.err) == (6, True)
    done = school.run("bulk-create", "--apply", path, *AS_OF, "-o", school.out / "a.zip", "--format", "json")
    assert (done.json["created"], done.json["converted"]) == (2, 1)
    assert accounts(school.out / "a.zip")["007"]["Accounttype"] == "gevorderd"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", 3, "no plan"),
        ("school;stamnummer\n030569;007\n", 3, "naam"),
        (";".join(HEADER) + "\n", 3, "no row"),
    ],
)
def test_a_file_that_is_no_plan(school: World, content: str, code: int, words: str) -> None:
    before = school.snapshot()
    refused = school.run("bulk-create", "--apply", school.file(content, "p.csv"), *AS_OF, "-o", school.out)
    assert (refused.code, words in refused.err) == (code, True), refused.err
    assert school.run("bulk-create", "--apply", school.folder / "missing.csv", *AS_OF).code == 3
    assert school.snapshot() == before


@pytest.mark.parametrize("more", [("--all",), ("--class", "5A"), ("--convert",), ("--plan", "b.csv")])
def test_a_plan_says_everything_itself(school: World, more: tuple[str, ...]) -> None:
    path = planned(school)
    assert school.run("bulk-create", "--apply", path, *more, *AS_OF, "-o", school.out).code == 2


@needs("soffice")
def test_a_workbook_that_libreoffice_saved_still_fits(school: World) -> None:
    path = planned(school, "plan.xlsx")
    profile = (school.folder / "profile").as_uri()
    line = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*line, "--outdir", str(school.folder / "saved"), str(path)],
        check=True,
        capture_output=True,
    )
    saved = school.folder / "saved" / "plan.xlsx"
    done = school.run("bulk-create", "--apply", saved, *AS_OF, "-o", school.out / "a.zip", "--format", "json")
    assert (done.code, done.json["created"]) == (0, 3), done.err
    assert "007" in accounts(school.out / "a.zip")
