"""`reset-password`, `rename` and `bulk-create --convert`: new cards, and the old password goes with their coming."""

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from terminal import at_terminal
from world import AS_OF, World, members, row, workbook_cells

PUPILS = {"1": "15030700157", "2": "14450600268", "3": "03030700196"}
ROWS = (
    row("1", insz=PUPILS["1"]),
    row("2", naam="D’Hondt", voornaam="Zoë", geboortedatum="2014-05-06", insz=PUPILS["2"]),
    row(
        "3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07", insz=PUPILS["3"], hoofdstructuur="311",
        klas="1A",
    ),
    row("4", naam="Maes", voornaam="Bo", geboortedatum="2015-09-09"),
)  # fmt: skip
TO_SECONDARY = row("1", insz=PUPILS["1"], hoofdstructuur="311", klas="1A")


@pytest.fixture
def school(world: World) -> World:
    """Three accounts, of which 1 and 2 have word passwords, and pupil 4 without one."""
    assert world.run("import", world.pupils(*ROWS)).code == 0
    made = world.run("bulk-create", "--all", "--password-kind", "word", *AS_OF, "-o", world.out / "first.zip")
    assert made.code == 0
    return world


def table(bundle: Path) -> dict[str, dict[str, str]]:
    """Return the rows of the workbook by stamnummer."""
    header, *rows = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    return {cells[0]: dict(zip(header, cells, strict=True)) for cells in rows}


def passwords(bundle: Path) -> dict[str, str]:
    return {number: cells["LeerID Wachtwoord"] for number, cells in table(bundle).items()}


def opens(world: World, username: str, password: str) -> bool:
    return world.run("verify", username, stdin=password + "\n").code == 0


def events(world: World, pupil: str) -> list[str]:
    return [event["event"] for event in world.run("show", pupil, *AS_OF, "--format", "json").json["history"]]


def test_one_pupil_gets_a_new_password_and_cards_without_a_workbook(school: World) -> None:
    first = table(school.out / "first.zip")["1"]
    reset = school.run(
        "--reason",
        "lost card",
        "reset-password",
        "1",
        *AS_OF,
        "-o",
        school.out / "new.zip",
        "--format",
        "json",
    )
    report = reset.json
    assert (reset.code, report["status"], report["reset"], report["skipped"]) == (0, "ok", 1, 0)
    assert report["output"] == str(school.out / "new.zip")
    assert not any(name.endswith(".xlsx") for name in members(school.out / "new.zip"))
    assert not opens(school, "emma.peeters", first["LeerID Wachtwoord"])
    shown = school.run("show", "1", *AS_OF, "--format", "json").json
    assert (shown["username"], shown["status"]) == ("emma.peeters", "active")
    assert shown["account"]["password_kind"] == "word", "the kind stays"
    last = shown["history"][-1]
    assert (last["event"], last["reason"]) == ("password-reset", "lost card")
    assert set(last["detail"]) == {"username", "type", "password_kind", "batch"}


def test_a_typed_password_counts_and_stands_in_no_output(school: World) -> None:
    line = ("reset-password", "emma.peeters", "--password-stdin", *AS_OF, "-o", school.out / "new.zip")
    done = school.run(*line, stdin="kikker77\n")
    assert (done.code, "kikker77" in done.out + done.err) == (0, False)
    assert opens(school, "emma.peeters", "kikker77")


def test_several_get_a_workbook_and_keep_their_address(school: World) -> None:
    before = table(school.out / "first.zip")
    done = school.run("reset-password", "1", "2", "--expect", "2", *AS_OF, "-o", school.out / "new.zip")
    assert done.code == 0, done.err
    after = table(school.out / "new.zip")
    assert set(after) == {"1", "2"}
    for number, cells in after.items():
        assert cells["URL"] == before[number]["URL"]
        assert cells["LeerID Gebruikersnaam"] == before[number]["LeerID Gebruikersnaam"]
        assert opens(school, cells["LeerID Gebruikersnaam"], cells["LeerID Wachtwoord"])
        assert not opens(school, cells["LeerID Gebruikersnaam"], before[number]["LeerID Wachtwoord"])
    assert opens(school, "noor.claes", before["3"]["LeerID Wachtwoord"]), "who was not selected keeps theirs"


