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
