"""`todo`: what waits, each with the command that does it."""

import pytest
from world import AS_OF, World, row

EMMA = row("1", insz="15030700157", geboortedatum="2015-03-07")
JEF = row("2", naam="Janssens", voornaam="Jef", geboortedatum="2014-05-06", insz="14050600279")
NOOR = {"naam": "Maes", "voornaam": "Noor", "geboortedatum": "2013-01-02"}


@pytest.fixture
def school(world: World) -> World:
    done = world.run("import", world.pupils(EMMA, JEF), today=None)
    assert done.code == 0, done.err
    return world


def imported(world: World, *rows: str) -> dict:
    return world.run("import", world.pupils(*rows), "--format", "json").json


def todo(world: World, kind: str) -> list[dict]:
    return [item for item in world.run("todo", *AS_OF, "--format", "json").json if item["kind"] == kind]


def test_todo_names_the_command_for_each(school: World) -> None:
    imported(school, row("1", **NOOR), JEF)
    (held,) = todo(school, "held")
    assert "leerid conflicts keep 030569/1" in held["command"]
    (eligible,) = todo(school, "eligible")
    assert (eligible["pupils"], eligible["command"]) == (2, "leerid bulk-create --school 030569 --class 5A")
    made = school.run("bulk-create", *eligible["command"].split()[2:], "--output", school.out, *AS_OF)
    assert made.code == 0, made.err
    assert todo(school, "eligible") == []
    secondary = JEF.replace(";211;", ";311;").replace(";5A;", ";1A;")
    imported(school, secondary)
    (convert,) = todo(school, "convert")
    assert "--class 1A" in convert["command"]
    assert "--convert" in convert["command"]


def test_todo_in_every_format(school: World) -> None:
    assert school.run("todo", *AS_OF).out.splitlines()[0] == "kind;pupils;what;command"
    assert school.run("todo", *AS_OF, "--format", "table").code == 0
    assert school.run("todo", *AS_OF, "--format", "ids").code == 2
    assert school.run("todo", *AS_OF, "--format", "jsonl").out.count("\n") == 1


def test_pupils_without_a_valid_number_wait_until_they_have_one(school: World) -> None:
    wrong = row("3", voornaam="Lotte", klas="5B", insz="15030700158")
    done = school.run("import", school.pupils(EMMA, JEF, wrong, row("4", voornaam="Bas", klas="5B")))
    assert "Peeters, Lotte (3): the official number …58 is wrong" in done.err
    assert "Peeters, Bas (4): no official number" in done.err
    assert "150307001" not in done.err
    (item,) = todo(school, "no-number")
    assert (item["pupils"], item["command"]) == (
        2,
        "leerid search --school 030569 --class 5B --status ineligible",
    )
    found = school.run(*item["command"].split()[1:], *AS_OF, "--format", "json").json
    assert {pupil["voornaam"]: pupil["reason"] for pupil in found} == {
        "Lotte": "number-invalid",
        "Bas": "number-missing",
    }
    imported(school, EMMA, JEF, row("3", voornaam="Lotte", klas="5B", insz="15030700355"))
    assert [item["pupils"] for item in todo(school, "no-number")] == [1], "Bas"


def test_a_number_in_the_column_of_another_is_not_shown(world: World) -> None:
    done = world.run("import", world.pupils(row("15030700157", voornaam="15.03.07-001.57"), row("1204871")))
    assert "1503070" not in done.err
    assert "15.03.07-001" not in done.err
    assert "(1204871)" in done.err
