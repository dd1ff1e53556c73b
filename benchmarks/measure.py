"""Times and memory of whole processes, as ratios of things measured in the same run."""

from __future__ import annotations

import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LEERID = Path(sys.executable).with_name("leerid")
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, the figure, its limit and its unit."""

    name: str
    value: float
    limit: float
    unit: str = "×"

    def line(self) -> str:
        """Return the line as text, with a mark where the limit is passed."""
        mark = "" if self.value <= self.limit else "  over"
        limit = f"(at most {self.limit:g})" if math.isfinite(self.limit) else ""
        return f"{self.name:<66} {self.value:>9.3g} {self.unit:<4} {limit}{mark}".rstrip()


@dataclass(frozen=True)
class Done:
    """What one process, with all it started, cost."""

    seconds: float
    peak: int
    core_seconds: float


def run(
    command: Sequence[object], *, environment: dict[str, str] | None = None, memory: bool = False
) -> Done:
    """Run a command to its end; raises CalledProcessError for an exit code other than 0, 4 and 5.

    With `memory` the resident memory of the whole tree of processes is looked at every 20 ms (Linux).
    """
    line = [str(word) for word in command]
    began, peak, before = time.perf_counter(), 0, _core_seconds()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            line, stdout=subprocess.DEVNULL, stderr=errors, env=os.environ | (environment or {})
        )
        while memory and process.poll() is None:
            peak = max(peak, sum(map(resident, tree(process.pid))))
            time.sleep(POLL_SECONDS)
        code = process.wait()
        seconds = time.perf_counter() - began
        if code not in (0, 4, 5):
            errors.seek(0)
            raise subprocess.CalledProcessError(code, line, stderr=errors.read().decode())
    return Done(seconds, peak, _core_seconds() - before)


def _core_seconds() -> float:
    """Return what all processes that were started and waited for have computed so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(command: Sequence[object], times: int = 7, **how: dict[str, str] | None) -> float:
    """Return the median wall time of several runs in seconds."""
    return statistics.median(run(command, **how).seconds for _time in range(times))  # type: ignore[arg-type]


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def resident(pid: int) -> int:
    """Return the proportional resident memory of a process in bytes, 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@contextmanager
def place() -> Iterator[tuple[Path, list[object]]]:
    """Yield a folder, and the program with a store and configuration of its own in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "config" / "config.toml"
        config.parent.mkdir()
        config.write_text('[portal]\nurl = "https://loket.test/l/{token}"\n')
        yield folder, [LEERID, "-q", "--db", folder / "leerid.db", "--config", config]
