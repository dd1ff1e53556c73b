"""A store with an older schema: it is migrated after a backup, also where it is only read."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from world import AS_OF, World, row

from leerid_cli.errors import StorageError
from leerid_cli.store import backups, batches, connection
from leerid_cli.store.schema import APPLICATION_ID, MIGRATIONS


def make(path: Path, schema: int) -> sqlite3.Connection:
    """Make an empty store with this schema, as the release that had it did, and open it."""
    store = sqlite3.connect(path)
    for statements in MIGRATIONS[:schema]:
        for statement in statements:
            store.execute(statement)
    store.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    store.execute(f"PRAGMA user_version = {schema}")
    return store


@pytest.fixture
def old(world: World) -> World:
    """Return a world whose store has schema 1 and one pupil, as the first release made it."""
    with closing(make(world.store, 1)) as store, store:
        store.execute("INSERT INTO person VALUES (1, 'Peeters', 'Emma', '2015-03-07', 'V', 'missing', NULL)")
        store.execute("INSERT INTO registration VALUES ('030569', '1', 1)")
        values = "'030569', '1', '2026-09-01', NULL, '211', 'basis', '', '', '', '5A'"
        store.execute(f"INSERT INTO enrolment VALUES ({values})")
        store.execute("INSERT INTO search_term VALUES ('emma', 1)")
    return world


def version(path: object) -> int:
    with closing(sqlite3.connect(str(path))) as store:
        return int(store.execute("PRAGMA user_version").fetchone()[0])


@pytest.mark.parametrize("command", [("search", "emma", *AS_OF), ("show", "1", *AS_OF), ("todo", *AS_OF)])
def test_reading_an_old_store_migrates_it_after_a_backup(old: World, command: tuple[str, ...]) -> None:
    done = old.run(*command)
    assert done.code == 0, done.err
    assert version(old.store) == len(MIGRATIONS)
    (backup,) = backups.folder(old.store).iterdir()
    assert version(backup) == 1
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700


def test_importing_into_an_old_store_keeps_its_pupils(old: World) -> None:
    done = old.run(
        "import", old.pupils(row("1", geslacht="V", geboortedatum="2015-03-07")), "--format", "json"
    )
    assert (done.code, done.json["unchanged"]) == (0, 1), done.err


def test_a_migration_that_fails_leaves_the_old_store(old: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (*MIGRATIONS[1], "CREATE TABLE person (id)")
    monkeypatch.setattr(connection, "MIGRATIONS", (MIGRATIONS[0], broken))
    with pytest.raises(StorageError):
        connection.connect(old.store, write=True)
    assert version(old.store) == 1
    with closing(sqlite3.connect(old.store)) as store:
        assert [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE name = 'hold'")] == []


def test_the_newest_ten_backups_are_kept(old: World) -> None:
    opened = connection.connect(old.store, write=True)
    made = [backups.automatic(opened, old.store, f"test-{number}") for number in range(12)]
    opened.close()
    assert sorted(backups.folder(old.store).iterdir()) == made[-10:]


def test_without_room_for_a_backup_nothing_is_migrated(old: World) -> None:
    backups.folder(old.store).write_text("a file in the way")
    done = old.run("search", "emma")
    assert done.code == 7
    assert version(old.store) == 1


def test_the_zip_of_every_batch_that_was_not_aborted_becomes_its_first_file(world: World) -> None:
    states = {
        "intent": "staged",
        "committed": "staged",
        "delivered": "published",
        "lost": "gone",
        "accepted": "gone",
    }
    with closing(make(world.store, 2)) as store, store:
        for state in (*states, "aborted"):
            row = (
                state,
                "create",
                state,
                f"/out/.{state}.part",
                f"/out/{state}.zip",
                3,
                state * 2,
                7,
                "2026-09-01",
            )
            store.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    with closing(connection.connect(world.store, write=True)) as opened:
        assert batches.digests(opened) == {state * 2 for state in states}
        assert set(batches.final_paths(opened)) == {(state, Path(f"/out/{state}.zip")) for state in states}
        found = {row["batch"]: row["state"] for row in opened.execute("SELECT batch, state FROM batch_file")}
        assert found == states
        opened_batches = {batch.id: batch for batch in batches.open_batches(opened)}
        assert set(opened_batches) == {"intent", "committed", "lost"}
        (file,) = opened_batches["committed"].files
        assert (file.number, file.stage, file.final, file.sha256, file.size) == (
            1, Path("/out/.committed.part"), Path("/out/committed.zip"), "committed" * 2, 7,
        )  # fmt: skip
        assert connection.faults(opened) == []


def test_what_was_withheld_before_is_still_imported_with_full(old: World) -> None:
    """Before version 5 the command in `todo` had --full of itself; now it stands with the files."""
    with closing(sqlite3.connect(old.store)) as store, store:
        for statement in MIGRATIONS[1]:
            store.execute(statement)
        store.execute("PRAGMA user_version = 2")
        store.execute(
            "INSERT INTO withheld VALUES ('030569', 5, 'mass-departures', '[\"a.csv\"]', '2026-11-24')"
        )
    items = old.run("todo", "--format", "json", *AS_OF).json
    commands = [item["command"] for item in items if item["kind"] == "withheld"]
    assert commands == ["leerid import --accept 030569:5 --full a.csv"]


@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS)))
def test_a_backup_of_every_older_schema_is_restored_as_before(world: World, schema: int) -> None:
    assert world.run("import", world.pupils(row("9"))).code == 0
    backup = world.folder / "old.db"
    with closing(make(backup, schema)) as store, store:
        store.execute(
            "INSERT INTO person (id, naam, voornaam, gender, official) VALUES (1, 'P', 'Emma', '', 'missing')"
        )
        store.execute("INSERT INTO registration (school, stamnummer, person) VALUES ('030569', '1', 1)")
        values = "'030569', '1', '2026-09-01', NULL, '211', 'basis', '', '', '', '5A'"
        store.execute(f"INSERT INTO enrolment VALUES ({values})")
        store.execute("INSERT INTO search_term VALUES ('emma.p', 1)")
        store.execute("INSERT INTO username VALUES ('emma.p', 'issued', 1, '2026-09-01')")
        if schema < 3:
            batch = "'b', 'create', 'delivered', '/out/.a.part', '/out/a.zip', 1, 'digest', 7, '2026-09-01'"
        else:
            batch = "'b', 'create', 'delivered', 1, '2026-09-01'"
            file = "'b', 1, 'bundle', '/out/.a.part', '/out/a.zip', 'published', 'digest', 7"
            store.execute(f"INSERT INTO batch_file VALUES ({file})")
        store.execute(f"INSERT INTO batch VALUES ({batch})")
        account = "1, 'emma.p', 'basis', 'word', 'hash', 0, 'token', '', 'b'"
        store.execute(f"INSERT INTO account VALUES ({account})")
    done = world.run("restore", backup, *AS_OF)
    assert done.code == 0, done.err
    assert (version(world.store), version(backup)) == (len(MIGRATIONS), schema)
    found = world.run("search", "emma.p", *AS_OF, "--format", "json").json
    assert [(pupil["stamnummer"], pupil["username"]) for pupil in found] == [("1", "emma.p")]
    with closing(connection.connect(world.store, write=False)) as opened:
        assert batches.digests(opened) == {"digest"}
        assert connection.faults(opened) == []
