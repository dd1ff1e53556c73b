"""The tests of kills and disks fail where they should: with two wrong orders of delivering a batch."""

import signal
from pathlib import Path

import pytest
from scenes import Scene, Warm, build

ORDERS = [
    ("zip first", "store-commit:{}:2", "I1"),
    ("store first", "file-opened:{}", "I2"),
]


def broken(scene: Scene, invariant: str) -> list[str]:
    return [fault for fault in scene.broken() if fault.startswith(invariant)]


@pytest.mark.parametrize("failure", ["kill", "enospc", "eio"])
@pytest.mark.parametrize(("order", "failpoint", "invariant"), ORDERS)
def test_a_naive_order_is_caught_by_a_kill_and_by_a_broken_disk(
    tmp_path: Path, warm: Warm, order: str, failpoint: str, invariant: str, failure: str
) -> None:
    scene = build("bulk-create", tmp_path / "w", warm)
    assert scene.go(failpoint=failpoint.format(failure)).code != 0
    assert scene.broken() == []
    scene.put_back()
    assert scene.go(failpoint=failpoint.format(failure), hook=("naive", order)).code != 0
    assert broken(scene, invariant)


@pytest.mark.parametrize(("order", "_failpoint", "invariant"), ORDERS)
def test_a_naive_order_is_caught_by_kills_at_lines(
    tmp_path: Path, warm: Warm, order: str, _failpoint: str, invariant: str
) -> None:
    """A kill at every fifth of the last 300 lines, instead of random ones, which could miss the fault."""
    scene = build("create", tmp_path / "w", warm)
    counted = tmp_path / "lines"
    assert scene.go(hook=("count_lines", str(counted), order)).code == 0
    lines, found = int(counted.read_text()), []
    for line in range(lines - 300, lines, 5):
        scene.put_back()
        assert scene.go(hook=("signal_at_line", line, signal.SIGKILL, order)).killed
        found += broken(scene, invariant)
    assert found
