"""Compares how soon `leerid search` starts in this checkout and in another one, such as one of an earlier commit.

    .venv/bin/python benchmarks/startup.py OTHER_CHECKOUT     both with a .venv (script/bootstrap dev)

They run in turns, and the least core time of each counts, for a busy machine makes a run longer, never shorter.
Where valgrind is installed, instructions count instead: the same each time, but without system calls.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measure import Figure, run

TURNS = 30


def prepared(checkout: Path, folder: Path) -> list[str]:
    """Import the example pupils with the program of a checkout; return a search among them as a command line."""
    folder.mkdir()
    (folder / "c.toml").touch()
    program = [str(checkout / ".venv" / "bin" / name) for name in ("python", "leerid")]
    line = [*program, "-q", "--db", str(folder / "s.db"), "--config", str(folder / "c.toml")]
    run([*line, "import", checkout / "examples" / "students.csv"])
    return [*line, "search", "1206071"]


def instructions(line: list[str]) -> int:
    """Return how many instructions a command line takes; raises CalledProcessError where it fails."""
    counted = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *line]
    fixed = os.environ | {"PYTHONHASHSEED": "0"}
    said = subprocess.run(counted, env=fixed, capture_output=True, text=True, check=True).stderr
    return int(re.findall(r"I\s+refs:\s+([\d,]+)", said)[0].replace(",", ""))


def main(this: Path, other: Path) -> int:
    """Measure and print; return 1 where this checkout starts later than the other one by more than the limit."""
    with tempfile.TemporaryDirectory() as name:
        lines = [prepared(root, Path(name) / str(number)) for number, root in enumerate((this, other))]
        turns = [[run(line).core_seconds * 1000 for line in lines] for _turn in range(TURNS)]
        mine, theirs = (min(times) for times in zip(*turns, strict=True))
        slower = mine - theirs
        print(f"core time, least of {TURNS}: {mine:.1f} ms here, {theirs:.1f} ms there")
        if shutil.which("valgrind"):
            here, there = map(instructions, lines)
            slower = theirs * (here / there - 1)
            print(f"instructions: {here:,} here, {there:,} there")
    print(Figure("leerid search starts later by", slower, 2, "ms").line())
    return int(slower > 2)


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent, Path(sys.argv[1]).resolve()))
