"""Worker processes on this machine, as a `concurrent.futures` executor.

Passwords go to them and cards come back through pipes only, never on a command line, in the environment or on
a disk. They are new Python processes, not forks, and end when this process ends, also where it is killed
(`PR_SET_PDEATHSIG`; docs/sources.md, "Operating system and SQLite"). Why not `multiprocessing`: its processes
outlive a killed parent, print a traceback on Ctrl-C, import the main module again, and look for modules in
the working folder (docs/decisions/050-workers-are-not-multiprocessing.md).
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
from leerid_cli.runtime import memory, priority

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_BOOT = (
    "import sys; sys.argv[1] in sys.path or sys.path.insert(0, sys.argv[1]); "
    "from leerid_cli.pools import processes; processes.serve(*sys.argv[2:])"
)
"""What a worker runs: it looks for this package where this process found it, and calls `serve`."""
_MOST_KILLED = 3  # after so many kills a worker is not started again
_PATIENCE = 2.0  # seconds for a worker to end by itself
_PR_SET_PDEATHSIG = 1  # of prctl(2)


class ProcessPool(ThreadPoolExecutor):
    """Runs functions of modules in `count` other processes, which start at once and load the module `warm`.

    A future raises WorkerError where its process was killed or its function raised. A process is replaced
    where it was killed, and after `calls` calls, since libraries leak memory.
    """

    def __init__(self, count: int, warm: str, calls: int) -> None:
        super().__init__(max_workers=count)
        # temporary files of the workers are here, so that they can be removed also where workers are killed
        self._folder = tempfile.mkdtemp(prefix="leerid-")
        self._all = [_Worker(warm, self._folder, calls) for _number in range(count)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Any:
        """Return the future of a call in a worker; arguments and result must be picklable."""
        return super().submit(self._send, fn, args, kwargs)

    def _send(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Call a function in the next idle worker; runs in a thread of this pool."""
        worker = self._idle.get()
        try:
            return worker.call(fn, args, kwargs)
        finally:
            self._idle.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers: when all is done, or with `cancel_futures` at once, whatever they are doing."""
        super().shutdown(wait=not cancel_futures, cancel_futures=cancel_futures)
        for worker in self._all:
            worker.end()
        super().shutdown(wait=True)
        for worker in self._all:
            worker.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Worker:
    """A worker: one process, which is replaced where it was killed or has done its number of calls."""

    def __init__(self, warm: str, folder: str, calls: int) -> None:
        self._warm, self._folder, self._calls = warm, folder, calls
        self._killed, self._ended, self._changing = 0, False, Lock()
        self._start()

    def _start(self) -> None:
        """Start a process, with signals blocked until it handles them: Ctrl-C goes to all of a terminal."""
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
        """Call a function in the process and return its result; raises WorkerError."""
        self._be_ready()
        tasks, answers = self._process.stdin, self._process.stdout
        assert tasks is not None  # noqa: S101 - a pipe
        assert answers is not None  # noqa: S101 - a pipe
        try:
            pickle.dump((fn, args, kwargs), tasks)
            tasks.flush()
            done, value = pickle.load(answers)  # noqa: S301 - from our own process
        except (OSError, ValueError, EOFError, pickle.UnpicklingError) as error:
            self._kill()
            raise WorkerError from error
        if not done:
            raise WorkerError
        result: T = value
        return result

    def _be_ready(self) -> None:
        """Make sure that there is a process for one more call; raises WorkerError where there can be none."""
        with self._changing:
            killed = self._process.poll() is not None
            self._killed += killed
            if self._ended or self._killed == _MOST_KILLED:
                raise WorkerError
            if killed or not self._left:
                self._let_end()
                self._start()
            self._left -= 1

    def _let_end(self) -> None:
        """Let the idle process end by itself, so that it removes its temporary files; else kill it."""
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
        """Close the pipes to the process; one that is idle then ends."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


def serve(parent: str, warm: str) -> None:
    """Do the calls that come in on standard input until it ends: the main function of a worker.

    `parent` is the process id of the parent as text, `warm` the name of a module to load at once.
    """
    memory.hide()
    priority.lower()
    _end_with(int(parent))
    tasks = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # a library that reads or prints must not disturb the pipes
        os.dup2(null, stream)
    with suppress(OSError, EOFError):  # the parent has closed the pipes
        _work(tasks, answers, warm)


def _work(tasks: BinaryIO, answers: BinaryIO, warm: str) -> None:
    """Load a module, then do calls for ever: read one, write (True, result), or (False, None) on an error."""
    with suppress(Exception):  # a call that needs the module will fail by itself
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
    """End this process when its parent ends, and leave the signals of the terminal to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if sys.platform == "linux":  # elsewhere it ends after its present call, at a closed pipe
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before this took effect
        raise SystemExit
