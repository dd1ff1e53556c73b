"""A signal whose exception got lost, and one that comes too late to undo anything."""

import os
import signal
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from world import AS_OF, World

from leerid_cli.batches import delivery
from leerid_cli.cli import context
from leerid_cli.errors import Interrupted

ACCOUNTS = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n030569;1;emma.p;bcdf2345\n"


@pytest.fixture
def school(three_pupils: World) -> World:
    assert three_pupils.run("backup", three_pupils.folder / "backup.db").code == 0
    return three_pupils


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def lose_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a signal arrive when the run begins, and its exception get lost, as in a finaliser."""

    def today() -> date:
        with suppress(Interrupted):
            interrupt()
        return date(2026, 11, 24)

    monkeypatch.setattr(context, "today", today)


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


def test_a_signal_after_the_commit_does_not_stop_the_run(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []

    def hit(name: str) -> None:
        reached.append(name)
        if name == "batch-committed":
            interrupt()

    monkeypatch.setattr(delivery, "hit", hit)
    done = school.run("create", "030569/1", *AS_OF, "-o", school.out / "a.zip")
    assert (done.code, "batch-committed" in reached) == (0, True), done.err
    assert (school.out / "a.zip").exists()
