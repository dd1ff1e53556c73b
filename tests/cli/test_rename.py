"""`rename`: another username, a new password and new cards."""

import pytest
from bundles import opens, passwords, table
from terminal import at_terminal
from world import AS_OF, World, members


@pytest.fixture
def school(three_accounts: World) -> World:
    return three_accounts


def test_rename_reserves_the_old_username_and_makes_new_cards(school: World) -> None:
    before = table(school.out / "first.zip")
    done = school.run(
        "rename", "1", "--username", "emma.p", *AS_OF, "-o", school.out / "new.zip", "--format", "json"
    )
    assert (done.code, done.json["renamed"]) == (0, 1)
    assert not any(name.endswith(".xlsx") for name in members(school.out / "new.zip"))
    assert school.run("verify", "emma.peeters", stdin=before["1"]["LeerID Wachtwoord"]).code == 5
    assert not opens(school, "emma.p", before["1"]["LeerID Wachtwoord"])
    shown = school.run("show", "1", *AS_OF, "--format", "json").json
    assert (shown["username"], shown["history"][-1]["event"]) == ("emma.p", "account-renamed")
    assert shown["history"][-1]["detail"]["former_username"] == "emma.peeters"
    assert school.run("search", "emma.p", *AS_OF, "--format", "ids").out == "030569/1\n"
    assert school.run("search", "emma.peeters", *AS_OF).code == 5, "found by what it is called now"
    taken = school.run("rename", "2", "--username", "emma.peeters", *AS_OF, "-o", school.out)
    assert (taken.code, "taken" in taken.err) == (6, True)
    again = school.run("reset-password", "1", "2", "--expect", "2", *AS_OF, "-o", school.out / "both.zip")
    assert again.code == 0
    urls = {number: cells["URL"] for number, cells in table(school.out / "both.zip").items()}
    assert urls["1"] == before["1"]["URL"], "the token stays"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("1", "--username", "zoe.dhondt"), 6, "taken"),
        (("1", "--username", "emma.peeters"), 6, "taken"),
        (("1", "--username", "emma@school"), 6, "@"),
        (("1", "--username", "Emma"), 6, "small letters"),
        (("1", "--username", "x" * 51), 6, "51"),
        (("1", "--username", ""), 2, "--username"),
        (("1",), 2, "--username"),
        (("4", "--username", "bo"), 6, "has no account"),
        (("nobody", "--username", "bo"), 5, "no pupil nobody"),
        (("1", "--username", "emma.p", "--password-stdin"), 6, "6 to 72"),
        (("1", "--username", "emma.p", "-o", "no such folder/a.zip"), 7, "does not exist"),
    ],
)
def test_rename_refusals_change_nothing(
    school: World, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = school.snapshot()
    output = () if "-o" in arguments else ("-o", school.out)
    refused = school.run("rename", *arguments, *output, *AS_OF, stdin="kort\n")
    assert (refused.code, words in refused.err) == (code, True), refused.err
    assert school.snapshot() == before


def test_rename_asks_at_a_terminal_and_says_that_the_password_goes(school: World) -> None:
    line = ("rename", "1", "--username", "emma.p", *AS_OF, "-o", school.out / "new.zip")
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="n\n")
    assert (code, "old password stops working" in shown) == (6, True)
    assert opens(school, "emma.peeters", passwords(school.out / "first.zip")["1"])
    assert at_terminal(school, *line, prompt="[y/N]", answer="y\n")[0] == 0
