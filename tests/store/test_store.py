"""The store: what is written comes back, constraints, history, lock and key."""

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from waiting import HANGS

from leerid_cli.errors import BusyError, NotFoundError, StorageError
from leerid_cli.model.batches import Batch, IssuedAccount, Reservation
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import AccountType, Enrolment, OfficialState, PasswordKind
from leerid_cli.model.plans import ImportPlan, PersonChange, PersonFacts, RegistrationChange
from leerid_cli.store import (
    accounts,
    batches,
    connection,
    history,
    imports,
    keys,
    lock,
    meta,
    register,
    usernames,
)
from leerid_cli.store.connection import Connection
from leerid_cli.store.schema import MIGRATIONS

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
RESERVED = [Reservation(person, HistoryEvent.ACCOUNT_CREATED) for person in (1, 2)]
FACTS = PersonFacts("Wiśniewski", "Łukasz", date(2015, 3, 7), "M", OfficialState.VALID, "hash")


def plan(*stamnummers: str) -> ImportPlan:
    persons = tuple(
        PersonChange(-number, PersonFacts("De Smet", f"Kind{number}", None, "", OfficialState.MISSING))
        if number > 1
        else PersonChange(-1, FACTS)
        for number in range(1, len(stamnummers) + 1)
    )
    registrations = tuple(
        RegistrationChange(
            ("030569", stamnummer), -number, (Enrolment("030569", stamnummer, "211", klas="5A"),)
        )
        for number, stamnummer in enumerate(stamnummers, 1)
    )
    return ImportPlan(persons, registrations, {"new": len(persons)}, ())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leerid.db"


@pytest.fixture
def filled(path: Path) -> Connection:
    opened = connection.create(path)
    imports.apply(opened, plan("1204871", "77"), NOW, ["pupils.csv"], "")
    return opened


def account(person: int, username: str, token: str = "t") -> IssuedAccount:
    return IssuedAccount(person, username, AccountType.BASIS, PasswordKind.WORD, "$2b$", False, token)


def test_a_new_store_is_private_and_durable(filled: Connection, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert filled.execute("PRAGMA journal_mode").fetchone()[0] == "truncate"
    assert filled.execute("PRAGMA synchronous").fetchone()[0] == 2  # that is FULL
    assert filled.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert filled.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_the_journal_is_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        opened = connection.create(path)
        with connection.transaction(opened):
            meta.set_meta(opened, "a", "b")
            modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes) == {"leerid.db", "leerid.db-journal"}
    assert set(modes.values()) == {0o600}


