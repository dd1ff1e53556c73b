"""A signal whose exception got lost, and one that comes too late to undo anything."""

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from world import AS_OF, Result, World

from leerid_cli.batches import delivery, reservation
from leerid_cli.cli import context
from leerid_cli.errors import Interrupted
from leerid_cli.model.batches import Batch

ACCOUNTS = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n030569;1;emma.p;bcdf2345\n"


@pytest.fixture
def school(three_pupils: World) -> World:
    assert three_pupils.run("backup", three_pupils.folder / "backup.db").code == 0
    return three_pupils


def interrupt(number: int = signal.SIGTERM) -> None:
    os.kill(os.getpid(), number)


def lost() -> None:
    """Let a signal arrive and its exception get lost, as in a finaliser."""
    with suppress(Interrupted):
        interrupt()


def lose_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a signal get lost when the run begins."""

    def today() -> date:
        lost()
        return date(2026, 11, 24)

    monkeypatch.setattr(context, "today", today)


def at(monkeypatch: pytest.MonkeyPatch, then: Mapping[str, Callable[[], None]] | None = None) -> list[str]:
    """Call functions at failpoints of the delivery; returns the list of those that are reached."""
    reached: list[str] = []

    def hit(name: str) -> None:
        reached.append(name)
        (then or {}).get(name, lambda: None)()

    monkeypatch.setattr(delivery, "hit", hit)
    return reached


def history(world: World) -> Any:
    return world.run("history", "--format", "json").json


@pytest.mark.parametrize("command", ["import", "adopt", "restore", "create"])
def test_a_run_that_lost_a_signal_notices_it_before_it_changes_anything(
    school: World, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    line: dict[str, tuple[object, ...]] = {
        "import": ("import", school.pupils("030569;9;Maes;Noor;2015-03-09;;;211;;;;5A;2026-09-01;")),
        "adopt": ("adopt", school.file(ACCOUNTS, "accounts.csv"), *AS_OF),
        "restore": ("restore", school.folder / "backup.db"),
        "create": ("create", "030569/1", *AS_OF, "-o", school.out / "a.zip"),
    }
    before = history(school)
    with monkeypatch.context() as patch:
        lose_a_signal(patch)
        done = school.run(*line[command])
    assert (done.code, done.err) == (143, "leerid: interrupted\n")
    assert (history(school), list(school.out.iterdir()), school.leftovers()) == (before, [], [])
    assert school.run(*line[command]).code == 0, "the control: without the signal it is done"
    assert history(school) != before


def create(world: World) -> Result:
    return world.run("create", "030569/1", *AS_OF, "-o", world.out / "a.zip")


def test_a_run_that_lost_a_signal_does_not_make_all_cards_first(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = at(monkeypatch)
    lose_a_signal(monkeypatch)
    assert create(school).code == 143
    assert ("batch-intended" in reached, "batch-made" in reached) == (True, False)


def test_a_signal_that_got_lost_when_all_was_made_stops_the_commit(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, {"batch-verified": lost})
    assert create(school).code == 143
    assert list(school.out.iterdir()) == []


def test_a_second_signal_does_not_stop_the_undoing(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def discard(batch: Batch) -> None:
        interrupt(signal.SIGINT)
        delivery.discard(batch)

    reached = at(monkeypatch, {"batch-verified": interrupt})
    monkeypatch.setattr(reservation, "discard", discard)
    assert (create(school).code, reached[-1]) == (143, "batch-discarded")
    assert school.run("recover", "--format", "json").json["settled"] == 0


def test_a_signal_does_not_stop_a_recovery_in_the_middle_of_undoing(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, {"batch-verified": interrupt, "batch-discarded": interrupt})
    with monkeypatch.context() as patch:
        patch.setattr(reservation, "_give_up", lambda *_all: None)  # as where the run is killed
        assert create(school).code == 143
    done = school.run("recover", "--format", "json")
    assert (done.code, done.json["settled"]) == (0, 1)


def test_a_signal_after_the_commit_does_not_stop_the_run(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = at(monkeypatch, {"batch-committed": interrupt})
    done = create(school)
    assert (done.code, reached[-1]) == (0, "batch-committed"), done.err
    assert (school.out / "a.zip").exists()
