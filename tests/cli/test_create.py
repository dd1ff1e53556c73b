"""`create`: one account and its cards."""

import os

import pytest
from bundles import ACCOUNTS, PDFS, squeezed, text
from world import AS_OF, World, members, row


@pytest.fixture
def school(three_pupils: World) -> World:
    return three_pupils


def test_create_makes_one_account_and_no_workbook(school: World) -> None:
    made = school.run("create", "030569/1", *AS_OF, "--output", school.out / "one.zip", "--format", "json")
    assert (made.code, made.json["created"]) == (0, 1)
    files = members(school.out / "one.zip")
    assert set(files) == PDFS | {ACCOUNTS}
    assert squeezed("emma.peeters") in squeezed(text(files["leerid-stickers-volledig.pdf"]))
    (pupil,) = school.run("search", "emma", *AS_OF, "--format", "json").json
    assert (pupil["username"], pupil["status"]) == ("emma.peeters", "active")


def test_create_takes_a_username_kind_and_password_from_the_administrator(school: World) -> None:
    made = school.run(
        "create", "1", *AS_OF, "-o", school.out, "--username", "emma.p", "--password-kind", "word",
        "--password-stdin", stdin="kikker77\n",
    )  # fmt: skip
    assert made.code == 0
    assert "kikker77" not in made.out + made.err
    assert school.run("verify", "emma.p", stdin="kikker77\n").code == 0


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--username", "a@b"), 6, "@"),
        (("--username", "x" * 51), 6, "51"),
        (("--username", "zoe.dhondt"), 6, "taken"),
        (("--password-kind", "temporary"), 6, "basis"),
        (("--password-kind", "fluitje"), 2, "fluitje"),
        (("--password-stdin", "--password-kind", "word"), 6, "6 to 72"),
    ],
)
def test_create_refuses_and_nothing_changes(
    school: World, options: tuple[str, ...], code: int, words: str
) -> None:
    assert school.run("create", "2", *AS_OF, "-o", school.out / "first.zip").code == 0
    refused = school.run("create", "1", *AS_OF, "-o", school.out, *options, stdin="kort\n")
    assert refused.code == code
    assert words in refused.err
    assert [path.name for path in school.out.iterdir()] == ["first.zip"]
    assert school.run("search", "emma", *AS_OF, "--format", "json").json[0]["username"] == ""
    assert school.leftovers() == []


def test_a_pupil_without_official_number_is_refused_with_what_to_do(world: World) -> None:
    world.run("import", world.pupils(row("1")))
    refused = world.run("create", "1", *AS_OF, "-o", world.out)
    assert refused.code == 6
    assert "official number is missing" in refused.err
    assert "DISCIMUS" in refused.err


def test_a_second_account_is_refused(school: World) -> None:
    assert school.run("create", "1", *AS_OF, "-o", school.out).code == 0
    assert school.run("create", "1", *AS_OF, "-o", school.out / "again.zip").code == 6


def test_trial_hashes_are_warned_about(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = school.run("create", "1", *AS_OF, "-o", school.out)
    assert "bcrypt cost 4" in made.err
    for wrong in ("3", "17", "twelve"):
        monkeypatch.setenv("LEERID_BCRYPT_COST", wrong)
        assert school.run("search", "emma", *AS_OF).code == 2
    monkeypatch.delenv("LEERID_BCRYPT_COST")
    os.environ["LEERID_BCRYPT_COST"] = "10"
    assert "bcrypt cost" not in school.run("create", "2", *AS_OF, "-o", school.out / "b.zip").err
