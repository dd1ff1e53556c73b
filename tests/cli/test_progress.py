"""How far a long step is: bars on a terminal, a line once in a while in a log, nothing when quiet."""

import re

import pytest
from terminal import at_terminal
from world import AS_OF, World, row

from leerid_cli.cli import console

PUPILS = 12


@pytest.fixture
def school(world: World) -> World:
    """Give a world of pupils whose passwords take a while to hash."""
    insz = [f"150307{n:03d}{97 - int(f'2150307{n:03d}') % 97:02d}" for n in range(1, PUPILS + 1)]
    rows = [row(str(n), naam=f"Peeters {n}", insz=number) for n, number in enumerate(insz)]
    assert world.run("import", world.pupils(*rows)).code == 0
    return world


def test_a_log_gets_a_line_once_in_a_while(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(console.INTERVAL, "0.000001")
    monkeypatch.setenv("LEERID_BCRYPT_COST", "12")
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip")
    assert done.code == 0
    lines = [line for line in done.err.splitlines() if " of " in line and "to go" in line]
    found = [
        re.fullmatch(r"(\w+(?: \w+)*): (\d+) of (\d+); about \d+ minutes? to go", line) for line in lines
    ]
    assert all(found), lines
    hashed = [(int(m[2]), int(m[3])) for m in found if m and m[1] == "passwords"]
    assert hashed == sorted(hashed)
    assert len(hashed) >= PUPILS // 2
    assert {total for _done, total in hashed} == {PUPILS}


def test_a_log_in_dutch_has_no_line_in_english(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are written by the threads that hash."""
    monkeypatch.setenv(console.INTERVAL, "0.000001")
    monkeypatch.setenv("LEERID_BCRYPT_COST", "12")
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip", "--lang", "nl")
    assert done.code == 0
    assert re.search(r"wachtwoorden: \d+ van \d+; nog ongeveer \d+ min", done.err), done.err
    assert not re.search(r"about|to go| of ", done.err), done.err


def test_a_short_run_says_nothing_of_it(school: World) -> None:
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip")
    assert "to go" not in done.err


def test_a_line_comes_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(console.INTERVAL)
    with console.progress(quiet=False) as lines:
        assert isinstance(lines, console.LineProgress)
        assert lines._seconds == 60


def test_nor_does_a_quiet_one(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(console.INTERVAL, "0.000001")
    done = school.run("-q", "bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip")
    assert (done.code, done.err) == (0, "")


def test_reading_is_told_by_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(console.INTERVAL, "0.000001")
    done = world.run("import", world.pupils(*(row(str(n), naam=f"Peeters {n}") for n in range(2500))))
    assert "rows read: 1,000 of 2,501; about " in done.err


def test_a_line_tells_how_much_is_left() -> None:
    # 1,200 of 20,000 in 46 seconds: 18,800 more take 720.7 seconds, twelve minutes.
    assert (
        console._how_far("passwords", 1200, 20_000, 46)
        == "passwords: 1,200 of 20,000; about 12 minutes to go"
    )
    assert console._how_far("rows read", 1200, None, 46) == "rows read: 1,200"


def test_a_terminal_gets_bars(school: World) -> None:
    code, shown = at_terminal(school, "bulk-create", "--all", "--yes", *AS_OF, "-o", school.out / "a.zip")
    assert code == 0
    for step in ("passwords", "sheets", "files packed"):
        assert step in shown
    assert f"{PUPILS}/{PUPILS}" in shown
