"""Wrong files that could be true: each is refused, withheld or named, and good ones pass (docs/saboteur.md)."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import corruptions  # noqa: F401 (registers its cases)
import more_corruptions  # noqa: F401 (registers its cases)
import pytest
import real_life  # noqa: F401 (registers its cases)
from corrupting import CASES, Case, Made, Verdict
from good_files import Row, parsed, text
from world import Result, World

CODES = {Verdict.REFUSED: (3, 6), Verdict.WITHHELD: (4,), Verdict.NAMED: (4,), Verdict.UNTOUCHED: (0,)}


def content(made: Made) -> str | bytes:
    return text(made) if isinstance(made, list) else made


def register(world: World) -> dict[str, Row]:
    """Return the enrolments of the register, in the form of their export, by school, stamnummer and begin."""
    done = world.run("-q", "export", "--format", "csv", "-o", "-")
    assert done.code in (0, 5), done.err
    rows = parsed(done.out)
    return {"/".join((row["instellingsnummer"], row["stamnummer"], row["begindatum"])): row for row in rows}


def pupils_that_differ(before: dict[str, Row], after: dict[str, Row]) -> set[str]:
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {key.rsplit("/", 1)[0] for key in keys}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[object, Path]:
    """Return folders with a register, by the function that made its files."""
    return {}


def prepare(case: Case, prepared: dict[object, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    if case.before not in prepared:
        folder = tmp_path_factory.mktemp("before")
        first = World(folder)
        for day, rows in case.before():
            assert first.run("import", first.file(text(rows)), today=day).code == 0
        prepared[case.before] = folder
    return prepared[case.before]


def imported(world: World, case: Case) -> Result:
    file = world.file(content(case.make()), "case.csv")
    return world.run("-q", "import", *case.arguments, file, today=case.on)


def named(cases: Iterable[Case]) -> list[object]:
    return [pytest.param(case, id=case.name) for case in cases]


@pytest.mark.parametrize("case", named(CASES.values()))
def test_case(
    case: Case, tmp_path: Path, prepared: dict[object, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path / "world"
    shutil.copytree(prepare(case, prepared, tmp_path_factory), folder)
    shutil.rmtree(folder / "out")
    (folder / "config" / "config.toml").unlink()
    kept = folder / "config"
    moved = tmp_path / "kept"
    kept.rename(moved)
    world = World(folder)
    for path in moved.iterdir():
        path.rename(world.config.parent / path.name)
    good = register(world) if world.store.exists() else {}
    done = imported(world, case)
    differing = pupils_that_differ(good, register(world) if world.store.exists() else {})
    assert done.code in CODES[case.verdict], (done.code, len(differing), sorted(differing)[:5], done.err)
    if case.verdict is Verdict.UNTOUCHED:
        assert not done.out
        return
    assert len(differing) <= case.changes, (sorted(differing)[:9], done.err)
    assert done.err
    items = world.run("todo", "--format", "json", today=case.on).json if world.store.exists() else []
    kinds = {item["kind"] for item in items}
    assert case.verdict is not Verdict.WITHHELD or "withheld" in kinds
