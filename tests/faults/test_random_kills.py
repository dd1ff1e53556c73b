"""Kills, Ctrl-C, SIGTERM and SIGHUP at random lines; `script/nightly_kills.py` makes a thousand of them."""

import os
from pathlib import Path

from scenes import Warm
from trials import Trials

TRIALS = 30


def test_no_kill_or_signal_at_a_random_line_breaks_anything(tmp_path: Path, warm: Warm) -> None:
    seed = int.from_bytes(os.urandom(4))
    trials = Trials(tmp_path, warm, seed)
    for _number in range(TRIALS):
        trials.trial()
    assert trials.tally.violations == [], f"seed {seed}"
    assert trials.tally.ended["SIGKILL"] >= 3
    assert 0 < trials.tally.committed < TRIALS
