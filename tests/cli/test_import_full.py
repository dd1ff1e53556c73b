"""`import --full` through the real program: the files that go wrong leave every account active and say why."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from world import HEADER, World, row

TODAY = date(2026, 11, 24)
PUPILS = 40


def line(number: int, **cells: str) -> str:
    klas = f"{1 + number // 10}A"
    return row(str(1000 + number), voornaam=f"Kind{number}", klas=klas, insz="", **cells)


LINES = [line(number) for number in range(PUPILS)]


@pytest.fixture
def school(world: World) -> World:
    """Forty pupils in four classes of ten, all with an account."""
    assert world.run("import", world.pupils(*LINES), today=TODAY).code == 0
    with sqlite3.connect(world.store) as store:
        for (person,) in store.execute("SELECT id FROM person").fetchall():
            name = f"kind{person}.peeters"
            store.execute("INSERT INTO username VALUES (?, 'issued', ?, '2026-09-01')", (name, person))
            store.execute(
                "INSERT INTO account (person, username, type, password_kind, password_hash, must_change, token)"
                " VALUES (?, ?, 'basis', 'word', '', 0, ?)",
                (person, name, f"t{person}"),
            )
    return world


def statuses(world: World, today: date = TODAY) -> dict[str, int]:
    found = world.run("search", "--format", "json", today=today).json
    names = [pupil["status"] for pupil in found]
    return {name: names.count(name) for name in set(names)}


def imported(world: World, *arguments: object, today: date = TODAY, stdin: bytes = b"") -> tuple[int, dict]:
    done = world.run("import", *arguments, "--full", "--format", "json", today=today, stdin=stdin)
    return done.code, done.json


def test_a_leaver_is_suspended_and_comes_back_with_the_same_username(school: World) -> None:
    code, report = imported(school, school.pupils(*LINES[1:]))
    assert (code, report["left"], report["unchanged"]) == (0, 1, PUPILS - 1)
    assert report["left_pupils"] == ["030569/1000"]
    (gone,) = school.run("search", "1000", "--format", "json", today=TODAY).json
    assert (gone["status"], gone["username"]) == ("suspended", "kind1.peeters")
    assert school.run("verify", "kind1.peeters", stdin="x\n").code == 6
    again = imported(school, school.pupils(*LINES[1:]))[1]
    assert (again["left"], again["unchanged"]) == (0, PUPILS - 1)
    code, report = imported(school, school.pupils(*LINES))
    assert (code, report["returned"], report["returned_pupils"]) == (0, 1, ["030569/1000"])
    (back,) = school.run("search", "1000", "--format", "json", today=TODAY).json
    assert (back["status"], back["username"]) == ("active", "kind1.peeters")
    events = [event["event"] for event in school.run("show", "1000", "--format", "json").json["history"]]
    assert events == ["registered", "enrolments", "left", "suspended", "returned", "reactivated"]


@pytest.mark.parametrize(
    ("data", "codes", "words"),
    [
        pytest.param(
            ("\n".join((HEADER, *LINES[:25])) + "\n"),
            (4,),
            "--accept 030569:15",
            id="cut at a row",
        ),
        pytest.param("\n".join((HEADER, *LINES[:38], LINES[38][:9])), (4,), "legible", id="cut within a row"),
        pytest.param(
            "\n".join((HEADER, *LINES[:38], LINES[38][:4])), (4,), "legible", id="cut within the school"
        ),
        pytest.param(
            "\n".join((HEADER, *(text for text in LINES if ";2A;" not in text))),
            (4,),
            "class 2A",
            id="without a class",
        ),
        pytest.param(
            "\n".join((HEADER, *LINES[3:], "030569;;;;;;;;;;;;;")), (4,), "legible", id="no stamnummer"
        ),
        pytest.param("\n".join((HEADER, *LINES[3:], "xx;7;;;;;;;;;;;;")), (4,), "legible", id="no school"),
        pytest.param("", (3,), "empty", id="empty"),
        pytest.param(HEADER + "\n", (3,), "no row", id="header only"),
    ],
)
def test_a_broken_file_leaves_every_account_active_and_says_why(
    school: World, data: str, codes: tuple[int, ...], words: str
) -> None:
    done = school.run("import", "--full", school.file(data), today=TODAY)
    assert done.code in codes
    assert words in done.err
    assert statuses(school) == {"active": PUPILS}


def test_two_halves_one_after_the_other_leave_every_account_active(school: World) -> None:
    for half in (LINES[:20], LINES[20:]):
        code, report = imported(school, school.pupils(*half))
        assert (code, report["withheld"], report["left"]) == (4, 20, 0)
    assert statuses(school) == {"active": PUPILS}
    assert imported(school, school.pupils(*LINES[:20]), school.pupils(*LINES[20:], name="b.csv"))[0] == 0


def test_a_row_that_is_rejected_or_provisional_shows_its_pupil_but_a_cancelled_one_does_not(
    school: World,
) -> None:
    rejected, cancelled = (
        line(0, hoofdstructuur="999"),
        line(1, begindatum="2026-09-01", einddatum="2026-09-01"),
    )
    code, report = imported(school, school.pupils(rejected, cancelled, *LINES[2:]))
    assert (code, report["rejected"], report["left_pupils"]) == (4, 1, ["030569/1001"])
    header = HEADER + ";voorlopig"
    rows = [f"{text};{'1' if number == 0 else ''}" for number, text in enumerate(LINES) if number != 1]
    assert imported(school, school.file("\n".join((header, *rows))))[1]["left"] == 0


def test_the_command_to_do_what_was_withheld_reads_the_file_as_before(world: World) -> None:
    """A WISA file names neither school nor type: without the options it could not be read again."""
    header = "KLAS,NAAM,VOORNAAM,GEBOORTEDATUM,WISAID,STAMBOEKNUMMER,GESLACHT,RIJKSREGISTERNR"
    rows = [f"1A,Peeters,Kind{number},1/3/2015,{number},{1000 + number},M," for number in range(20)]
    read = ("--school", "030569", "--type", "basis")
    assert world.run("import", world.file("\n".join((header, *rows))), *read, today=TODAY).code == 0
    assert (
        world.run("import", "--full", world.file("\n".join((header, *rows[5:]))), *read, today=TODAY).code
        == 4
    )
    items = world.run("todo", "--format", "json", today=TODAY).json
    (command,) = [item["command"] for item in items if item["kind"] == "withheld"]
    assert world.run(*command.split()[1:], today=TODAY).code == 0


def test_only_exactly_the_accepted_number_goes(school: World) -> None:
    file = school.pupils(*LINES[10:])
    assert imported(school, file, "--accept", "030569:9")[0] == 4
    assert statuses(school) == {"active": PUPILS}
    code, report = imported(school, file, "--accept", "030569:10")
    assert (code, report["left"], report["withheld"]) == (0, 10, 0)
    assert statuses(school) == {"active": PUPILS - 10, "suspended": 10}
    assert school.run("import", file, "--accept", "12").code == 2


def test_summer_is_quiet(school: World) -> None:
    done = school.run("-q", "import", "--full", school.pupils(*LINES[20:]), today=date(2027, 7, 15))
    assert (done.code, done.out, done.err) == (0, "", "")
    code, report = imported(school, school.pupils(*LINES[20:]), today=date(2027, 8, 31))
    assert (code, report["status"], report["withheld"], report["left"]) == (0, "ok", 20, 0)
    assert statuses(school) == {"active": PUPILS}


def test_dry_run_says_the_same_and_writes_nothing(school: World) -> None:
    before = school.snapshot()
    dry = imported(school, school.pupils(*LINES[1:]), "--dry-run")[1]
    assert school.snapshot() == before
    wet = imported(school, school.pupils(*LINES[1:]))[1]
    assert {name: value for name, value in dry.items() if name != "notes"} == {
        name: value for name, value in wet.items() if name != "notes"
    }


def test_a_run_that_changes_nothing_is_silent_under_quiet(school: World) -> None:
    done = school.run("-q", "import", "--full", school.pupils(*LINES), today=TODAY)
    assert (done.code, done.out, done.err) == (0, "", "")
    withheld = school.run("-q", "import", "--full", school.pupils(*LINES[20:]), today=TODAY)
    assert withheld.code == 4
    assert "20 pupils withheld" in withheld.err


def test_an_old_file_is_refused(school: World) -> None:
    import os

    file = school.pupils(*LINES)
    os.utime(file, (1.7e9, 1.7e9))
    done = school.run("import", file, "--max-age", "2")
    assert done.code == 3
    assert "days old" in done.err
    assert school.run("import", file).code == 0


def test_a_move_between_schools_keeps_the_account(world: World) -> None:
    numbers = ["15030700157", "14050600279"]
    rows = [
        row(str(n), voornaam=f"Kind{n}", insz=number, geboortedatum="") for n, number in enumerate(numbers)
    ]
    assert world.run("import", world.pupils(*rows), today=TODAY).code == 0
    made = world.run("bulk-create", "--all", "--output", world.out, "--as-of", str(TODAY), today=TODAY)
    assert made.code == 0, made.err
    moved = rows[0].replace("030569", "041871")
    code, report = imported(world, world.pupils(rows[1], moved))
    assert (code, report["left"], report["moved"], report["changed"]) == (0, 0, 1, 1)
    (pupil,) = world.run("search", "kind0", "--format", "json", today=TODAY).json
    assert (pupil["school"], pupil["status"], pupil["username"]) == ("041871", "active", "kind0.peeters")


def test_changed_fields_are_counted(school: World) -> None:
    code, report = imported(school, school.pupils(line(0, geslacht="V"), line(1, naam="Péeters"), *LINES[2:]))
    assert (code, report["changed"], report["changed_fields"]) == (0, 2, {"gender": 1, "naam": 1})


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("full", [True, False])
def test_an_export_imported_brings_no_leaver_back(school: World, kind: str, full: bool) -> None:
    imported(school, school.pupils(*LINES[3:]))
    assert school.run("suspend", "kind10.peeters", today=TODAY).code == 0
    before = statuses(school)
    assert before == {"active": PUPILS - 4, "suspended": 4}
    target = school.out / f"export.{kind}"
    assert school.run("export", "-o", target, today=TODAY).code == 0
    line = ("import", target, *(["--full"] if full else []), "--format", "json")
    done = school.run(*line, today=TODAY)
    assert (done.code, done.json["changed"], done.json["returned"], done.json["left"]) == (0, 0, 0, 0), (
        done.err
    )
    assert statuses(school) == before


def test_what_is_withheld_is_on_the_list_until_it_is_settled(school: World, tmp_path: Path) -> None:
    file = school.pupils(*LINES[10:])
    imported(school, file)
    (item,) = [
        found
        for found in school.run("todo", "--format", "json", today=TODAY).json
        if found["kind"] == "withheld"
    ]
    assert item["pupils"] == 10
    arguments = item["command"].split()
    assert arguments[:2] == ["leerid", "import"]
    assert school.run(*arguments[1:], today=TODAY).code == 0
    assert "withheld" not in {
        item["kind"] for item in school.run("todo", "--format", "json", today=TODAY).json
    }


def test_a_fresh_stamnummer_in_the_same_school_is_no_other_school(world: World) -> None:
    """The official number is the same, so it is the same child."""
    mila = {"naam": "Goossens", "voornaam": "Mila", "geboortedatum": "2016-07-07", "insz": "16070730197"}
    assert world.run("import", world.pupils(row("4001", **mila)), today=TODAY).code == 0
    file = world.pupils(row("9001", **mila))
    done = world.run("import", "--full", file, today=TODAY)
    assert "030569/4001 is now 9001" in done.err
    assert "another school" not in done.err
    events = [event["event"] for event in world.run("show", "9001", "--format", "json").json["history"]]
    assert ("renumbered" in events, "moved" in events) == (True, False)


def test_a_child_who_is_in_another_school_now_has_moved(world: World) -> None:
    mila = {"voornaam": "Mila", "geboortedatum": "2016-07-07", "insz": "16070730197"}
    assert world.run("import", world.pupils(row("4001", **mila), row("1")), today=TODAY).code == 0
    other = row("9001", instellingsnummer="041871", **mila)
    code, report = imported(world, world.pupils(row("1"), other))
    assert (code, report["moved"], report["moved_pupils"]) == (0, 1, ["030569/4001"])
    assert (report["renumbered"], report["renumbered_pupils"]) == (0, [])
