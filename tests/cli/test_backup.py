"""`backup` and `restore` through the real program."""

import sqlite3
import stat
from contextlib import closing
from typing import Any

import pytest
from bundles import ACCOUNTS, accounts_in, opens, text, zipped
from world import AS_OF, World, members, row, workbook_cells

from leerid_cli.store import backups

WORKBOOK = "leerid-accounts.xlsx"
ROWS = [
    row("1", insz="15030700157"),
    row("2", voornaam="Jan", insz="15030700256"),
    row("3", voornaam="Jef", geboortedatum="2014-05-06", insz="14050600279"),
]


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", world.pupils(*ROWS)).code == 0
    make(world, "1")
    return world


def make(world: World, stamnummer: str) -> None:
    """Give one pupil an account, by a bundle with a workbook."""
    output = world.out / f"{stamnummer}.zip"
    ids = f"030569/{stamnummer}\n"
    done = world.run(
        "bulk-create", "--password-kind", "word", "--from", "-", "--output", output, *AS_OF, stdin=ids
    )
    assert done.code == 0, done.err


def usernames(world: World) -> dict[str, str]:
    found = world.run("search", *AS_OF, "--format", "json").json
    return {pupil["stamnummer"]: pupil["username"] for pupil in found}


def password(world: World, bundle: str) -> str:
    header, *rows = workbook_cells(members(world.out / bundle)[WORKBOOK])
    return str(rows[0][header.index("LeerID Wachtwoord")])


