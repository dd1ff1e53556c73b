"""`history`: what was done, without secrets."""

import csv
import io
import json

import pytest
from terminal import at_terminal
from world import AS_OF, World


@pytest.fixture
def school(two_schools: World) -> World:
    return two_schools


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
