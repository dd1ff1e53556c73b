"""`reserve`: usernames that are never given out."""

import pytest
from world import AS_OF, World, row


@pytest.fixture
def school(known_passwords: World) -> World:
    return known_passwords


def test_reserve_keeps_names_from_being_given_out(school: World) -> None:
    names = school.file("\ufeffbo.maes\n\nEmma.Peeters\nBO.MAES\nbo maes\nbo@school.be\n", "names.txt")
    done = school.run("reserve", names, "--format", "json")
    report = done.json
    assert (done.code, report["status"]) == (4, "partial")
    assert (report["reserved"], report["taken"], report["rejected"]) == (1, 1, 2)
    assert [(problem["line"], problem["code"]) for problem in report["problems"]] == [
        (5, "username"), (6, "username"),
    ]  # fmt: skip
    school.run("import", school.pupils(row("4", naam="Maes", voornaam="Bo", insz="15030700256")))
    assert school.run("create", "4", *AS_OF, "-o", school.out).code == 0
    assert school.run("show", "4", *AS_OF, "--format", "json").json["username"] == "bo.maes1"
    again = school.run("reserve", "-", "--format", "json", stdin="bo.maes\nmilo.maes\n")
    assert (again.code, again.json["reserved"], again.json["taken"]) == (0, 1, 1)
    refused = school.run("rename", "1", "--username", "milo.maes", *AS_OF, "-o", school.out)
    assert (refused.code, "taken" in refused.err) == (6, True)


def test_a_file_with_nothing_usable_is_3_and_names_its_lines(school: World) -> None:
    before = school.snapshot()
    refused = school.run("reserve", "-", stdin="a b\n")
    assert (refused.code, "line 1" in refused.err) == (3, True)
    assert school.snapshot() == before


@pytest.mark.parametrize(("file", "words"), [("missing.txt", "cannot be read"), ("-", "no username")])
def test_refusals_change_nothing(school: World, file: str, words: str) -> None:
    before = school.snapshot()
    refused = school.run("reserve", file)
    assert (refused.code, words in refused.err) == (3, True), refused.err
    assert school.snapshot() == before