def test_a_backup_is_a_store_of_its_own_that_nobody_else_can_read(school: World) -> None:
    target = school.folder / "copy.db"
    done = school.run("backup", target, "--format", "json")
    assert (done.code, done.json["accounts"], done.json["output"]) == (0, 1, str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    found = school.run("--db", target, "search", "emma", *AS_OF, "--format", "json").json
    assert found[0]["username"] == "emma.peeters"
    assert school.run("backup", target).code == 7, "never overwritten"
    assert school.run("backup", school.folder / "none" / "copy.db").code == 7
    assert school.leftovers() == []


def test_restore_puts_it_back_and_keeps_what_was_there(school: World) -> None:
    target = school.folder / "copy.db"
    school.run("backup", target)
    make(school, "2")
    assert usernames(school) == {"1": "emma.peeters", "2": "jan.peeters", "3": ""}
    done = school.run("restore", target, "--format", "json")
    assert (done.code, done.json["accounts"]) == (4, 1), done.err
    (undone,) = done.json["problems"]
    assert (undone["code"], "jan.peeters" in undone["message"]) == ("account-undone", True)
    assert usernames(school) == {"1": "emma.peeters", "2": "", "3": ""}
    assert [path.name.endswith("before-restore.db") for path in backups.folder(school.store).iterdir()] == [
        True
    ]
    assert school.leftovers() == []
    (school.out / "2.zip").unlink()
    make(school, "2")
    assert usernames(school)["2"] == "jan.peeters1", (
        "a username given out after the backup is never given out again"
    )


def test_bundles_take_back_what_was_made_after_the_backup_and_nothing_older(school: World) -> None:
    target = school.folder / "copy.db"
    school.run("backup", target)
    make(school, "2")
    before = school.run("show", "2", *AS_OF, "--format", "json").json["account"]
    done = school.run("restore", target, "--bundles", school.out, *AS_OF, "--format", "json")
    assert (done.code, done.json["adopted"], done.json["unchanged"], done.json["problems"]) == (0, 1, 0, [])
    assert usernames(school) == {"1": "emma.peeters", "2": "jan.peeters", "3": ""}
    assert school.run("verify", "jan.peeters", stdin=password(school, "2.zip") + "\n").code == 0
    assert school.run("verify", "emma.peeters", stdin=password(school, "1.zip") + "\n").code == 0
    after = school.run("show", "2", *AS_OF, "--format", "json").json["account"]
    assert {**after, "batch": before["batch"]} == before


@pytest.mark.parametrize("lost", [False, True])
def test_every_kind_of_zip_brings_its_accounts_back(world: World, lost: bool) -> None:
    """Those of `create`, `rename`, one reset and `--only stickers` hold no workbook."""
    grown = row(
        "4", voornaam="Lou", insz="09050600271", geboortedatum="2009-05-06", hoofdstructuur="311", klas="3MT"
    )
    assert world.run("import", world.pupils(*ROWS, grown)).code == 0
    make(world, "1")
    make(world, "2")
    target = world.folder / "copy.db"
    world.run("backup", target)
    by_command = {
        "create.zip": ("create", "4"),
        "rename.zip": ("rename", "2", "--username", "j.p"),
        "reset.zip": ("reset-password", "1", "--new-token"),
    }
    for name, line in by_command.items():
        made = world.run(
            *line, "--password-stdin", "-o", world.out / name, *AS_OF, stdin=f"typed{name[:3]}42"
        )
        assert made.code == 0, made.err
    stickers = ("--all", "--password-kind", "word", "--only", "stickers", "-o", world.out / "stickers.zip")
    assert world.run("bulk-create", *stickers, *AS_OF).code == 0
    assert not any(WORKBOOK in members(world.out / name) for name in (*by_command, "stickers.zip"))
    before = {number: shown(world, number) for number in ("1", "2", "3", "4")}
    if lost:
        world.store.unlink()
    done = world.run("restore", target, "--bundles", world.out, *AS_OF, "--format", "json")
    assert (done.code, done.json["problems"]) == (0, []), done.out
    assert (done.json["adopted"], done.json["updated"], done.json["rejected"]) == (2, 2, 0)
    assert usernames(world) == {"1": "emma.peeters", "2": "j.p", "3": "jef.peeters", "4": "lou.peeters"}
    assert opens(world, "emma.peeters", "typedres42")
    assert opens(world, "j.p", "typedren42")
    assert opens(world, "lou.peeters", "typedcre42")
    (third,) = accounts_in(world.out / "stickers.zip")
    assert third["password"] in text(members(world.out / "stickers.zip")["leerid-stickers-wachtwoord.pdf"])
    assert opens(world, "jef.peeters", third["password"])
    assert {number: shown(world, number) for number in before} == before, "also type, kind and address"
    with closing(sqlite3.connect(world.store)) as connection:
        owned = (
            "SELECT count(*) FROM account JOIN username u USING (username) WHERE u.person = account.person"
        )
        assert connection.execute(owned).fetchone() == (4,), "usernames belong to their pupils"
    taken = world.run("rename", "1", "--username", "jan.peeters", "-o", world.out, *AS_OF)
    assert taken.code == 6, "the former username stays taken"


def shown(world: World, pupil: str) -> dict[str, Any]:
    """Return all that the store knows of an account but its batch."""
    account: dict[str, Any] = world.run("show", pupil, *AS_OF, "--format", "json").json["account"]
    with closing(sqlite3.connect(world.store)) as connection:
        (token,) = connection.execute(
            "SELECT token FROM account WHERE username = ?", (account["username"],)
        ).fetchone()
    return {**account, "batch": "", "token": token}


def test_an_older_zip_does_not_undo_a_rename(school: World) -> None:
    """A ZIP that was saved anew has another digest than the backup knows."""
    made = school.run("rename", "1", "--username", "e.p", "-o", school.folder / "renamed.zip", *AS_OF)
    assert made.code == 0
    target = school.folder / "copy.db"
    school.run("backup", target)
    (school.out / "1.zip").write_bytes(zipped(members(school.out / "1.zip")))
    before = shown(school, "1")
    done = school.run("restore", target, "--bundles", school.out, *AS_OF, "--format", "json")
    assert (done.code, [problem["code"] for problem in done.json["problems"]]) == (4, ["other-username"])
    assert shown(school, "1") == before


def test_a_zip_that_cannot_be_read_is_named_and_the_others_come_back(school: World) -> None:
    target = school.folder / "copy.db"
    school.run("backup", target)
    make(school, "2")
    good = members(school.out / "2.zip")
    broken = bytearray(zipped(good))
    broken[broken.index(b"PK\1\2") + 2] ^= 0xFF  # in the list of members
    (school.out / "0.zip").write_bytes(broken)
    (school.out / "3.zip").write_bytes(zipped({ACCOUNTS: b"{}"}))
    done = school.run("restore", target, "--bundles", school.out, *AS_OF, "--format", "json")
    assert (done.code, done.json["adopted"]) == (4, 1)
    assert [problem["file"][-5:] for problem in done.json["problems"]] == ["0.zip", "3.zip"]
    assert opens(school, "jan.peeters", password(school, "2.zip"))


def test_what_a_restore_undoes_is_named(school: World) -> None:
    make(school, "2")
    target = school.folder / "copy.db"
    school.run("backup", target)
    assert school.run("reset-password", "1", "--output", school.out / "reset.zip", *AS_OF).code == 0
    assert school.run("suspend", "jan.peeters").code == 0
    done = school.run("restore", target, "--format", "json")
    assert done.code == 4
    assert [problem["code"] for problem in done.json["problems"]] == ["password-undone", "suspension-undone"]
    same = school.run("restore", target, "--format", "json")
    assert (same.code, same.json["problems"]) == (0, [])


def test_restore_without_a_store_makes_one_and_says_so(school: World) -> None:
    target = school.folder / "copy.db"
    school.run("backup", target)
    school.store.unlink()
    done = school.run("-q", "restore", target)
    assert done.code == 0
    assert str(school.store) in done.err
    assert usernames(school)["1"] == "emma.peeters"


def test_restore_over_a_damaged_store_keeps_that_aside(school: World) -> None:
    target = school.folder / "copy.db"
    school.run("backup", target)
    data = bytearray(school.store.read_bytes())
    data[:16] = b"no sqlite at all"
    school.store.write_bytes(data)
    assert school.run("search", "emma").code == 7
    done = school.run("restore", target)
    assert done.code == 0, done.err
    assert "could not be read" in done.err
    assert usernames(school)["1"] == "emma.peeters"
    (aside,) = backups.folder(school.store).iterdir()
    assert aside.read_bytes() == bytes(data)


@pytest.mark.parametrize("what", ["missing", "text", "damaged", "other", "itself"])
def test_what_is_no_backup_is_refused_and_the_store_stays(school: World, what: str) -> None:
    source = school.folder / "bad.db"
    if what == "text":
        source.write_text("no store")
    elif what == "damaged":
        school.run("backup", source)
        data = bytearray(source.read_bytes())
        data[8192:12288] = b"\xff" * 4096
        source.write_bytes(data)
    elif what == "other":
        with closing(sqlite3.connect(source)) as other:
            other.execute("CREATE TABLE t (x)")
    before = school.snapshot()
    done = school.run("restore", school.store if what == "itself" else source)
    assert done.code == (6 if what == "itself" else 7), done.err
    assert school.snapshot() == before
    assert school.leftovers() == []


def test_an_import_that_changes_something_makes_a_backup_first(school: World) -> None:
    assert not backups.folder(school.store).exists()
    school.run("import", school.pupils(*ROWS))
    assert not backups.folder(school.store).exists(), "nothing changed"
    school.run("import", school.pupils(row("1", insz="15030700157", klas="5B")))
    (made,) = backups.folder(school.store).iterdir()
    assert made.name.endswith("before-import.db")


def test_an_old_backup_is_to_do(school: World) -> None:
    def waiting() -> list[str]:
        items = school.run("todo", *AS_OF, "--format", "json").json
        return [item["command"].split()[1] for item in items if item["kind"] == "backup"]

    assert waiting() == ["backup"]
    school.run("backup", school.folder / "copy.db")
    assert waiting() == []