def test_a_new_token_voids_the_old_address(school: World) -> None:
    before = table(school.out / "first.zip")
    line = ("reset-password", "--class", "5A", "--status", "active", "--new-token", "--expect", "2")
    assert school.run(*line, *AS_OF, "-o", school.out / "new.zip").code == 0
    after = table(school.out / "new.zip")
    assert {cells["URL"] for cells in after.values()}.isdisjoint(cells["URL"] for cells in before.values())
    shown = school.run("show", "1", *AS_OF, "--format", "json").json
    assert shown["history"][-1]["detail"]["new_token"] is True


def test_the_kind_can_be_chosen(school: World) -> None:
    line = ("reset-password", "--type", "basis", "--type", "gevorderd", "--password-kind", "picture")
    assert school.run(*line, "--expect", "3", *AS_OF, "-o", school.out / "new.zip").code == 0
    kinds = {number: cells["Wachtwoordsoort"] for number, cells in table(school.out / "new.zip").items()}
    assert kinds == {"1": "afbeelding", "2": "afbeelding", "3": "tijdelijk"}


def test_those_without_a_working_account_are_skipped_with_the_reason(school: World) -> None:
    done = school.run(
        "reset-password", "--class", "5A", "--expect", "2", *AS_OF, "-o", school.out / "new.zip",
        "--format", "json",
    )  # fmt: skip
    assert (done.code, done.json["reset"], done.json["skipped"]) == (0, 2, 1)
    assert done.json["skipped_pupils"] == [
        {"pupil": "030569/4", "status": "ineligible", "reason": "has no account"}
    ]
    none = school.run("reset-password", "--status", "ineligible", *AS_OF, "-o", school.out / "none.zip")
    assert (none.code, "nothing to do" in none.err, (school.out / "none.zip").exists()) == (0, True, False)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("1", "2"), 6, "--expect 2"),
        (("1", "2", "--yes"), 6, "--expect 2"),
        (("--class", "5A"), 6, "--expect 2"),
        (("--class", "5A", "--expect", "3"), 6, "2 pupils, not 3"),
        (("1", "--expect", "2"), 6, "1 pupil, not 2"),
        (("4",), 6, "has no account"),
        (("nobody",), 5, "no pupil nobody"),
        (("--class", "9Z"), 5, "no pupil found"),
        ((), 2, "say for whom"),
        (("1", "2", "--password-stdin"), 2, "one PUPIL"),
        (("--class", "5A", "--password-stdin"), 2, "one PUPIL"),
        (("1", "--password-kind", "temporary"), 6, "basis"),
        (("1", "2", "--expect", "2", "--password-kind", "temporary"), 6, "basis"),
        (("3", "--password-kind", "word"), 6, "gevorderd"),
        (("1", "--password-stdin"), 6, "6 to 72"),
        (("1", "-o", "-"), 2, "standard output"),
        (("1", "-o", "no such folder/a.zip"), 7, "does not exist"),
    ],
)
def test_refusals_change_nothing(school: World, arguments: tuple[str, ...], code: int, words: str) -> None:
    before = school.snapshot()
    output = () if "-o" in arguments else ("-o", school.out)
    refused = school.run("reset-password", *arguments, *output, *AS_OF, stdin="kort\n")
    assert (refused.code, words in refused.err) == (code, True), refused.err
    assert school.snapshot() == before
    assert [path.name for path in school.out.iterdir()] == ["first.zip"]


def test_a_name_that_is_there_is_not_overwritten_and_the_old_password_works(school: World) -> None:
    old = passwords(school.out / "first.zip")["1"]
    before = (school.out / "first.zip").read_bytes()
    assert school.run("reset-password", "1", *AS_OF, "-o", school.out / "first.zip").code == 7
    assert (school.out / "first.zip").read_bytes() == before
    assert opens(school, "emma.peeters", old)


def test_a_disk_that_fills_up_leaves_the_old_password_working(school: World) -> None:
    line = [sys.executable, "-m", "leerid_cli", "--db", school.store, "--config", school.config]
    line += ["reset-password", "1", *AS_OF, "-o", school.out / "new.zip"]
    done = subprocess.run(
        [str(word) for word in line], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert done.returncode == 7, done.stderr
    assert "no password changed" in done.stderr
    assert [path.name for path in school.out.iterdir()] == ["first.zip"]
    assert opens(school, "emma.peeters", passwords(school.out / "first.zip")["1"])
    assert events(school, "1")[-1] == "account-created"


def test_a_terminal_asks_with_the_number_of_pupils(school: World) -> None:
    line = ("reset-password", "--class", "5A", *AS_OF, "-o", school.out / "new.zip")
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="n\n")
    assert (code, "passwords of 2 pupils" in shown, (school.out / "new.zip").exists()) == (6, True, False)
    assert opens(school, "emma.peeters", passwords(school.out / "first.zip")["1"])
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="y\n")
    assert (code, set(passwords(school.out / "new.zip"))) == (0, {"1", "2"})
    code, shown = at_terminal(school, "reset-password", "1", *AS_OF, "-o", school.out / "one.zip")
    assert (code, "[y/N]" in shown) == (0, False), "one named pupil is an answer"


