"""Processes of this machine that work for this one, as a `concurrent.futures.Executor`.

What they get and give goes through their pipes only, never over a command line, the environment or a
disk. They are started afresh, not forked, and end with this process however that ends. They are not
those of `multiprocessing`: those outlive a killed parent, print a traceback on Ctrl-C, import the main
module again, and look for modules in the working folder.
"""

from __future__ import annotations

import importlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any, BinaryIO, TypeVar

from leerid_cli.pools.worker_error import WorkerError
from leerid_cli.runtime import memory

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BOOT = (
    "import sys; sys.argv[1] in sys.path or sys.path.insert(0, sys.argv[1]); "
    "from leerid_cli.pools import processes; processes.serve(*sys.argv[2:])"
)
_MOST_KILLED = 3
_PATIENCE = 2.0
_PR_SET_PDEATHSIG = 1


class ProcessPool(ThreadPoolExecutor):
    """Runs functions of modules in other processes, which start at once and load the module `warm` meanwhile.

    A future raises WorkerError where its worker was killed or its function failed. A worker that was
    killed gives way to another one; so does one after `calls` calls, for libraries leak.
    """

    def __init__(self, count: int, warm: str, calls: int) -> None:
        super().__init__(max_workers=count)
        self._folder = tempfile.mkdtemp(
            prefix="leerid-"
        )  # theirs to write in, ours to clear: they may be killed
        self._all = [_Worker(warm, self._folder, calls) for _number in range(count)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Any:
        """Have a function called in a worker; return the future of what it gives."""
        return super().submit(self._send, fn, args, kwargs)

    def _send(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        worker = self._idle.get()
        try:
            return worker.call(fn, args, kwargs)
        finally:
            self._idle.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; with `cancel_futures` at once, whatever they are doing."""
        super().shutdown(wait=not cancel_futures, cancel_futures=cancel_futures)
        for worker in self._all:
            worker.end()
        super().shutdown(wait=True)
        for worker in self._all:
            worker.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Worker:
    """One process, and another one when it was killed or has done its calls."""

    def __init__(self, warm: str, folder: str, calls: int) -> None:
        self._warm, self._folder, self._calls = warm, folder, calls
        self._killed, self._ended, self._changing = 0, False, Lock()
        self._start()

    def _start(self) -> None:
        """Start the process; a signal meant for all of the terminal does not reach it before it is ready."""
        self._left = self._calls
        line = [sys.executable, "-P", "-c", _BOOT, str(Path(__file__).parents[2])]
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, and nothing from outside
                [*line, str(os.getpid()), self._warm],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"TMPDIR": self._folder},
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def call(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Call a function there; raises WorkerError."""
        self._be_ready()
        there, back = self._process.stdin, self._process.stdout
        assert there is not None  # noqa: S101 - a pipe
        assert back is not None  # noqa: S101 - a pipe
        try:
            pickle.dump((fn, args, kwargs), there)
            there.flush()
            done, value = pickle.load(back)  # noqa: S301 - from our own process
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            self._kill()
            raise WorkerError from error
        if not done:
            raise WorkerError
        result: T = value
        return result

    def _be_ready(self) -> None:
        """See that there is a process for one call more; raises WorkerError."""
        with self._changing:
            killed = self._process.poll() is not None
            self._killed += killed
            if self._ended or self._killed == _MOST_KILLED:
                raise WorkerError
            if killed or not self._left:
                self._leave()
                self._start()
            self._left -= 1

    def _leave(self) -> None:
        """Let the process end by itself, so that it tidies up; it has nothing to do."""
        self.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self._kill()

    def end(self) -> None:
        """End the process for good, whatever it is doing."""
        with self._changing:
            self._ended = True
            self._kill()

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Close the pipes to a process that has ended, or is to end."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


def serve(parent: str, warm: str) -> None:
    """Do what comes in on standard input until it ends; a worker runs this and nothing else."""
    memory.hide()
    _end_with(int(parent))
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # what a library reads or says is not mixed with them
        os.dup2(nothing, stream)
    with suppress(OSError, EOFError):  # this process is not wanted any more
        _work(tasks, answers, warm)


def _work(tasks: BinaryIO, answers: BinaryIO, warm: str) -> None:
    with suppress(Exception):  # whoever needs it will say what is wrong with it
        importlib.import_module(warm)
    while True:
        fn, args, kwargs = pickle.load(tasks)  # noqa: S301 - from our own process
        answer: tuple[bool, Any]
        try:
            answer = True, fn(*args, **kwargs)
        except Exception:
            answer = False, None
        pickle.dump(answer, answers)
        answers.flush()
        del fn, args, kwargs, answer


def _end_with(parent: int) -> None:
    """Let the end of the parent be the end of this process, and leave the terminal's signals to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if sys.platform == "linux":  # elsewhere it ends with the work in hand, when its pipes are found closed
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before it could be watched
        raise SystemExit
