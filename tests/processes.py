"""Looks at processes: who is whose child, who lives, and work that lasts as long as a test wants."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from waiting import eventually


def children(pid: int) -> list[int]:
    """Return the processes that a process started, from whatever thread."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def being_read(*pipes: Path) -> Iterator[None]:
    """Wait until somebody reads each of these pipes, and let the reading last for the block: work without an end."""

    def opened(pipe: Path) -> bool:
        with suppress(OSError):  # nobody reads it yet
            ours.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
            return True
        return False

    ours: list[int] = []
    try:
        for pipe in pipes:
            assert eventually(partial(opened, pipe))
        yield
    finally:
        for descriptor in ours:
            os.close(descriptor)


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="there is no /proc to look at")
