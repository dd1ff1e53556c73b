"""`bulk-create --review` and `create` at a terminal: what is proposed can be changed before it is made."""

import pytest
from terminal import at_terminal
from world import AS_OF, World, members, row, workbook_cells

ROWS = [
    row("1", insz="15030700157"),
    row("2", voornaam="Jan", insz="15030700256"),
    row("3", voornaam="Jef", geboortedatum="2014-05-06", insz="14050600279", hoofdstructuur="311"),
]


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(*ROWS)).code == 0
    return world


def accounts(world: World) -> dict[str, str]:
    found = world.run("search", *AS_OF, "--format", "json").json
    return {pupil["stamnummer"]: pupil["username"] for pupil in found}


def test_what_is_proposed_for_one_pupil_can_be_taken_as_it_is(school: World) -> None:
    answers = [("Username [emma.peeters]", "\n"), ("[picture]", "\n"), ("Password", "\n"), ("[y/N]", "y\n")]
    code, shown = at_terminal(school, "create", "1", *AS_OF, "-o", school.out / "a.zip", answers=answers)
    assert code == 0, shown
    assert "030569/1  Peeters, Emma  5A" in shown
    assert accounts(school)["1"] == "emma.peeters"


def test_wrong_choices_are_explained_and_asked_again(school: World) -> None:
    assert school.run("reserve", "-", stdin="taken.name\n").code == 0
    wrong = (
        ("emma@school", "word", "\n", "@"),
        ("taken.name", "word", "\n", "taken"),
        ("e" * 51, "word", "\n", "50"),
        ("emma", "word", "kat\n", "6"),
        ("emma", "picture", "kat234\n", "eight"),
    )
    answers = []
    for username, kind, password, _words in wrong:
        answers += [("Username", f"{username}\n"), ("Kind of password", f"{kind}\n"), ("Password", password)]
    answers += [("Username", "emma\n"), ("Kind of password", "wrong\n"), ("Kind of password", "word\n")]
    answers += [("Password", "kat234\n"), ("[y/N]", "y\n")]
    code, shown = at_terminal(school, "create", "1", *AS_OF, "-o", school.out / "a.zip", answers=answers)
    assert code == 0, shown
    for *_asked, words in wrong:
        assert words in shown
    assert "kat234" not in shown, "a password is not shown while it is typed"
    assert accounts(school)["1"] == "emma"
    assert school.run("verify", "emma", stdin="kat234\n").code == 0


def test_no_or_the_end_of_the_input_makes_nothing(school: World) -> None:
    before = school.snapshot()
    asked = [("Username", "\n"), ("Kind of password", "\n"), ("Password", "\n")]
    for last in (("[y/N]", "n\n"), ("[y/N]", "\x04")):
        code, _shown = at_terminal(school, "create", "1", *AS_OF, "-o", school.out, answers=[*asked, last])
        assert code == 6
    code, _shown = at_terminal(
        school, "create", "1", *AS_OF, "-o", school.out, answers=[("Username", "\x04")]
    )
    assert code == 6
    assert (school.snapshot(), list(school.out.iterdir())) == (before, [])


def test_what_the_command_line_gives_is_not_asked_and_yes_asks_nothing(school: World) -> None:
    line = ("create", "1", *AS_OF, "--username", "em", "--password-kind", "word", "-o", school.out / "a.zip")
    code, shown = at_terminal(school, *line, answers=[("Password", "\n"), ("[y/N]", "y\n")])
    assert code == 0, shown
    assert "Username" not in shown
    code, shown = at_terminal(school, "create", "2", *AS_OF, "--yes", "-o", school.out / "b.zip")
    assert code == 0, shown
    assert "[y/N]" not in shown


def test_many_are_reviewed_without_a_file(school: World) -> None:
    answers = [
        ("q: stop", "w\n"),
        ("q: stop", "2\n"),
        ("Username [jan.peeters]", "janneke\n"),
        ("[picture]", "\n"),
        ("Password", "\n"),
        ("q: stop", "99\n"),
        ("q: stop", "\n"),
        ("[y/N]", "y\n"),
    ]
    line = ("bulk-create", "--all", "--review", *AS_OF, "-o", school.out / "a.zip")
    code, shown = at_terminal(school, *line, answers=answers)
    assert code == 0, shown
    assert "there is no row 99" in shown
    header, *rows = workbook_cells(members(school.out / "a.zip")["leerid-accounts.xlsx"])
    kinds = {row[header.index("Stamnummer")]: row[header.index("Wachtwoordsoort")] for row in rows}
    assert kinds == {"1": "woord", "2": "afbeelding", "3": "tijdelijk"}
    assert accounts(school) == {"1": "emma.peeters", "2": "janneke", "3": "jef.peeters"}


def test_stopping_a_review_makes_nothing(school: World) -> None:
    before = school.snapshot()
    line = ("bulk-create", "--all", "--review", *AS_OF, "-o", school.out)
    assert at_terminal(school, *line, answers=[("q: stop", "q\n")])[0] == 6
    assert school.snapshot() == before


def test_without_a_terminal_a_review_is_refused_with_the_way_to_do_it(school: World) -> None:
    done = school.run("bulk-create", "--all", "--review", *AS_OF, "-o", school.out)
    assert done.code == 6
    assert "--plan" in done.err
    assert school.run("bulk-create", "--review", "--apply", "x.csv").code == 2
