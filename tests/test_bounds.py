import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest

from leerid_cli import bounds
from leerid_cli.bounds import TooMuchError, bounded


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


def test_in_another_thread_there_is_no_clock_and_no_error() -> None:
    done: list[bool] = []

    def work() -> None:
        with bounded(0.01):
            time.sleep(0.05)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


def test_only_files_of_the_size_that_is_allowed_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert bounds.read(file, 5) == b"12345"
    with pytest.raises(OSError, match="larger"):
        bounds.read(file, 4)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(IsADirectoryError):
        bounds.read(tmp_path)
    for wrong in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="no file"):
            bounds.read(wrong)
    with pytest.raises(FileNotFoundError):
        bounds.read(tmp_path / "b")
