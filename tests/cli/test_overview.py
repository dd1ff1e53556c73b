"""`overview` and `history`: what stands where, and what was done."""

import csv
import io
import json

import pytest
from terminal import at_terminal
from world import AS_OF, World, row

ROWS = (
    row("1", insz="15030700157"),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268", klas="10A"),
    row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz="03030700196"),
    row("4", naam="Maes", voornaam="Bo"),
    row("5", instellingsnummer="041871", naam="Wouters", voornaam="Lou", insz="15030700256", klas="5A"),
)


@pytest.fixture
def school(world: World) -> World:
    with world.config.open("a") as config:
        config.write('[schools."030569"]\nname = "De Regenboog"\n')
    assert world.run("import", world.pupils(*ROWS)).code == 0
    assert world.run("create", "030569/1", *AS_OF, "-o", world.out).code == 0
    return world


def test_overview_counts_by_school_class_and_status(school: World) -> None:
    rows = school.run("overview", *AS_OF, "--format", "json").json
    assert [(entry["school"], entry["klas"], entry["total"]) for entry in rows] == [
        ("030569", "5A", 3), ("030569", "10A", 1), ("041871", "5A", 1),
    ]  # fmt: skip
    first = rows[0]
    assert {name: first[name] for name in ("active", "none", "ineligible", "suspended", "convert", "left")} == {
        "active": 1, "none": 1, "ineligible": 1, "suspended": 0, "convert": 0, "left": 0,
    }  # fmt: skip
    assert first["school_name"] == "De Regenboog"
    assert first["last_import"].startswith("20")


def test_overview_in_a_pipe_is_csv_and_takes_the_selection(school: World) -> None:
    done = school.run("overview", "--school", "de regenboog", "--status", "none", "--as-of", "2026-11-24")
    (first, second) = csv.DictReader(io.StringIO(done.out), delimiter=";")
    assert (first["klas"], first["total"], first["none"], second["klas"]) == ("5A", "1", "1", "10A")
    lines = school.run("overview", *AS_OF, "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["klas"] for line in lines] == ["5A", "10A", "5A"]
    assert school.run("overview", "--class", "9Z", *AS_OF).code == 5


def test_overview_is_judged_on_the_date(school: World) -> None:
    school.run("import", school.pupils(row("1", insz="15030700157", klas="6B", begindatum="2027-09-01")))
    classes = school.run("overview", "--as-of", "2027-10-01", "--format", "json").json
    assert "6B" in [entry["klas"] for entry in classes]


def test_overview_draws_bars_and_sums_at_a_terminal(school: World) -> None:
    code, shown = at_terminal(school, "overview", *AS_OF)
    assert code == 0
    (line,) = [line for line in shown.splitlines() if " 5A " in line and "030569" in line]
    assert line.split()[2:6] == ["3", "1", "1", "1"]
    assert line.count("█") == 7, "one of three is a third of twenty"
    assert line.count("░") == 13
    assert len([line for line in shown.splitlines() if "together" in line]) == 2, "of one school, and of all"
    assert "030569: De Regenboog" in shown
    assert "last import: 20" in shown
    assert "\x1b[31m" not in shown


def test_history_of_everybody_by_person_number_newest_last(school: World) -> None:
    rows = school.run("history", "--format", "json").json
    assert rows[-1]["event"] == "account-created"
    person = school.run("show", "030569/1", *AS_OF, "--format", "json").json["person"]
    assert rows[-1]["person"] == person
    assert [entry["at"] for entry in rows] == sorted(entry["at"] for entry in rows)
    assert len({entry["person"] for entry in rows}) == 5
    text = school.run("history").out
    header, *lines = csv.reader(io.StringIO(text), delimiter=";")
    assert header == ["at", "person", "event", "detail", "reason"]
    assert len(lines) == len(rows)
    assert json.loads(lines[-1][3])["username"] == "emma.peeters"
    assert "Peeters" not in text
    assert "$2b$" not in text


def test_history_of_one_pupil_and_of_nobody(school: World) -> None:
    school.run("--reason", "lost card", "reset-password", "emma.peeters", *AS_OF, "-o", school.out / "n.zip")
    rows = [
        json.loads(line)
        for line in school.run("history", "emma.peeters", "--format", "jsonl").out.splitlines()
    ]
    assert [entry["event"] for entry in rows][-2:] == ["account-created", "password-reset"]
    assert rows[-1]["reason"] == "lost card"
    assert len({entry["person"] for entry in rows}) == 1
    assert school.run("history", "nobody").code == 5
    code, shown = at_terminal(school, "history", "emma.peeters")
    assert (code, "password-reset" in shown, "username: emma.peeters" in shown) == (0, True, True)


def test_what_belongs_to_no_person_stands_in_the_history_too(school: World) -> None:
    school.run("reserve", "-", stdin="bo.maes\n")
    last = school.run("history", "--format", "json").json[-1]
    assert (last["person"], last["event"], last["detail"]) == (None, "usernames-reserved", {"count": 1})
    assert school.run("history").out.splitlines()[-1].split(";")[1] == ""
