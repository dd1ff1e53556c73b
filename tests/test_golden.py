"""What a user sees stays as it is: the help of every command, and what stands in a bundle.

`tests/golden/help/*.txt` holds the help in both languages, in a terminal of 100 columns; `tests/golden/batch.json`
the names, page counts and text of the members of two bundles, with the three kinds of passwords. After a change
that is meant, write them anew and read the difference before it is committed:

    .venv/bin/python -m pytest -n 0 tests/test_golden.py --rewrite-golden
    git diff tests/golden

The bundles are made for the first pupil of each class in the example, on a fixed day, with random numbers that are
the same each time. Each bound has its own sequence of numbers, so that it does not matter whether a pupil's
password or the token of its address is drawn first.
"""

import difflib
import json
import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pypdfium2
import pytest
from typer.main import get_command
from typer.testing import CliRunner
from world import AS_OF, EXAMPLE, World, members, workbook_cells

from leerid_cli.cli.app import app

T = TypeVar("T")
GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 11, 24)
LANGUAGES = ("en", "nl")


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-golden"))


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of the program itself (none), of each command, and of each command below one."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


def helps() -> dict[str, str]:
    """Return what each command answers to `--help`, by the name of its golden file."""
    found = {}
    for words in commands(get_command(app)):
        for language in LANGUAGES:
            done = CliRunner().invoke(app, ["--lang", language, *words, "--help"])
            assert done.exit_code == 0, (words, done.stderr)
            found[f"{'-'.join(('leerid', *words))}.{language}.txt"] = done.stdout
    return found


def test_the_help_is_as_it_was(monkeypatch: pytest.MonkeyPatch, rewrite: bool) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    now = helps()
    if rewrite:
        for path in (GOLDEN / "help").glob("*.txt"):
            path.unlink()
        for name, text in now.items():
            (GOLDEN / "help" / name).write_text(text, encoding="utf-8")
    before = {path.name: path.read_text(encoding="utf-8") for path in (GOLDEN / "help").glob("*.txt")}
    refuse_differences(before, now)


def refuse_differences(before: dict[str, str], now: dict[str, str]) -> None:
    """Fail where texts differ from those of the golden files, with the lines that differ under the name of each."""
    lines: list[str] = []
    for name in sorted(before.keys() | now.keys()):
        old, new = (texts.get(name, "").splitlines() for texts in (before, now))
        lines += difflib.unified_diff(old, new, f"golden {name}", f"present {name}", lineterm="", n=0)
    assert not lines, "\n".join(lines)


def same_chance_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard library's `secrets` give the same numbers in each run."""
    sequences: dict[object, random.Random] = {}

    def sequence(of: object) -> random.Random:
        return sequences.setdefault(of, random.Random(repr(of)))

    def below(bound: int) -> int:
        return sequence(bound).randrange(bound)

    def choice(values: Sequence[T]) -> T:
        return sequence("choice").choice(values)

    monkeypatch.setattr(secrets, "randbelow", below)
    monkeypatch.setattr(secrets, "choice", choice)


def first_of_each_class(world: World) -> Path:
    """Return an enrolment file with the first pupil of each class of the example."""
    header, *lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    place: Callable[[str], int] = header.split(";").index
    first: dict[tuple[str, str], str] = {}
    for line in lines:
        cells = line.split(";")
        first.setdefault((cells[place("instellingsnummer")], cells[place("klas")]), line)
    return world.file("\n".join((header, *first.values())) + "\n")


def member(name: str, data: bytes) -> Any:
    """Return what is looked at in a member: accounts, the cells of a workbook, the words of each page of a PDF."""
    if name.endswith(".json"):
        return json.loads(data)
    if name.endswith(".xlsx"):
        header, *rows = workbook_cells(data)
        return {"header": header, "rows": rows}
    with pypdfium2.PdfDocument(data) as document:
        pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    return {"pages": len(pages), "text": pages}


def bundle(world: World, *selection: str) -> dict[str, Any]:
    """Make accounts; return the name of their ZIP, how many they are, and what is looked at in each member."""
    line = ("bulk-create", *selection, *AS_OF, "--output", world.out, "--format", "json")
    made = world.run(*line, today=TODAY).json
    path = Path(made["output"])
    looked_at = {name: member(name, data) for name, data in members(path).items()}
    return {"file": path.name, "accounts": made["created"], "members": looked_at}


def test_bundles_are_as_they_were(world: World, monkeypatch: pytest.MonkeyPatch, rewrite: bool) -> None:
    same_chance_each_time(monkeypatch)
    assert world.run("import", first_of_each_class(world), today=TODAY).code == 0
    words = bundle(world, "--class", "5A", "--class", "6A", "--password-kind", "word")
    others = bundle(world, "--all", "--split", "school")
    now = json.dumps([words, others], ensure_ascii=False, indent=1) + "\n"
    golden = GOLDEN / "batch.json"
    if rewrite:
        golden.write_text(now, encoding="utf-8")
    refuse_differences({golden.name: golden.read_text(encoding="utf-8")}, {golden.name: now})
