"""`conflicts`: nothing that an import held is held for ever."""

import sqlite3

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


def listed(world: World) -> list[dict]:
    return world.run("conflicts", "list", "--format", "json").json


def names(world: World) -> dict[str, str]:
    found = world.run("search", *AS_OF, "--format", "json").json
    return {f"{pupil['school']}/{pupil['stamnummer']}": pupil["voornaam"] for pupil in found}


def imported(world: World, *rows: str) -> dict:
    return world.run("import", world.pupils(*rows), "--format", "json").json


def answer(world: World, command: str) -> dict:
    """Type a command that the list gave."""
    program, *arguments = command.split()
    assert program == "leerid"
    done = world.run(*arguments, "--format", "json")
    assert done.code == 0, done.err
    return done.json


def todo(world: World, kind: str) -> list[dict]:
    return [item for item in world.run("todo", *AS_OF, "--format", "json").json if item["kind"] == kind]


def test_nothing_held_is_an_empty_list_and_nothing_to_answer(school: World) -> None:
    assert listed(school) == []
    assert school.run("conflicts", "keep", "030569/1").code == 5
    assert school.run("conflicts", "link", "030569/1", "030569/1").code == 5
    assert school.run("conflicts", "list").out == "pupil;code;why;file;line;row;register;commands;meanings\n"


def test_a_row_with_another_child_under_the_key_can_be_kept_out(school: World) -> None:
    other = row("1", **NOOR)
    assert imported(school, other, JEF)["held"] == 1
    (held,) = listed(school)
    assert (held["pupil"], held["code"]) == ("030569/1", "other-birth-date-and-name")
    assert held["row"] == "Maes, Noor, 2013-01-02"
    assert held["register"] == ["person:1: Peeters, Emma, 2015-03-07 (030569/1)"]
    link, keep = held["commands"]
    assert (link, keep) == (
        "leerid conflicts link 030569/1 person:1",
        "leerid conflicts keep 030569/1",
    )
    answer(school, keep)
    assert listed(school) == []
    assert names(school)["030569/1"] == "Emma"
    again = school.run("import", school.pupils(other, JEF))
    assert (again.code, listed(school)) == (0, [])
    assert imported(school, row("1", **NOOR | {"voornaam": "Fien"}), JEF)["held"] == 1, (
        "another child again: ask"
    )


def test_or_the_row_is_right_about_the_same_child(school: World) -> None:
    other = row("1", **NOOR)
    imported(school, other)
    answer(school, listed(school)[0]["commands"][0])
    assert names(school) == {"030569/1": "Noor", "030569/2": "Jef"}
    assert imported(school, other)["unchanged"] == 1


def test_a_key_and_a_number_of_two_children(school: World) -> None:
    """Emma's stamnummer with Jef's number: the list offers both, and either answer settles it."""
    mixed = row("1", insz="14050600279", geboortedatum="2014-05-06", naam="Janssens", voornaam="Jef")
    imported(school, mixed)
    (held,) = listed(school)
    assert held["code"] == "two-persons"
    assert held["commands"][1] == "leerid conflicts link 030569/1 person:2"
    answer(school, held["commands"][1])
    assert names(school) == {"030569/1": "Jef"}, (
        "one row, for both keys are Jef's; Emma has neither school nor account"
    )
    assert imported(school, mixed)["unchanged"] == 1


def test_twins_with_one_number_become_two_children(school: World) -> None:
    twin = row("3", voornaam="Lotte", insz="15030700157", geboortedatum="2015-03-07")
    imported(school, EMMA, JEF, twin)
    (held,) = listed(school)
    assert held["code"] == "one-number-two-names"
    done = answer(school, held["commands"][-1])
    assert done["new"] == 1
    found = school.run("show", "030569/3", "--format", "json").json
    assert (found["voornaam"], found["status"], found["official_number"]) == (
        "Lotte",
        "ineligible",
        "invalid",
    )
    assert names(school)["030569/1"] == "Emma"
    assert imported(school, EMMA, JEF, twin)["unchanged"] == 3


