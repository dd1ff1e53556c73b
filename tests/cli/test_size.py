"""A school group takes no more memory than a school: the program and its workers together."""

import subprocess
import sys
from pathlib import Path

import pytest
from world import AS_OF, ROOT, World

from leerid_cli.pools.pools import cores

sys.path.insert(0, str(ROOT / "benchmarks"))
import pupils


def peak(folder: Path, count: int) -> int:
    """Return how many bytes of memory it takes at most to make the accounts of so many pupils."""
    folder.mkdir()
    world = World(folder)
    assert world.run("import", pupils.write(folder / "p.csv", count)).code == 0
    line = [sys.executable, ROOT / "tests" / "weighed.py", folder / "weight", "-q", "--db", world.store]
    line += ["--config", world.config, "bulk-create", "--all", *AS_OF, "-o", world.out]
    done = subprocess.run([str(word) for word in line], capture_output=True, text=True)
    assert done.returncode in (0, 4), done.stderr
    program, workers = map(int, (folder / "weight").read_text().split())
    assert bool(workers) == (cores() > 1), "the control: workers are counted"
    return program + workers


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of processes is read from /proc")
def test_ten_times_the_pupils_take_no_more_than_1_3_times_the_memory(tmp_path: Path) -> None:
    school, group = (peak(tmp_path / str(count), count) for count in (200, 2_000))
    print(school >> 20, group >> 20)
    assert group <= 1.3 * school, f"{school >> 20} MiB, {group >> 20} MiB"
