"""Every bad input in the real program: a clear message, the right exit code, nothing else changed or read.

Each ends by itself within 1 GiB of memory, and strace sees every file, address and program that it reaches for.
"""

from pathlib import Path

import pytest
from bad_inputs import Bad, everything
from scenes import PEOPLE, Scene, Warm
from tracing import strange
from world import ROOT

BAD = everything()
GIB = 1 << 30


def school(folder: Path, warm: Warm) -> Scene:
    scene = Scene(folder, warm)
    scene.done("import", scene.pupils(*PEOPLE))
    scene.keep()
    return scene


def wrong(scene: Scene, bad: Bad, canary: Path, *hook: object) -> list[str]:
    """Run the program with one bad input, and return what is wrong with what it did."""
    scene.put_back()
    line = bad.make(scene, canary)
    before = scene.snapshot(), {path.name for path in scene.out.iterdir()}
    ended = scene.go(*line, hook=("bounded", GIB, *hook))
    after = scene.snapshot(), {path.name for path in scene.out.iterdir()}
    faults = [f"reached for {path}" for path in sorted(strange(scene, ended))]
    if ended.code not in bad.codes:
        faults.append(f"exit {ended.code}, not {bad.codes}: {ended.err[-300:]}")
    if ended.code and bad.says not in ended.err:
        faults.append(f"{bad.says!r} is not in the message: {ended.err[-300:]}")
    if len(ended.err) > 25_000 or "Traceback" in ended.err or "\x1b" in ended.err:
        faults.append(f"a message of {len(ended.err)} signs: {ended.err[-300:]}")
    if ended.code not in (0, 4) and before[bad.noted :] != after[bad.noted :]:
        faults.append("something was changed")
    return faults


@pytest.mark.parametrize("group", BAD)
def test_bad_inputs_are_refused_and_nothing_else_happens(
    tmp_path: Path, traced: Warm, canary: Path, group: str
) -> None:
    scene = school(tmp_path / "w", traced)
    faults = [f"{bad.name}: {fault}" for bad in BAD[group] for fault in wrong(scene, bad, canary)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("group", "name", "hook"),
    [
        ("templates", "img", ("trusting",)),
        ("templates", "attachment", ("trusting",)),
        ("templates", "loops in loops", ("without_bounds",)),
        ("labels", "nested lists", ("without_bounds",)),
        ("logos", "an endless device", ("without_bounds",)),
        ("stores", "a trigger that changes passwords", ("without_a_look_at_the_schema",)),
    ],
)
def test_without_the_protection_it_is_noticed(
    tmp_path: Path, traced: Warm, canary: Path, group: str, name: str, hook: tuple[str, ...]
) -> None:
    scene = school(tmp_path / "w", traced)
    (bad,) = (bad for bad in BAD[group] if bad.name == name)
    assert wrong(scene, bad, canary, *hook)


def test_the_number_of_bad_inputs_is_the_one_in_the_document() -> None:
    tried = sum(map(len, BAD.values()))
    assert f"{tried} bad inputs" in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
