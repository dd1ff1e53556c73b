"""Kills, Ctrl-C, SIGTERM and SIGHUP at random lines; `script/nightly_kills.py` does a thousand of them."""

import os
from pathlib import Path

import pytest
from scenes import Warm
from trials import Trials

TRIALS = 50


@pytest.mark.parametrize("half", [1, 2])
def test_no_kill_or_signal_at_a_random_line_breaks_anything(tmp_path: Path, warm: Warm, half: int) -> None:
    """There are a hundred, in two tests, so that two cores can share them."""
    seed = int.from_bytes(os.urandom(4))
    trials = Trials(tmp_path, warm, seed)
    for _number in range(TRIALS):
        trials.trial()
    assert trials.tally.violations == [], f"seed {seed}"
    assert trials.tally.ended["SIGKILL"] >= 3
    assert 0 < trials.tally.committed < TRIALS