def test_all_tables_are_strict(filled: Connection) -> None:
    tables = filled.execute("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    assert all("STRICT" in row["sql"] for row in tables)


def test_a_person_comes_back_as_written(filled: Connection) -> None:
    first, second = register.persons(filled)
    assert (first.naam, first.voornaam, first.birth_date) == ("Wiśniewski", "Łukasz", date(2015, 3, 7))
    assert first.enrolments == (Enrolment("030569", "1204871", "211", klas="5A"),)
    assert register.persons(filled, [second.id]) == [second]


@pytest.mark.parametrize(
    "words", [["wisniewski"], ["WIŚN"], ["lukasz"], ["łuk", "wis"], ["1204"], ["kind2", "desmet"], ["smet"]]
)
def test_search_by_prefix_of_any_word(filled: Connection, words: list[str]) -> None:
    assert len(register.find(filled, words) or ()) == 1


@pytest.mark.parametrize("words", [["iewski"], ["lukasz", "smet"], ["?"], ["871"]])
def test_search_finds_no_middles_and_needs_every_word(filled: Connection, words: list[str]) -> None:
    assert register.find(filled, words) == set()


def test_search_uses_an_index(filled: Connection) -> None:
    steps = filled.execute(
        "EXPLAIN QUERY PLAN SELECT person FROM search_term WHERE term >= ? AND term < ?", ("a", "b")
    ).fetchall()
    assert "SEARCH search_term USING PRIMARY KEY (term>? AND term<?)" in steps[0]["detail"]


def test_a_failed_plan_leaves_the_store_as_it_was(filled: Connection, path: Path) -> None:
    before = path.read_bytes()
    same_key_other_person = plan("1204871")
    with pytest.raises(sqlite3.IntegrityError):
        imports.apply(filled, same_key_other_person, NOW, ["x"], "")
    assert path.read_bytes() == before


def test_a_number_can_move_from_one_person_to_another(filled: Connection) -> None:
    second = PersonFacts("De Smet", "Kind2", None, "", OfficialState.VALID, "hash")
    first = PersonFacts("Wiśniewski", "Łukasz", None, "M", OfficialState.VALID, "newer")
    done = ImportPlan((PersonChange(2, second), PersonChange(1, first)), (), {}, ())
    imports.apply(filled, done, NOW, ["x"], "")
    assert [person.official_hash for person in register.persons(filled)] == ["newer", "hash"]


def test_usernames_are_unique_in_any_case_and_for_ever(filled: Connection) -> None:
    batch = Batch("b1", "create", 1)
    batches.intend(filled, batch, RESERVED[: batch.accounts], NOW)
    accounts.write_issued(filled, batch, [account(1, "jan.smet")], NOW, "")
    assert usernames.taken(filled, "JAN.Smet")
    other = Batch("b2", "create", 1)
    batches.intend(filled, other, [Reservation(2, HistoryEvent.ACCOUNT_CREATED)], NOW)
    with pytest.raises(StorageError, match="another run"):
        accounts.write_issued(filled, other, [account(2, "Jan.SMET", "u")], NOW, "")
    assert batches.state(filled, "b2") == "intent"
    assert register.persons(filled, [2])[0].account is None


def test_a_person_has_at_most_one_account(filled: Connection) -> None:
    batch = Batch("b1", "create", 2)
    batches.intend(filled, batch, RESERVED[: batch.accounts], NOW)
    with pytest.raises(StorageError, match="another run"):
        accounts.write_issued(filled, batch, [account(1, "a", "t"), account(1, "b", "u")], NOW, "")
    assert not usernames.taken(filled, "a")


def test_an_account_is_found_by_its_username(filled: Connection) -> None:
    batch = Batch("b1", "create", 1)
    batches.intend(filled, batch, RESERVED[: batch.accounts], NOW)
    accounts.write_issued(filled, batch, [account(1, "lukasz.wisniewski")], NOW, "")
    assert register.by_username(filled, "Lukasz.Wisniewski") == 1
    assert register.find(filled, ["lukasz.wis"]) == {1}


def test_history_can_only_grow(filled: Connection) -> None:
    assert [event["event"] for event in history.history(filled, 1)] == ["registered", "enrolments"]
    for statement in ("DELETE FROM history", "UPDATE history SET event = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            filled.execute(statement)


def test_reading_cannot_write(filled: Connection, path: Path) -> None:
    filled.close()
    reader = connection.connect(path, write=False)
    with pytest.raises(StorageError):
        reader.execute("DELETE FROM enrolment")


def test_no_store_a_foreign_file_and_a_newer_store(filled: Connection, path: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        connection.connect(tmp_path / "none.db", write=True)
    assert not (tmp_path / "none.db").exists()
    text = tmp_path / "text.db"
    text.write_text("naam;voornaam\n" * 200)
    with pytest.raises(StorageError):
        connection.connect(text, write=False)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE x (y)")
    with pytest.raises(StorageError, match="not a store"):
        connection.connect(tmp_path / "other.db", write=False)
    filled.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    filled.close()
    with pytest.raises(StorageError, match="newer"):
        connection.connect(path, write=True)


def test_an_existing_file_is_never_made_into_a_store(path: Path) -> None:
    path.write_text("mine")
    with pytest.raises(StorageError):
        connection.create(path)
    assert path.read_text() == "mine"


HOLD = """
import sys, pathlib
from leerid_cli.store import lock
with lock.exclusive(pathlib.Path(sys.argv[1]), "import", 0):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_names_its_holder_and_dies_with_it(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError) as busy, lock.exclusive(path, "create", 0.3):
            pass
        assert f"import (process {holder.pid})" in busy.value.message
        holder.kill()
        with lock.exclusive(path, "create", HANGS):
            pass


def test_the_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    file, key = tmp_path / "new" / "key", keys.new()
    keys.save(file, key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.load(file) == key
    with pytest.raises(StorageError):
        keys.save(file, keys.new())
    assert keys.load(file) == key
    file.write_text("abc")
    with pytest.raises(StorageError):
        keys.load(file)


def test_hashes_depend_on_the_key() -> None:
    assert keys.hash_number(b"a", "15030700157") != keys.hash_number(b"b", "15030700157")
    assert keys.fingerprint(b"a") != keys.fingerprint(b"b")