def test_a_possible_double_can_be_joined_and_its_account_stays(school: World) -> None:
    made = school.run("create", "030569/1", "--output", school.out, *AS_OF)
    assert made.code == 0, made.err
    again = row("77", instellingsnummer="041871", geboortedatum="2015-03-07")
    assert imported(school, again)["new"] == 1
    (held,) = listed(school)
    assert (held["pupil"], held["code"]) == ("041871/77", "possible-double")
    assert held["commands"][0] == "leerid conflicts link 041871/77 emma.peeters"
    done = answer(school, held["commands"][0])
    assert done["merged"] == 1
    assert listed(school) == []
    found = school.run("show", "041871/77", *AS_OF, "--format", "json").json
    assert found["username"] == "emma.peeters"
    assert {enrolment["school"] for enrolment in found["enrolments"]} == {"030569", "041871"}
    assert len(school.run("search", "emma", *AS_OF, "--format", "json").json) == 1
    assert imported(school, again)["unchanged"] == 1


def test_a_possible_double_can_be_another_child(school: World) -> None:
    imported(school, row("77", instellingsnummer="041871", geboortedatum="2015-03-07"))
    answer(school, listed(school)[0]["commands"][-1])
    assert listed(school) == []
    assert len(school.run("search", "emma", *AS_OF, "--format", "json").json) == 2


def test_a_double_of_whom_the_second_record_has_the_account(school: World) -> None:
    """Linked, the child keeps the one account there is, whichever record had it."""
    imported(school, row("77", instellingsnummer="041871", geboortedatum="2015-03-07", insz="15030700157"))
    imported(school, row("78", instellingsnummer="041871", geboortedatum="2015-03-07"))
    with sqlite3.connect(school.store) as store:
        (person,) = store.execute("SELECT person FROM registration WHERE stamnummer = '78'").fetchone()
        store.execute("INSERT INTO username VALUES ('e', 'issued', ?, '')", (person,))
        store.execute(
            "INSERT INTO account (person, username, type, password_kind, password_hash, must_change, token)"
            " VALUES (?, 'e', 'basis', 'word', '', 0, 't')",
            (person,),
        )
    answer(school, "leerid conflicts link 041871/78 041871/77")
    found = school.run("show", "030569/1", *AS_OF, "--format", "json").json
    assert (found["username"], len(found["enrolments"])) == ("e", 3)


def test_twins_whose_numbers_were_swapped_are_put_right_one_after_the_other(world: World) -> None:
    """Both have accounts; the first answer leaves one without a school until the second."""
    left = row("1", voornaam="Lena", insz="15030700157", geboortedatum="2015-03-07")
    right = row("2", voornaam="Wout", insz="15030700256", geboortedatum="2015-03-07")
    assert world.run("import", world.pupils(left, right)).code == 0
    assert world.run("bulk-create", "--all", "--output", world.out, *AS_OF).code == 0
    swapped = [left.replace(";1;", ";2;", 1), right.replace(";2;", ";1;", 1)]
    assert imported(world, *swapped)["held"] == 2
    done = answer(world, "leerid conflicts link 030569/1 wout.peeters")
    assert any("lena.peeters" in note for note in done["notes"])
    assert [item["command"] for item in todo(world, "no-school")] == ["leerid show lena.peeters"]
    answer(world, "leerid conflicts link 030569/2 lena.peeters")
    assert names(world) == {"030569/1": "Wout", "030569/2": "Lena"}
    found = world.run("search", *AS_OF, "--format", "json").json
    assert {pupil["stamnummer"]: pupil["username"] for pupil in found} == {
        "1": "wout.peeters",
        "2": "lena.peeters",
    }
    assert listed(world) == todo(world, "no-school") == []
    assert imported(world, *swapped)["unchanged"] == 2


