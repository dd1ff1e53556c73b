"""Every path, module, function and class named in backticks in docs/design.md and CONTRIBUTING.md is there.

What is looked for, by its form: `cli/options.py` and `tests/intake` are paths, from the top of the repository or
below leerid_cli/, with a word in capitals (`cli/NAME.py`) for any; `test_import.py` is a file of any folder;
`rules.usernames.free_username` is a name in a module of leerid_cli; `Pupil`, `HEADER` and `_fits` are names that
some module, test or script defines. A command line is judged by its first word. Other words are left alone.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from world import ROOT

PACKAGE = ROOT / "leerid_cli"
PAGES = (ROOT / "docs" / "design.md", ROOT / "CONTRIBUTING.md")
FOLDERS = ("leerid_cli", "tests", "script", "docs", "templates", "requirements", "wordlists", "pictograms")
MADE = {"dist/"}  # what a script makes, and no commit holds
NO_NAMES = {"SHA256SUMS", "TRUNCATE", "FULL"}  # a file of a release, and settings of SQLite


def quoted(page: Path) -> list[str]:
    """Return what stands in backticks on a page, outside fences."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    return re.findall(r"`([^`\n]+)`", text)


def missing(words: list[str]) -> list[str]:
    """Return those of the words that name something which is not there."""
    return sorted({word for word in words if word not in MADE | NO_NAMES and not is_there(word)})


def is_there(word: str) -> bool:
    """Tell whether a word names something that is there, or nothing that could be looked for."""
    first = word.split()[0] if word.strip() else ""
    if first.startswith(".venv/"):
        return all(path_is_there(part) for part in word.split() if part.startswith("tests/"))
    if not first or (ROOT / first).exists():
        return True
    if " " in word and not first.startswith("script/"):
        return True
    if re.fullmatch(r"[\w.-]*/[\w./*-]*|[\w-]+\.(py|toml|md|j2|po|mo|lock|json|csv)", first):
        return path_is_there(first)
    if re.fullmatch(r"[a-z_]+(\.\w+)+", first):
        return name_is_there(first.split("."))
    if re.fullmatch(r"[A-Z][a-z]+\w*|_\w+|[a-z]+(_[a-z0-9]+)+(\(\))?|[A-Z]+(_[A-Z]+)*", first):
        return len(first) < 5 or first.removesuffix("()") in defined()
    return True


def path_is_there(path: str) -> bool:
    pattern = path.rstrip("/") if (ROOT / path).exists() else re.sub(r"[A-Z]{2,}", "*", path.rstrip("/"))
    if "/" in pattern or (ROOT / pattern).exists() or (PACKAGE / pattern).exists():
        return any(True for top in (ROOT, PACKAGE) for _found in top.glob(pattern))
    return any(True for folder in FOLDERS for _found in (ROOT / folder).rglob(pattern))


def name_is_there(parts: list[str]) -> bool:
    """Tell whether the parts lead from a room of leerid_cli to a module, and on to what it defines."""
    place = PACKAGE
    parts = parts[1:] if parts[0] == "leerid_cli" else parts
    while parts and (place / parts[0]).is_dir():
        place, parts = place / parts[0], parts[1:]
    if not parts:
        return place != PACKAGE
    module = place / f"{parts[0]}.py"
    if not module.is_file():
        return False
    body: list[ast.stmt] = ast.parse(module.read_text(encoding="utf-8")).body
    for part in parts[1:]:
        found = [statement for statement in body if part in names_of(statement)]
        if not found:
            return False
        body = found[0].body if isinstance(found[0], ast.ClassDef) else []
    return True


def names_of(statement: ast.stmt) -> Iterator[str]:
    """Yield what a statement of a module or class defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    yield from (target.id for target in targets if isinstance(target, ast.Name))


@cache
def defined() -> frozenset[str]:
    """Return the names of everything that a module, test or script defines, in whatever class, and of all options."""
    found: set[str] = set()
    for folder in ("leerid_cli", "tests", "script"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.stmt):
                    found.update(names_of(node))
    return frozenset(found)


def test_every_name_in_the_pages_for_programmers_is_there() -> None:
    assert {page.name: missing(quoted(page)) for page in PAGES} == {page.name: [] for page in PAGES}


def test_every_module_that_keeps_an_outside_rule_is_there() -> None:
    words = [
        word
        for word in quoted(ROOT / "docs" / "sources.md")
        if re.fullmatch(r"[\w/]+/[\w*]+\.(py|toml)", word)
    ]
    assert len(words) > 20
    assert missing(words) == []


def test_names_that_are_not_there_are_found() -> None:
    there = [
        "tests/intake/", "tests/ROOM", "cli/NAME.py", "errors.py", "leerid.mo", "script/test --fast", "leerid import",
        "store.schema.MIGRATIONS", "model.cards.Credential.text", "intake.check.Checker.check",
        "leerid_cli", "leerid_cli.store.schema", "Credential", "LEAST_TEXT", "_flushed", "fixtures()",
        "--status", "exit 3",
    ]  # fmt: skip
    gone = [
        "tests/nowhere/", "cli/nothing.py", "nowhere.py", "script/none --fast", "nowhere.at.all", "store.none",
        "store.schema.NONE", "model.cards.Credential.none", "NoSuchClass", "NO_SUCH_NUMBER", "_no_such_function",
        "no_such()",
    ]  # fmt: skip
    assert missing([*there, *gone]) == sorted(gone)
