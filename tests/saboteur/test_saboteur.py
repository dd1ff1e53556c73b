"""Wrong files that could be true: each is refused, withheld or named, and good ones pass (docs/saboteur.md)."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import page
import pytest
from corrupting import CASES, Case, Made, Verdict
from good_files import Row, parsed, text
from world import ROOT, Result, World

from leerid_cli.intake.guard import judge as guard

CODES = {Verdict.REFUSED: (3, 6), Verdict.WITHHELD: (4,), Verdict.NAMED: (4,), Verdict.UNTOUCHED: (0,)}
# The cases are tried in so many tests, each of which names all that fail.
PARTS = 6
# More pupils than this must not be wrong without a word.
FEW = 2


def content(made: Made) -> str | bytes:
    return text(made) if isinstance(made, list) else made


def register(world: World) -> dict[str, Row]:
    """Return the enrolments of the register, in the form of their export, by school, stamnummer and begin."""
    if not world.store.exists():
        return {}
    done = world.run("-q", "export", "--format", "csv", "-o", "-")
    assert done.code in (0, 5), done.err
    rows = parsed(done.out)
    return {"/".join((row["instellingsnummer"], row["stamnummer"], row["begindatum"])): row for row in rows}


def pupils_that_differ(before: dict[str, Row], after: dict[str, Row]) -> set[str]:
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key.rsplit("/", 1)[0] for key in keys}


class Stage:
    """Folders with the registers that cases begin with; each case gets a copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[object, Path] = {}

    def world_for(self, case: Case) -> World:
        """Return a world in which the files before the case are imported."""
        if case.before not in self.made:
            self.made[case.before] = folder = self.folder / f"before{len(self.made)}"
            folder.mkdir()
            first = World(folder)
            for day, rows in case.before():
                assert first.run("import", first.file(text(rows)), today=day).code == 0
        folder = self.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        world = World(folder)
        for path in ("leerid.db", "config/official-number.key"):
            if (self.made[case.before] / path).exists():
                shutil.copy2(self.made[case.before] / path, folder / path)
        return world


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def imported(world: World, case: Case) -> Result:
    file = world.file(content(case.make()), "case.csv")
    return world.run("-q", "import", *case.arguments, file, today=case.on)


def failures(case: Case, stage: Stage) -> Iterator[str]:
    """Yield what is not as the case says."""
    world = stage.world_for(case)
    good = register(world)
    done = imported(world, case)
    wrong = len(pupils_that_differ(good, register(world)))
    if done.code not in CODES[case.verdict]:
        yield f"{case.name}: exit {done.code}, not {case.verdict}; {wrong} pupils differ: {done.err[:300]}"
    elif case.verdict is Verdict.UNTOUCHED:
        if done.out:
            yield f"{case.name}: says {done.out}"
    elif wrong > case.changes:
        yield f"{case.name}: {wrong} pupils differ: {done.err[:300]}"
    elif not done.err:
        yield f"{case.name}: nothing is said"
    elif case.verdict is Verdict.WITHHELD and "--accept " not in todo(world, case):
        yield f"{case.name}: nothing to accept in todo"


def todo(world: World, case: Case) -> str:
    return world.run("-q", "todo", "--format", "csv", today=case.on).out


@pytest.mark.parametrize("part", range(PARTS))
def test_every_file_gets_its_verdict(part: int, stage: Stage) -> None:
    wrong = [text for case in list(CASES.values())[part::PARTS] for text in failures(case, stage)]
    assert not wrong, "\n".join(wrong)


def test_without_the_guard_most_wrong_files_are_taken_over_in_silence(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the cases are not caught by what was there before."""
    corruptions = [case for case in CASES.values() if case.verdict is not Verdict.UNTOUCHED]
    silent = 0
    for case in corruptions:
        world = stage.world_for(case)
        with monkeypatch.context() as patch:
            patch.setattr(guard, "judge", lambda *_: guard.Judged())
            done = imported(world, case)
        silent += done.code == 0
    told = re.search(r"without the guard, (\d+) of the (\d+)", (ROOT / "docs/saboteur.md").read_text())
    assert told
    assert (silent, len(corruptions)) == (int(told[1]), int(told[2]))
    assert silent > len(corruptions) / 2


def test_there_are_enough_cases_on_days_of_all_seasons() -> None:
    verdicts = [case.verdict for case in CASES.values()]
    real = verdicts.count(Verdict.UNTOUCHED)
    assert len(verdicts) - real >= 80
    assert real >= 25
    days = {(case.on.month, case.on.day) for case in CASES.values()}
    assert {7, 11, 2} <= {month for month, _day in days}
    assert {(8, 31), (9, 1), (2, 29)} <= days


def test_the_page_of_the_saboteur_is_up_to_date() -> None:
    assert page.table() in page.PAGE.read_text(), "run tests/saboteur/page.py"
