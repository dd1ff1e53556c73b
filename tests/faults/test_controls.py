"""The tests of kills can see red: with the two orders that everybody thinks of first, they do."""

from pathlib import Path

import pytest
from scenes import Warm, build


@pytest.mark.parametrize(
    ("order", "failpoint", "invariant"),
    [("zip first", "store-commit:kill:2", "I1"), ("store first", "file-opened:kill", "I2")],
)
def test_a_naive_order_is_caught_by_a_kill(
    tmp_path: Path, warm: Warm, order: str, failpoint: str, invariant: str
) -> None:
    scene = build("bulk-create", tmp_path / "w", warm)
    assert scene.go(failpoint=failpoint).killed
    assert scene.broken() == []
    scene.put_back()
    assert scene.go(failpoint=failpoint, hook=("naive", order)).killed
    assert [fault for fault in scene.broken() if fault.startswith(invariant)]
