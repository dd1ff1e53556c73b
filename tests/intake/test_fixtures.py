"""Every file of `tests/fixtures/intake/` gives the report that is stored beside it.

`script/make_fixtures.py` makes the files and the reports.
"""

import importlib.util
import json
import os
import sys
from types import ModuleType

import pytest
from world import ROOT, World

FOLDER = ROOT / "tests" / "fixtures" / "intake"


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_fixtures", ROOT / "script" / "make_fixtures.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_fixtures"] = module
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()
MADE = SCRIPT.fixtures()


def test_the_folder_holds_what_the_script_makes() -> None:
    stored = {path.name for path in FOLDER.iterdir()}
    assert stored == {*MADE, *(f"{name}.expected.json" for name in MADE)}
    assert [name for name, data in MADE.items() if (FOLDER / name).read_bytes() != data] == []


def read(name: str, world: World) -> dict[str, object]:
    """Return the report of the program about a file of the folder."""
    done = world.run("import", "--dry-run", "--format", "json", name, *SCRIPT.OPTIONS.get(name, ()))
    report = json.loads(done.out) if done.out else None
    return {"exit": int(done.code), "report": report, "messages": done.err.splitlines()}


def expected(name: str) -> str:
    return (FOLDER / f"{name}.expected.json").read_text(encoding="utf-8")


def test_every_file_is_read_as_expected(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    differing = []
    for name in MADE:
        wanted, found = json.loads(expected(name)), read(name, world)
        differing += [
            f"{name}: {part}\n  expected: {wanted[part]}\n  found:    {found[part]}"
            for part in wanted
            if found[part] != wanted[part]
        ]
    assert not differing, "\n".join(differing)
    assert not world.store.exists(), "a rehearsal makes no store"


def test_no_report_holds_an_official_number_or_what_is_for_adopt() -> None:
    numbers = [child.insz for child in (*SCRIPT.CHILDREN, SCRIPT.EASTERN, *SCRIPT.TEENS)]
    secret = (*numbers, "niet.echt", "geen wachtwoord")
    found = [f"{name}: {text}" for name in MADE for text in secret if text in expected(name)]
    messages = {name: json.loads(expected(name))["messages"] for name in MADE}
    found += [f"{name}: {line}" for name in MADE for line in messages[name] if os.sep in line]
    assert not found, "\n".join(found)
