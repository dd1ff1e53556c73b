"""A school group takes no more memory than a school: the whole tree of processes, looked at from outside."""

import sys

import pytest
from world import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import measure
import pupils


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of processes is read from /proc")
def test_ten_times_the_pupils_take_no_more_than_1_3_times_the_memory() -> None:
    peaks = []
    for count in (200, 2_000):
        with measure.place() as (folder, leerid):
            measure.run([*leerid, "import", pupils.write(folder / "p.csv", count)])
            done = measure.run(
                [*leerid, "bulk-create", "--all", "--as-of", "2026-11-24", "-o", folder / "a.zip"],
                environment={"LEERID_BCRYPT_COST": "4"},
                memory=True,
            )
            peaks.append(done.peak)
    assert peaks[0] > 150 << 20, "the control: workers are counted"
    assert peaks[1] <= 1.3 * peaks[0]
