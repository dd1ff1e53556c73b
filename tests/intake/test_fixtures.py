"""Every file of `tests/fixtures/intake/` is read as the report beside it says (script/make_fixtures.py)."""

import importlib.util
import json
import os
import sys
from pathlib import Path
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


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_file_is_read_as_expected(name: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    done = world.run("import", "--dry-run", "--format", "json", name, *SCRIPT.OPTIONS.get(name, ()))
    found = {
        "exit": int(done.code),
        "report": json.loads(done.out) if done.out else None,
        "messages": done.err.splitlines(),
    }
    assert found == json.loads(Path(f"{name}.expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(MADE))
def test_no_report_holds_an_official_number_or_what_is_for_adopt(name: str) -> None:
    text = (FOLDER / f"{name}.expected.json").read_text(encoding="utf-8")
    numbers = [child.insz for child in (*SCRIPT.CHILDREN, SCRIPT.EASTERN, *SCRIPT.TEENS)]
    assert not [number for number in (*numbers, "niet.echt", "geen wachtwoord") if number in text]
    assert os.sep not in json.loads(text)["messages"]