def test_who_moved_keeps_the_old_type_in_a_reset_and_is_told_so(school: World) -> None:
    school.run("import", school.pupils(TO_SECONDARY))
    done = school.run("reset-password", "1", *AS_OF, "-o", school.out / "new.zip", "--format", "json")
    assert any("--convert" in note for note in done.json["notes"])
    shown = school.run("show", "1", *AS_OF, "--format", "json").json
    assert (shown["status"], shown["account"]["type"], shown["account"]["password_kind"]) == (
        "convert", "basis", "word",
    )  # fmt: skip


def test_convert_gives_the_new_kind_under_the_same_username(school: World) -> None:
    before = table(school.out / "first.zip")["1"]
    school.run("import", school.pupils(TO_SECONDARY, row("5", naam="Wouters", voornaam="Lou",
                                                         geboortedatum="2015-03-07", insz="15030700256")))  # fmt: skip
    untouched = school.snapshot()
    plain = school.run(
        "bulk-create", "--from", "-", *AS_OF, "-o", school.out, "--format", "json", stdin="030569/1"
    )
    assert (plain.code, plain.json["created"], plain.json["converted"]) == (0, 0, 0)
    (skipped,) = plain.json["skipped_pupils"]
    assert "--convert" in skipped["reason"]
    assert school.snapshot() == untouched
    assert opens(school, "emma.peeters", before["LeerID Wachtwoord"]), "works until the new cards exist"

    done = school.run(
        "bulk-create", "--all", "--convert", *AS_OF, "-o", school.out / "new.zip", "--format", "json"
    )
    assert (done.code, done.json["created"], done.json["converted"], done.json["skipped"]) == (0, 1, 1, 3)
    after = table(school.out / "new.zip")
    assert set(after) == {"1", "5"}
    assert after["1"]["LeerID Gebruikersnaam"] == "emma.peeters"
    assert after["1"]["URL"] == before["URL"]
    assert (after["1"]["Accounttype"], after["1"]["Wachtwoordsoort"]) == ("gevorderd", "tijdelijk")
    assert not opens(school, "emma.peeters", before["LeerID Wachtwoord"])
    assert opens(school, "emma.peeters", after["1"]["LeerID Wachtwoord"])
    shown = school.run("show", "1", *AS_OF, "--format", "json").json
    assert (shown["status"], shown["account"]["type"], shown["account"]["must_change"]) == (
        "active", "gevorderd", True,
    )  # fmt: skip
    assert shown["history"][-1]["event"] == "account-converted"
    assert shown["history"][-1]["detail"]["former_type"] == "basis"


def test_convert_back_to_basis_follows_the_configured_kind(school: World) -> None:
    school.run("import", school.pupils(row("3", naam="Claes", voornaam="Noor", geboortedatum="2003-03-07",
                                           insz=PUPILS["3"], hoofdstructuur="321")))  # fmt: skip
    line = ("bulk-create", "--status", "convert", "--convert", *AS_OF, "-o", school.out / "new.zip")
    assert school.run(*line).code == 0
    assert table(school.out / "new.zip")["3"]["Wachtwoordsoort"] == "afbeelding"
    shown = school.run("show", "3", *AS_OF, "--format", "json").json["account"]
    assert (shown["type"], shown["must_change"]) == ("basis", False)


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


def test_a_reset_hashes_at_the_cost_of_today(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run("import", world.pupils(row("1", insz="15030700157")))
    world.run("create", "030569/1", *AS_OF, "-o", world.out / "1.zip")

    def cost() -> str:
        with closing(sqlite3.connect(world.store)) as store:
            return str(store.execute("SELECT password_hash FROM account").fetchone()[0][:7])

    assert cost() == "$2b$04$"
    monkeypatch.setenv("LEERID_BCRYPT_COST", "5")
    assert world.run("reset-password", "030569/1", *AS_OF, "-o", world.out / "2.zip").code == 0
    assert cost() == "$2b$05$"