@pytest.mark.parametrize("with_accounts", [True, False])
def test_all_commands_of_one_listing_can_be_pasted_one_after_the_other(
    world: World, with_accounts: bool
) -> None:
    """Swapped stamnummers: the answer to one row changes whose the stamnummer in the other command is."""
    left = row("1", voornaam="Noah", insz="15030700157", geboortedatum="2015-03-07")
    right = row("2", voornaam="Piet", insz="14050600279", geboortedatum="2014-05-06")
    assert world.run("import", world.pupils(left, right)).code == 0
    if with_accounts:
        assert world.run("bulk-create", "--all", "--output", world.out, *AS_OF).code == 0
    swapped = [left.replace(";1;", ";2;", 1), right.replace(";2;", ";1;", 1)]
    imported(world, *swapped)
    for held in listed(world):
        name = next(text for text in held["register"] if held["row"] in text).split(": ")[0]
        answer(world, next(command for command in held["commands"] if command.endswith(f" {name}")))
    assert names(world) == {"030569/1": "Piet", "030569/2": "Noah"}
    found = world.run("search", *AS_OF, "--format", "json").json
    usernames = {"1": "piet.peeters", "2": "noah.peeters"} if with_accounts else {"1": "", "2": ""}
    assert {pupil["stamnummer"]: pupil["username"] for pupil in found} == usernames
    assert imported(world, *swapped)["unchanged"] == 2


def test_the_child_of_that_name_and_birth_date_is_among_the_answers(world: World) -> None:
    """Swapped stamnummers without official numbers: the right answer is the other child."""
    left = row("1", voornaam="Noah", geboortedatum="2015-03-07")
    right = row("2", voornaam="Piet", geboortedatum="2014-05-06")
    assert world.run("import", world.pupils(left, right)).code == 0
    imported(world, left.replace(";1;", ";2;", 1), right.replace(";2;", ";1;", 1))
    for held in listed(world):
        name = next(text for text in held["register"] if held["row"] in text).split(": ")[0]
        answer(world, next(command for command in held["commands"] if command.endswith(f" {name}")))
    assert names(world) == {"030569/1": "Piet", "030569/2": "Noah"}


def test_an_answer_with_somebody_whom_the_row_cannot_be_about_is_refused(school: World) -> None:
    imported(school, row("1", **NOOR), JEF)
    before = school.snapshot()
    assert school.run("conflicts", "link", "030569/1", "030569/2").code == 6
    assert school.snapshot() == before


def test_a_stamnummer_that_a_shell_would_run_is_quoted_in_the_commands(school: World) -> None:
    number = "$(touch${IFS}x)"
    imported(school, EMMA, JEF, row(number, geboortedatum="2015-03-07"))
    assert f"'030569/{number}'" in listed(school)[0]["commands"][-1]


def test_two_records_with_accounts_and_numbers_of_their_own_stay_joined(school: World) -> None:
    """The file goes on naming the second number under the second stamnummer: it was said that both are Emma."""
    again = row("77", instellingsnummer="041871", geboortedatum="2015-03-07", insz="15030700256")
    assert imported(school, EMMA, JEF, again)["new"] == 1
    assert school.run("bulk-create", "--all", "--output", school.out, *AS_OF).code == 0
    answer(school, listed(school)[0]["commands"][0])
    done = imported(school, EMMA, JEF, again)
    assert (done["held"], listed(school)) == (0, [])
    found = school.run("show", "041871/77", *AS_OF, "--format", "json").json
    assert found["username"] == "emma.peeters"


def test_a_corrected_file_takes_the_row_off_the_list(school: World) -> None:
    imported(school, row("1", **NOOR), JEF)
    assert len(listed(school)) == 1
    imported(school, EMMA, JEF)
    assert listed(school) == []


def test_for_a_terminal_commands_are_lines_of_their_own(school: World) -> None:
    imported(school, row("1", **NOOR), JEF)
    lines = school.run("conflicts", "list", "--format", "table").out.splitlines()
    assert lines[0].startswith("030569/1: ")
    assert "    register has: person:1: Peeters, Emma, 2015-03-07 (030569/1)" in lines
    assert lines[-4:] == [
        "    leerid conflicts link 030569/1 person:1",
        "        030569/1 stays with Peeters, Emma (person:1, no account), who gets the name and birth date of the "
        "row: Maes, Noor, 2013-01-02",
        "    leerid conflicts keep 030569/1",
        "        030569/1 stays with Peeters, Emma (person:1, no account); nothing is used of the row "
        "that contradicts this",
    ]
    assert (
        "    leerid bulk-create --school 030569 --class 5A"
        in school.run("todo", *AS_OF, "--format", "table").out.splitlines()
    )
