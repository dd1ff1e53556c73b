"""`reset-password`: new cards, and the old password goes with their coming."""

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from bundles import opens, passwords, table
from schools import TO_SECONDARY
from terminal import at_terminal
from world import AS_OF, World, members, row


@pytest.fixture
def school(three_accounts: World) -> World:
    return three_accounts


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
        (("1", "--class", "5A", "--password-stdin"), 2, "one PUPIL"),
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
    room = school.store.stat().st_size + 16_384  # enough for the store, not for cards and fonts
    done = subprocess.run(
        [str(word) for word in line], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
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
