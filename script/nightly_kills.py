#!/usr/bin/env python3
"""Interrupt the program at random lines, over and over, and count what broke; it should be nothing.

script/nightly_kills.py [NUMBER] [SEED]   (1000 trials by default; run it in the development environment)
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "faults")]
os.environ |= {"LEERID_BCRYPT_COST": "4", "LEERID_LANG": "en"}

from scenes import Warm  # noqa: E402
from trials import Trials  # noqa: E402


def main() -> int:
    """Run the trials, say what they came to, and return 1 where an invariant was broken."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "warm").mkdir()
        warm = Warm(Path(folder) / "warm")
        trials = Trials(Path(folder), warm, seed)
        for _trial in range(number):
            trials.trial()
        warm.close()
    tally = trials.tally
    for violation in tally.violations:
        print(violation)
    ended = ", ".join(f"{count} {name}" for name, count in sorted(tally.ended.items()))
    print(
        f"seed {seed}: {ended}; {tally.committed} at or after the commit; {len(tally.violations)} violations"
    )
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
