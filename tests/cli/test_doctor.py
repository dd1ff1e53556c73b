"""`doctor`: sound or not, and what to do about it; also where the store or the settings cannot be read."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from world import AS_OF, World, row

from leerid_cli.store import backups

PEOPLE = [row("1", insz="15030700157"), row("2", voornaam="Jan", insz="15030700256")]


@pytest.fixture
def school(world: World) -> World:
    world.folder.chmod(0o700)
    assert world.run("import", world.pupils(*PEOPLE)).code == 0
    assert world.run("create", "030569/1", *AS_OF, "-o", world.out).code == 0
    return world


def bad(world: World) -> list[dict[str, Any]]:
    """Return the checks that found something, and that exit code and status say the same."""
    done = world.run("doctor", "--format", "json")
    found = [check for check in done.json["checks"] if check["state"] == "bad"]
    assert (done.code, done.json["status"]) == ((7, "bad") if found else (0, "ok")), done.err
    return found


def only(world: World, check: str) -> str:
    """Return message and hint of the one thing that is bad."""
    (found,) = bad(world)
    assert found["check"] == check
    return f"{found['message']}\n{found['hint']}"


def test_all_is_well_before_the_first_import_and_after_it(world: World) -> None:
    world.folder.chmod(0o700)
    assert bad(world) == []
    world.run("import", world.pupils(*PEOPLE))
    world.run("create", "030569/1", *AS_OF, "-o", world.out)
    before = world.snapshot()
    assert bad(world) == []
    assert world.snapshot() == before
    names = [check["check"] for check in world.run("doctor", "--format", "json").json["checks"]]
    wanted = [
        "config",
        "python",
        "cards",
        "pictograms",
        "words",
        "place",
        "store",
        "batches",
        "key",
        "backups",
    ]
    assert names == wanted


def test_a_delivered_zip_that_is_gone_is_no_fault(school: World) -> None:
    for bundle in school.out.iterdir():
        bundle.unlink()
    assert bad(school) == []


def test_quiet_says_only_what_is_wrong(school: World) -> None:
    assert school.run("-q", "doctor").out == ""
    school.store.chmod(0o644)
    said = school.run("-q", "doctor").out
    assert said.splitlines() == [
        f"! store      others can read {school.store}",
        f"  → chmod 600 {school.store}",
    ]


@pytest.mark.parametrize("what", ["store", "key", "backup"])
def test_what_others_can_read(school: World, what: str) -> None:
    school.run("import", school.pupils(row("1", insz="15030700157", klas="6A")))
    (backup,) = backups.folder(school.store).iterdir()
    paths = {"store": school.store, "key": school.config.parent / "official-number.key", "backup": backup}
    paths[what].chmod(0o640)
    assert f"chmod 600 {paths[what]}" in only(school, "backups" if what == "backup" else what)


def test_a_config_that_others_can_write(school: World) -> None:
    school.config.chmod(0o666)
    assert "chmod go-w" in only(school, "config")


def test_a_misspelt_setting_is_named_and_the_rest_is_still_looked_at(school: World) -> None:
    school.config.write_text("[portl]\n")
    school.store.chmod(0o644)
    found = bad(school)
    assert [check["check"] for check in found] == ["config", "store"]
    assert "portl" in found[0]["message"]


@pytest.mark.parametrize("what", ["page", "header", "text", "empty", "reference", "trigger"])
def test_a_damaged_store_is_told_and_does_not_stop_the_others(school: World, what: str) -> None:
    data = bytearray(school.store.read_bytes())
    if what == "page":
        data[8192:16384] = b"x" * 8192
    elif what == "header":
        data[:16] = b"no sqlite at all"
    elif what == "text":
        data = bytearray(b"hello")
    elif what == "empty":
        data = bytearray()
    if what == "reference":
        with closing(sqlite3.connect(school.store)) as store, store:
            store.execute("UPDATE account SET person = 77")
    elif what == "trigger":
        with closing(sqlite3.connect(school.store)) as store, store:
            store.execute("CREATE TRIGGER t AFTER INSERT ON history BEGIN DELETE FROM account; END")
    else:
        school.store.write_bytes(data)
    found = bad(school)
    assert "store" in {check["check"] for check in found}, found
    assert {"python", "cards", "words"}.isdisjoint(check["check"] for check in found)


def test_another_key_a_damaged_key_and_none(school: World) -> None:
    key = school.config.parent / "official-number.key"
    key.write_text("ab" * 32 + "\n")
    assert "not the key of this store" in only(school, "key")
    key.write_text("zz\n")
    assert "--new-key" in only(school, "key")
    key.unlink()
    assert "gone" in only(school, "key")


def test_batches_that_wait(school: World) -> None:
    for state, said in (("intent", "interrupted"), ("committed", "not put in place"), ("lost", "is gone")):
        with closing(sqlite3.connect(school.store)) as store, store:
            store.execute("UPDATE batch SET state = ?", (state,))
        message = only(school, "batches")
        assert said in message
        assert "leerid recover" in message


def test_an_older_copy_in_the_place_of_the_store_is_noticed_by_its_zips(school: World) -> None:
    copy = Path(shutil.copy(school.store, school.folder / "copy.db"))
    assert school.run("create", "030569/2", *AS_OF, "-o", school.out).code == 0
    assert bad(school) == []
    shutil.copy(copy, school.store)
    assert f"--bundles {school.out}" in only(school, "batches")


def test_an_older_copy_is_noticed_by_a_newer_backup_and_a_restored_one_is_not(school: World) -> None:
    copy = Path(shutil.copy(school.store, school.folder / "copy.db"))
    school.run("suspend", "030569/1")
    school.run("import", school.pupils(row("1", insz="15030700157", klas="6A")))
    assert bad(school) == []
    assert school.run("restore", copy).code == 4, "the suspension by hand is undone, and named"
    assert bad(school) == []
    shutil.copy(copy, school.store)
    message = only(school, "backups")
    assert "older than its backup" in message
    assert "leerid restore" in message


def test_a_damaged_key_does_not_stop_an_import_with_a_new_one(school: World) -> None:
    key = school.config.parent / "official-number.key"
    key.write_text("no key\n")
    before = school.snapshot()
    refused = school.run("import", school.pupils(*PEOPLE))
    assert refused.code == 7
    assert "--new-key" in refused.err
    assert school.snapshot() == before
    assert school.run("import", "--dry-run", "--new-key", school.pupils(*PEOPLE)).code == 0
    assert key.read_text() == "no key\n", "a dry run touches nothing"
    done = school.run("import", "--new-key", school.pupils(*PEOPLE))
    assert done.code == 0, done.err
    assert len(key.read_text().strip()) == 64
    (aside,) = key.parent.glob("official-number.key.damaged-*")
    assert aside.read_text() == "no key\n"
    assert bad(school) == []
    assert school.run("import", school.pupils(*PEOPLE)).code == 0
