"""`suspend` and `reactivate`: an account stops verifying, and works again."""

import sqlite3

import pytest
from bundles import verify
from schools import KNOWN as ROWS
from terminal import at_terminal
from world import AS_OF, World


@pytest.fixture
def school(known_passwords: World) -> World:
    return known_passwords


def statuses(world: World) -> dict[str, str]:
    rows = world.run("search", *AS_OF, "--format", "json").json
    return {pupil["stamnummer"]: pupil["status"] for pupil in rows}


def history(world: World, pupil: str) -> list[dict[str, object]]:
    found = world.run("show", pupil, *AS_OF, "--format", "json").json["history"]
    return list(found)


def test_a_suspended_account_does_not_verify_until_it_is_reactivated(school: World) -> None:
    done = school.run("--reason", "asked by the parents", "suspend", "1", *AS_OF, "--format", "json")
    assert (done.code, done.json["suspended"], done.json["skipped"]) == (0, 1, 0)
    assert (statuses(school)["1"], verify(school, "emma.peeters", "kikker77")) == ("suspended", 6)
    last = history(school, "1")[-1]
    assert (last["event"], last["reason"]) == ("suspended", "asked by the parents")
    assert school.run("reset-password", "1", *AS_OF, "-o", school.out).code == 6
    assert school.run("import", school.pupils(*ROWS)).code == 0
    assert statuses(school)["1"] == "suspended", "an import does not lift what was done by hand"
    done = school.run("reactivate", "emma.peeters", *AS_OF, "--format", "json")
    assert (done.code, done.json["reactivated"]) == (0, 1)
    assert (statuses(school)["1"], verify(school, "emma.peeters", "kikker77")) == ("active", 0)
    assert history(school, "1")[-1]["event"] == "reactivated"


def test_reactivate_also_lifts_what_an_import_did_and_suspend_makes_it_last(school: World) -> None:
    connection = sqlite3.connect(school.store)
    connection.execute("UPDATE account SET suspended = 'import'")
    connection.commit()
    connection.close()
    assert school.run("suspend", "1", *AS_OF).code == 0
    shown = school.run("show", "1", *AS_OF, "--format", "json").json["account"]
    assert shown["suspended"] == "hand"
    assert school.run("reactivate", "2", *AS_OF).code == 0
    assert statuses(school)["2"] == "active"


def test_doing_it_again_changes_nothing(school: World) -> None:
    assert school.run("suspend", "1", *AS_OF).code == 0
    before = school.snapshot()
    again = school.run("suspend", "1", *AS_OF, "--format", "json")
    assert (again.code, again.json["suspended"]) == (0, 0)
    assert again.json["skipped_pupils"][0]["reason"] == "is suspended by hand already"
    assert school.run("reactivate", "2", *AS_OF).code == 0
    assert school.snapshot() == before


def test_a_class_is_suspended_with_its_number_or_a_list(school: World) -> None:
    line = ("suspend", "--class", "5A", *AS_OF)
    refused = school.run(*line)
    assert (refused.code, "--expect 3" in refused.err) == (6, True)
    done = school.run(*line, "--expect", "3", "--format", "json")
    assert (done.code, done.json["suspended"], done.json["skipped"]) == (0, 3, 1)
    listed = school.run("search", "--status", "suspended", *AS_OF, "--format", "ids").out
    done = school.run("reactivate", "--from", "-", *AS_OF, "--format", "json", stdin=listed)
    assert (done.code, done.json["reactivated"]) == (0, 3), "a list names its pupils"
    assert school.run("suspend", "1", "2", *AS_OF).code == 0
    assert school.run("reactivate", "--class", "5A", "--yes", *AS_OF).code == 0
    assert "suspended" not in statuses(school).values()


def test_a_terminal_is_asked_before_a_class_is_suspended(school: World) -> None:
    line = ("suspend", "--class", "5A", *AS_OF)
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="n\n")
    assert (code, "Suspend 3 accounts?" in shown, statuses(school)["1"]) == (6, True, "active")
    assert at_terminal(school, *line, prompt="[y/N]", answer="y\n")[0] == 0
    assert statuses(school)["1"] == "suspended"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("suspend",), 2, "say for whom"),
        (("reactivate",), 2, "say for whom"),
        (("suspend", "4"), 6, "has no account"),
        (("suspend", "nobody"), 5, "no pupil nobody"),
        (("suspend", "--class", "9Z"), 5, "no pupil found"),
        (("suspend", "1", "--expect", "2"), 6, "1 pupil, not 2"),
    ],
)
def test_refusals_change_nothing(school: World, arguments: tuple[str, ...], code: int, words: str) -> None:
    before = school.snapshot()
    refused = school.run(*arguments, *AS_OF)
    assert (refused.code, words in refused.err) == (code, True), refused.err
    assert school.snapshot() == before
