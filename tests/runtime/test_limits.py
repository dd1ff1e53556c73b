"""Limits on size, time and memory hold, and are put back afterwards."""

import os
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from leerid_cli.runtime import limits
from leerid_cli.runtime.limits import TooMuchError, bounded


def spin() -> None:
    while True:
        pass


def test_what_takes_too_long_is_ended_and_the_clock_is_put_back() -> None:
    before, begun = signal.getsignal(signal.SIGPROF), time.process_time()
    with pytest.raises(TooMuchError), bounded(0.2):
        spin()
    assert time.process_time() - begun > 0.15
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
    assert signal.getsignal(signal.SIGPROF) is before


def test_waiting_for_others_is_no_work() -> None:
    """So a machine at work refuses nothing that is sound."""
    with bounded(0.2):
        time.sleep(0.5)


def test_a_block_within_a_block_does_not_stop_the_clock_of_the_outer_one() -> None:
    def nested() -> None:
        with bounded(5):
            pass
        spin()

    with pytest.raises(TooMuchError), bounded(0.3):
        nested()
    with pytest.raises(TooMuchError), bounded(0.2), bounded(5):
        spin()


def test_what_takes_too_much_memory_or_depth_is_ended_and_the_limit_is_put_back() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)

    def deep() -> None:
        deep()

    with pytest.raises(TooMuchError), bounded(memory=64 << 20):
        bytes(256 << 20)
    with pytest.raises(TooMuchError), bounded():
        deep()
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytes(256 << 20)) == 256 << 20


def test_another_thread_is_refused_before_anything_is_limited() -> None:
    """Its limit on memory would be that of every thread, and the clock would interrupt the main thread."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with ThreadPoolExecutor(1) as other:
        for memory in (limits.MEMORY, None):
            with pytest.raises(RuntimeError, match="main thread"):
                other.submit(within, memory).result()
        with pytest.raises(RuntimeError, match="main thread"):
            other.submit(limits.toml, "a = 1").result()
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def within(memory: int | None) -> None:
    with bounded(memory=memory):
        raise AssertionError("the block was run")


def test_a_file_of_the_program_is_read_in_any_thread() -> None:
    with ThreadPoolExecutor(1) as other:
        assert other.submit(limits.trusted_toml, "a = 1").result() == {"a": 1}


def test_only_files_of_the_size_that_is_allowed_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert limits.read(file, 5) == b"12345"
    with pytest.raises(OSError, match="larger"):
        limits.read(file, 4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(IsADirectoryError):
        limits.read(tmp_path)
    for wrong in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="no file"):
            limits.read(wrong)
    with pytest.raises(FileNotFoundError):
        limits.read(tmp_path / "b")
