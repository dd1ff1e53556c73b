"""Worker processes: what they return, how they end, and what they leave behind when they are killed."""

import atexit
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from processes import alive, being_read, children, needs_proc
from waiting import HANGS, eventually

from leerid_cli.pools import processes as workers_module
from leerid_cli.pools.pools import cores
from leerid_cli.pools.processes import ProcessPool
from leerid_cli.pools.worker_error import WorkerError

PARENT = """
import os, signal, sys
from pathlib import Path
from leerid_cli.pools.processes import ProcessPool
workers = ProcessPool(2, "json", 100)
for pipe in sys.argv[1:]:
    workers.submit(os.getpid).result()
    workers.submit(Path(pipe).read_bytes)
print("ready", flush=True)
signal.pause()
"""


def test_work_is_done_elsewhere_and_comes_back() -> None:
    with ProcessPool(2, "json", 100) as workers:
        futures = [workers.submit(pow, 2, number) for number in range(20)]
        assert [future.result() for future in futures] == [2**number for number in range(20)]
        assert workers.submit(os.getpid).result() != os.getpid()


def test_what_fails_there_is_told_without_its_values_and_the_worker_goes_on() -> None:
    with ProcessPool(1, "json", 100) as workers:
        with pytest.raises(WorkerError) as told:
            workers.submit(int, "zwaluwnest73042").result()
        assert "zwaluwnest73042" not in f"{told.value!r} {told.value.__cause__!r} {told.value.__context__!r}"
        assert workers.submit(abs, -1).result() == 1


def test_a_module_that_cannot_be_loaded_beforehand_is_no_matter() -> None:
    with ProcessPool(1, "no.such.module", 100) as workers:
        assert workers.submit(abs, -1).result() == 1


def test_a_worker_that_is_killed_fails_its_work_only_and_another_takes_its_place(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ProcessPool(1, "json", 100) as workers:
        first = workers.submit(os.getpid).result()
        reading = workers.submit((tmp_path / "pipe").read_bytes)
        with being_read(tmp_path / "pipe"):
            os.kill(first, signal.SIGKILL)
            with pytest.raises(WorkerError):
                reading.result()
        assert workers.submit(os.getpid).result() not in (first, os.getpid())


def test_workers_that_die_again_and_again_are_not_started_for_ever() -> None:
    with ProcessPool(1, "json", 100) as workers:
        for _time in range(10):
            with pytest.raises(WorkerError):
                workers.submit(os.abort).result()


def test_a_worker_gives_way_to_another_one_after_so_many_calls_and_tidies_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers_module, "_PATIENCE", HANGS)
    with ProcessPool(1, "json", 3) as workers:
        pids = [workers.submit(os.getpid).result() for _call in range(9)]
        assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [3, 3, 3]
        assert not any(map(alive, pids[:6]))
        with pytest.raises(WorkerError):  # what is no failure of theirs does not count as one
            workers.submit(int, "x").result()
        assert workers.submit(abs, -1).result() == 1
        folder = Path(workers.submit(tempfile.mkdtemp).result())
        workers.submit(atexit.register, folder.rmdir).exception()
        for _call in range(3):
            workers.submit(abs, -1).result()
        assert not folder.exists(), "it was ended before it could tidy up"


def test_ending_at_once_does_not_wait_for_the_work() -> None:
    workers = ProcessPool(2, "json", 100)
    pids = {workers.submit(os.getpid).result() for _number in range(2)}
    futures = [workers.submit(signal.pause) for _number in range(10)]  # without an end
    workers.shutdown(cancel_futures=True)
    assert all(future.done() for future in futures)
    assert not any(map(alive, pids))


def test_a_worker_that_does_not_listen_is_ended_all_the_same() -> None:
    workers = ProcessPool(1, "json", 100)
    pid = workers.submit(os.getpid).result()
    workers.submit(signal.signal, signal.SIGTERM, signal.SIG_IGN).result()
    workers.submit(signal.pause)
    workers.shutdown(cancel_futures=True)
    assert not alive(pid)


@needs_proc
@pytest.mark.parametrize("when", ["at once", "at work"])
def test_no_worker_outlives_a_parent_that_is_killed(tmp_path: Path, when: str) -> None:
    at_work = when == "at work"
    code = PARENT if at_work else PARENT.replace("for pipe", "print('ready', flush=True)\nfor pipe")
    pipes = [tmp_path / "one", tmp_path / "two"]
    for pipe in pipes:
        os.mkfifo(pipe)
    with subprocess.Popen([sys.executable, "-c", code, *map(str, pipes)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"ready\n"
        workers = children(parent.pid)
        assert len(workers) == 2
        with being_read(*pipes) if at_work else nullcontext():
            parent.kill()
            assert eventually(lambda: not any(map(alive, workers)))


@needs_proc
def test_a_worker_shows_nothing_on_its_command_line_or_in_its_environment() -> None:
    with ProcessPool(1, "json", 100) as workers:
        pid = workers.submit(os.getpid).result()
        workers.submit(str, "zwaluwnest73042").result()
        shown = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        assert b"leerid_cli" in shown
        assert b"zwaluwnest73042" not in shown


def test_a_worker_takes_no_module_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    with ProcessPool(1, "json", 100) as workers:
        assert workers.submit(abs, -1).result() == 1


def test_there_is_a_core() -> None:
    assert cores() >= 1
