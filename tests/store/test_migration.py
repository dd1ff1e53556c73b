"""A store with an older schema: it is migrated after a backup, also where it is only read."""

import sqlite3
import stat
from contextlib import closing

import pytest
from world import AS_OF, World, row

from leerid_cli.errors import StorageError
from leerid_cli.store import backups, connection
from leerid_cli.store.schema import APPLICATION_ID, MIGRATIONS


@pytest.fixture
def old(world: World) -> World:
    """Return a world whose store has schema 1 and one pupil, as the first release made it."""
    with closing(sqlite3.connect(world.store)) as store, store:
        for statement in MIGRATIONS[0]:
            store.execute(statement)
        store.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        store.execute("PRAGMA user_version = 1")
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


def test_what_was_withheld_before_is_still_imported_with_full(old: World) -> None:
    """Before version 3 the command in `todo` had --full of itself; now it stands with the files."""
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
