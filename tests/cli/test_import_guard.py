"""Wrong files that could be true: what `import` says, and how a person accepts or corrects (docs/contract.md §5)."""

from datetime import date
from pathlib import Path

import pytest
from world import HEADER, World, row

TODAY = date(2026, 11, 24)
KIDS = (
    "Adriaens;Kaat",
    "Bex;Lode",
    "Celis;Mona",
    "Dumon;Zoë",
    "Evers;André",
    "Faes;Nour",
    "Gys;Tuur",
    "Hens;Lies",
)


def number(born: date, order: int) -> str:
    nine = f"{born:%y%m%d}{order:03d}"
    return f"{nine}{97 - int('2' + nine) % 97:02d}"


def cells(index: int, **more: str) -> dict[str, str]:
    """Return the cells of the pupil with this index: a girl or boy of 2017 in class 3A."""
    naam, voornaam = KIDS[index % 8].split(";")
    born = date(2017, 1 + index % 12, 7 + index)
    gender = "VM"[index % 2]
    values = {
        "naam": naam + "x" * (index // 8), "voornaam": voornaam, "geboortedatum": born.isoformat(),
        "geslacht": gender, "insz": number(born, 2 * index + 2 + index % 2), "administratieve_groep": "301",
        "klas": "3A",
    }  # fmt: skip
    return values | more


def good(count: int = 8, **more: str) -> list[str]:
    return [row(str(8500 + index), **cells(index, **more)) for index in range(count)]


@pytest.fixture
def school(world: World) -> World:
    assert world.run("-q", "import", world.pupils(*good()), today=TODAY).code == 0
    return world


def column(world: World, name: str) -> list[str]:
    """Return the values of a column of the register, in the order of stamnummers."""
    listed = world.run("-q", "export", "--format", "json", "-o", "-").json
    return [entry[name] for entry in sorted(listed, key=lambda entry: entry["stamnummer"])]


def later(index: int) -> dict[str, str]:
    born = date.fromisoformat(cells(index)["geboortedatum"])
    return cells(index, geboortedatum=born.replace(day=born.day - 1).isoformat(), klas="3B")


def test_a_birth_date_that_contradicts_the_number_is_not_taken_over_but_the_rest_is(school: World) -> None:
    rows = [row("8500", **later(0)), *good()[1:]]
    done = school.run("-q", "import", school.pupils(*rows), today=TODAY)
    assert done.code == 4
    assert "030569/8500 (Adriaens, Kaat): geboortedatum 2017-01-07 → 2017-01-06 is not taken over" in done.err
    assert column(school, "geboortedatum")[0] == "2017-01-07"
    assert column(school, "klas")[:2] == ["3B", "3A"]
    listed = school.run("-q", "todo", "--details", "--format", "json", today=TODAY).json
    assert [item["what"] for item in listed if item["kind"] == "value"] == [
        "030569/8500: birth_date 2017-01-07 → 2017-01-06"
    ]
    assert school.run("-q", "import", school.pupils(*good()), today=TODAY).code == 0
    kinds = {item["kind"] for item in school.run("-q", "todo", "--format", "json", today=TODAY).json}
    assert "named" not in kinds


def test_many_such_birth_dates_are_one_message_and_strict_refuses_them(school: World) -> None:
    path = school.pupils(*(row(str(8500 + index), **later(index)) for index in range(8)))
    refused = school.run("-q", "import", "--strict", path, today=TODAY)
    assert refused.code == 3
    done = school.run("-q", "import", path, today=TODAY)
    assert done.code == 4
    assert "values of 8 pupils are not taken over" in done.err
    assert done.err.count("belongs to another birth date") == 0
    assert column(school, "geboortedatum") == [cells(index)["geboortedatum"] for index in range(8)]


def test_a_birth_date_corrected_with_its_number_is_taken_over(school: World) -> None:
    born = date(2016, 5, 5)
    corrected = row("8500", **cells(0, geboortedatum=born.isoformat(), insz=number(born, 40)))
    assert school.run("-q", "import", school.pupils(corrected, *good()[1:]), today=TODAY).code == 0
    assert column(school, "geboortedatum")[0] == "2016-05-05"


def test_a_new_school_whose_numbers_are_mostly_wrong_is_told_of(world: World) -> None:
    rows = [row(str(8500 + index), **later(index)) for index in range(8)]
    done = world.run("-q", "import", world.pupils(*rows), today=TODAY)
    assert done.code == 4
    assert "the official numbers of 8 new pupils contradict their birth dates" in done.err


def test_a_mac_roman_file_is_refused_and_shows_its_names_in_other_encodings(world: World) -> None:
    path = world.file("\n".join((HEADER, *good())).encode("mac_roman"))
    done = world.run("-q", "import", path, today=TODAY)
    assert done.code == 3
    assert "line 5" in done.err
    assert "Zoë, André with --encoding mac_roman" in done.err
    assert world.run("-q", "import", "--encoding", "mac_roman", path, today=TODAY).code == 0
    assert column(world, "voornaam")[3:5] == ["Zoë", "André"]


def test_in_utf8_only_the_damaged_name_is_not_taken_over(school: World) -> None:
    rows = [*good()[:4], row("8504", **cells(4, voornaam="AndrŽ", klas="3B")), *good()[5:]]
    done = school.run("-q", "import", school.pupils(*rows), today=TODAY)
    assert done.code == 4
    assert "voornaam André → AndrŽ" in done.err
    assert (column(school, "voornaam")[4], column(school, "klas")[4]) == ("André", "3B")


def test_a_type_that_contradicts_the_hoofdstructuur_is_withheld_until_accepted(school: World) -> None:
    path = school.file("\n".join((HEADER, *good())).replace("hoofdstructuur;", "", 1).replace(";211;", ";"))
    arguments = ("-q", "import", "--type", "gevorderd")
    done = school.run(*arguments, path, today=TODAY)
    assert done.code == 4
    assert "--accept 030569:8" in done.err
    assert set(column(school, "type")) == {"basis"}
    assert school.run(*arguments, "--accept", "030569:7", path, today=TODAY).code == 4
    assert school.run(*arguments, "--accept", "030569:8", path, today=TODAY).code == 0
    assert set(column(school, "type")) == {"gevorderd"}


def test_the_file_of_one_school_under_the_number_of_another_is_withheld(school: World) -> None:
    header = HEADER.replace("instellingsnummer;", "")
    path = school.file("\n".join((header, *(line.replace("030569;", "", 1) for line in good()))))
    done = school.run("-q", "import", "--school", "041871", path, today=TODAY)
    assert done.code == 4
    assert "8 pupils are in another school in the same enrolment" in done.err
    assert len(column(school, "klas")) == 8
    details = school.run("-q", "todo", "--details", "--format", "json", today=TODAY).json
    assert any(item["what"].endswith("enrolments 030569/8500 → 041871/8500") for item in details)


def test_an_older_school_year_is_refused_and_older_lets_it_in(school: World) -> None:
    path = school.pupils(*good(begindatum="2025-09-01", klas="2A"))
    before = school.snapshot()
    done = school.run("-q", "import", path, today=TODAY)
    assert done.code == 6
    assert "8 pupils have an enrolment of a later school year than the file" in done.err
    assert school.snapshot() == before
    assert school.run("-q", "import", "--older", path, today=TODAY).code == 0
    assert set(column(school, "klas")) == {"2A"}


def test_without_hoofdstructuur_the_birth_date_tells_who_is_a_kleuter(world: World) -> None:
    header = "KLAS,NAAM,VOORNAAM,GEBOORTEDATUM,WISAID,STAMBOEKNUMMER,GESLACHT,RIJKSREGISTERNR"
    young, old = date(2023, 3, 7), date(2021, 3, 7)
    path = world.file(
        f"{header}\nK1,Maes,Bo,7/3/2023,1,1,M,{number(young, 7)}\nK3,Claes,Jo,7/3/2021,2,2,M,{number(old, 7)}\n"
    )
    done = world.run("import", "--school", "030569", "--type", "basis", path, today=TODAY)
    assert done.code == 0
    assert "2 pupils have no hoofdstructuur: whether they are kleuters is told by the birth date" in done.err
    listed = world.run("-q", "search", "--format", "json", "--as-of", "2026-11-24", today=TODAY).json
    assert {entry["stamnummer"]: entry["status"] for entry in listed} == {"1": "ineligible", "2": "none"}


@pytest.mark.parametrize("klas", ["1-feb", "02/jan", "1,00E+03", "46054", "2026-02-01 00:00:00"])
def test_a_class_that_a_spreadsheet_made_is_not_taken_over(school: World, klas: str) -> None:
    rows = [row("8500", **cells(0, klas=klas)), *good()[1:], row("8600", **cells(11, klas=klas))]
    done = school.run("-q", "import", school.pupils(*rows), today=TODAY)
    assert done.code == 4
    assert f"030569/8500 (Adriaens, Kaat): klas 3A → {klas} is not taken over" in done.err
    assert f"a spreadsheet made {klas} of the name of the class" in done.err
    assert column(school, "klas") == ["3A"] * 8 + [""]


@pytest.mark.parametrize("klas", ["1E2", "3/4", "007", "3-4", "NA", "1A feb"])
def test_other_classes_stay_as_they_are(world: World, klas: str) -> None:
    assert world.run("-q", "import", world.pupils(row("1", klas=klas)), today=TODAY).code == 0
    assert column(world, "klas") == [klas]


def test_what_was_withheld_stays_in_todo_until_a_good_file_of_that_school_comes(school: World) -> None:
    exchanged = [
        row("8500", **cells(0, naam="Bex", voornaam="Lode")),
        row("8501", **cells(1, naam="Adriaens", voornaam="Kaat")),
    ]
    path = school.pupils(*exchanged, *good()[2:])
    assert school.run("-q", "import", path, today=TODAY).code == 4
    (item,) = [
        item
        for item in school.run("-q", "todo", "--format", "json", today=TODAY).json
        if item["kind"] == "withheld"
    ]
    assert item["command"] == f"leerid import --accept 030569:2 {Path(path)}"
    assert school.run("-q", "import", school.pupils(*good(), name="good.csv"), today=TODAY).code == 0
    kinds = {item["kind"] for item in school.run("-q", "todo", "--format", "json", today=TODAY).json}
    assert "withheld" not in kinds


def test_the_number_covers_departures_and_changes_together(school: World) -> None:
    rows = [row(str(8500 + index), **cells(index, naam=f"Ander{index}")) for index in range(4)]
    path = school.pupils(*rows, *good()[4:7])
    done = school.run("-q", "import", "--full", path, today=TODAY)
    assert done.code == 4
    assert "--accept 030569:5" in done.err
    assert (
        school.run("-q", "import", "--full", "--accept-departures", "030569:5", path, today=TODAY).code == 0
    )
    assert column(school, "naam")[:4] == ["Ander0", "Ander1", "Ander2", "Ander3"]


def test_a_file_that_undoes_the_newest_import_is_withheld(school: World) -> None:
    news = [*good()[:5], *good(klas="3C")[5:]]
    assert school.run("-q", "import", school.pupils(*news), today=TODAY).code == 0
    done = school.run("-q", "import", school.pupils(*good()), today=TODAY)
    assert done.code == 4
    assert "3 pupils would be again as they were before the newest import" in done.err
    assert column(school, "klas")[5:] == ["3C"] * 3
