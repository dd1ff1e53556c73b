"""`recover --reissue`: a bundle that is gone, and new passwords for exactly its accounts."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from world import AS_OF, World, members, row, workbook_cells

PEOPLE = [
    row("1", insz="15030700157"),
    row("2", voornaam="Jan", insz="15030700256"),
    row("3", voornaam="Jef", geboortedatum="2014-05-06", insz="14050600279"),
]


@pytest.fixture
def loser(world: World) -> tuple[World, str]:
    """A world in which the ZIP of two of three accounts is gone, unknown to the store; returns its batch too."""
    world.config.write_text(world.config.read_text() + '[passwords]\nbasis = "word"\n')
    assert world.run("import", world.pupils(*PEOPLE)).code == 0
    assert world.run("create", "030569/3", *AS_OF, "-o", world.out / "3.zip").code == 0
    gone = world.out / "gone.zip"
    batch = world.run("bulk-create", "--all", *AS_OF, "-o", gone, "--format", "json").json["batch"]
    gone.unlink()
    with closing(sqlite3.connect(world.store)) as store, store:
        store.execute("UPDATE batch SET state = 'committed' WHERE id = ?", (batch,))
        store.execute("UPDATE batch_file SET state = 'staged' WHERE batch = ?", (batch,))
    return world, batch


def hashes(world: World) -> dict[int, str]:
    with closing(sqlite3.connect(world.store)) as store:
        return dict(store.execute("SELECT person, password_hash FROM account").fetchall())


def passwords(bundle: Path) -> dict[str, str]:
    header, *rows = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    name, word = header.index("LeerID Gebruikersnaam"), header.index("LeerID Wachtwoord")
    return {cells[name]: cells[word] for cells in rows}


def test_new_passwords_for_exactly_the_accounts_of_the_lost_zip(loser: tuple[World, str]) -> None:
    world, batch = loser
    lost = world.run("recover")
    assert lost.code == 9
    assert f"recover --reissue {batch}" in lost.err
    before = hashes(world)
    done = world.run("recover", "--reissue", batch, *AS_OF, "-o", world.out / "new.zip", "--format", "json")
    assert (done.code, done.json["reissued"]) == (0, 2), done.err
    made = passwords(world.out / "new.zip")
    assert set(made) == {"emma.peeters", "jan.peeters"}
    for username, password in made.items():
        assert world.run("verify", username, stdin=password + "\n").code == 0
    assert {person for person, old in before.items() if hashes(world)[person] == old} == {3}
    again = world.run("recover", "--format", "json")
    assert (again.code, again.json["settled"]) == (0, 0)
    events = world.run("history", "--format", "json").out
    assert "batch-reissued" in events
    assert world.run("recover", "--reissue", batch, *AS_OF, "-o", world.out).code == 5


def test_an_unknown_or_delivered_batch_is_not_reissued(loser: tuple[World, str]) -> None:
    world, batch = loser
    before = hashes(world)
    assert world.run("recover", "--reissue", "zzzzzz", *AS_OF, "-o", world.out).code == 9, (
        "the loss comes first"
    )
    assert world.run("recover", "--accept", batch).code == 0
    assert world.run("recover", "--reissue", batch, *AS_OF, "-o", world.out).code == 5
    assert hashes(world) == before


def test_a_suspended_account_is_left_alone(loser: tuple[World, str]) -> None:
    world, batch = loser
    assert world.run("recover").code == 9
    with closing(sqlite3.connect(world.store)) as store, store:
        store.execute("UPDATE account SET suspended = 'hand' WHERE person = 1")
    before = hashes(world)
    done = world.run("recover", "--reissue", batch, *AS_OF, "-o", world.out)
    assert done.code == 0, done.err
    assert "left alone" in done.err
    assert {person for person, old in before.items() if hashes(world)[person] != old} == {2}


def test_one_thing_at_a_time(loser: tuple[World, str]) -> None:
    world, batch = loser
    assert world.run("recover", "--reissue", batch, "--accept", batch).code == 2
    assert world.run("recover", "-o", world.out).code == 2


def test_a_loss_is_told_once_all_other_batches_are_settled(loser: tuple[World, str]) -> None:
    world, _batch = loser
    with closing(sqlite3.connect(world.store)) as store, store:
        values = "('zzzzzz', 'create', 'intent', 1, '2030-01-01T00:00:00+00:00')"
        store.execute(f"INSERT INTO batch (id, command, state, accounts, at) VALUES {values}")
        values = "('zzzzzz', 1, 'bundle', '/nowhere/.s.part', '/nowhere/s.zip', 'staged', NULL, NULL)"
        store.execute(f"INSERT INTO batch_file VALUES {values}")
    done = world.run("recover")
    assert done.code == 9
    assert "zzzzzz was undone" in done.err
    assert "/nowhere/.s.part" in done.err, "its file may still be on a disk that is not here"
    with closing(sqlite3.connect(world.store)) as store:
        assert store.execute("SELECT state FROM batch WHERE id = 'zzzzzz'").fetchone() == ("aborted",)
