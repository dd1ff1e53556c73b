"""`overview`: how many pupils stand where."""

import csv
import io
import json

import pytest
from terminal import at_terminal
from world import AS_OF, World, row


@pytest.fixture
def school(two_schools: World) -> World:
    return two_schools


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
