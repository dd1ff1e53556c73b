"""The program, which also writes how much memory it and its workers took: `weighed.py FILE ARGUMENT...`.

It looks by itself, after every piece that is drawn: somebody who looks from outside, once in a while, sees less on a
busy machine. Linux only.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from leerid_cli.cli import main
from leerid_cli.pools.pools import WorkerPools

drawn = WorkerPools.in_order
weights = [0]


def most(status: Path) -> int:
    """Return the most memory of its own in bytes that a process had so far, 0 when it is gone.

    Not counted are the libraries that it shares with others. See proc_pid_status(5).
    """
    try:
        found = dict(re.findall(r"(VmHWM|RssFile):\s+(\d+) kB", status.read_text()))
    except OSError:
        return 0
    return int(found["VmHWM"]) - int(found["RssFile"]) << 10 if found else 0


def workers() -> int:
    """Return the sum of that for the processes that this one started and that are alive."""
    children = (path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    return sum(most(Path("/proc", child, "status")) for some in children for child in some)


def watched(self: WorkerPools, *arguments: Any) -> Iterator[Any]:
    """Give what is drawn, and look at the workers after each piece."""
    for piece in drawn(self, *arguments):
        weights.append(workers())
        yield piece


if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    vars(sys.modules[WorkerPools.__module__])["WorkerPools"].in_order = watched
    try:
        main()
    finally:
        file.write_text(f"{most(Path('/proc/self/status'))} {max(weights)}")
