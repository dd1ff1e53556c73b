"""Threads that lower their own priority: by how much, how far, whose, and where it is not allowed."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from skips import need_strace

from leerid_cli.runtime import priority

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread a priority")
PROGRAM = """
import os, sys
from leerid_cli.runtime import priority
for _time in range(int(sys.argv[1])):
    priority.lower()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


def nice() -> int:
    """Return the nice value of the thread that calls it."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def after(times: int, *words: str) -> int:
    """Return the nice value of a new process, started with these words, that lowered it so many times."""
    line = [*words, sys.executable, "-c", PROGRAM, str(times)]
    return int(subprocess.run(line, capture_output=True, check=True).stdout)


def test_a_thread_lowers_its_own_priority_and_no_other_one() -> None:
    before = nice()
    with ThreadPoolExecutor(1, initializer=priority.lower) as threads, ThreadPoolExecutor(1) as others:
        assert threads.submit(nice).result() == min(19, before + priority.STEP)
        assert others.submit(nice).result() == before
    assert nice() == before


@pytest.mark.parametrize(("more", "times"), [(0, 1), (5, 1), (15, 1), (19, 1), (0, 3)])
def test_it_only_ever_becomes_lower(more: int, times: int) -> None:
    assert after(times, "nice", "-n", str(more)) == min(19, nice() + more + priority.STEP * times)


def test_where_it_is_not_allowed_all_stays_as_it_is() -> None:
    need_strace()
    refused = ("strace", "-qq", "-f", "-e", "trace=setpriority", "-e", "inject=setpriority:error=EACCES")
    assert after(1, *refused) == nice()
