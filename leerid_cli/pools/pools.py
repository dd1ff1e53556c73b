"""The pools of workers for one batch: threads that hash and processes that draw.

All are executors in the sense of `concurrent.futures`. They are threads for hashing, since bcrypt releases
Python's global lock, and processes for drawing, since WeasyPrint does not. Both have a lower priority than
other programs, so that somebody who signs in meanwhile does not wait for them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from leerid_cli.pools.worker_error import WorkerError
from leerid_cli.runtime import priority
from leerid_cli.runtime.stop import NEVER, Stop

G = TypeVar("G")
T = TypeVar("T")

DRAWING = "leerid_cli.cards.render"
FEW = 40
"""Most cards that are drawn in this process: to start others would take as long."""
CALLS = 40
"""Chunks that a drawing process draws before a new one takes its place.

WeasyPrint and Pango leak 0.3 MB with each chunk; a new process needs half a second to load them.
"""


def cores() -> int:
    """Return the number of cores on which this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class WorkerPools:
    """The executors for hashing and for drawing; at most `ahead` pieces are being drawn or wait at once.

    `drawing` None: this process draws, one piece after the other. `stop` is that of the run.
    """

    hashing: Executor
    drawing: Executor | None = None
    ahead: int = 1
    stop: Stop = NEVER

    def in_order(self, draw: Callable[[G], T], pieces: Iterable[G]) -> Iterator[T]:
        """Return the results of `draw` for all pieces, in order; with workers the first are submitted at once.

        A piece that a worker could not draw is drawn in this process: that only costs time, or raises the error
        of `draw` itself. Raises Interrupted where the run was asked to stop.
        """
        if self.drawing is None:
            return map(self._checked, map(draw, pieces))
        left, submit = iter(pieces), self.drawing.submit
        waiting = deque((piece, submit(draw, piece)) for piece in islice(left, self.ahead))
        return _from_workers(submit, draw, left, waiting, self.stop)

    def _checked(self, drawn: T) -> T:
        """Return what was drawn, unless a signal came meanwhile and its exception was swallowed."""
        self.stop.check()
        return drawn


def _from_workers(
    submit: Callable[..., Future[T]],
    draw: Callable[[G], T],
    left: Iterator[G],
    waiting: deque[tuple[G, Future[T]]],
    stop: Stop,
) -> Iterator[T]:
    while waiting:
        stop.check()
        piece, future = waiting.popleft()
        try:
            done = future.result()
        except WorkerError:
            done = draw(piece)
        waiting.extend((piece, submit(draw, piece)) for piece in islice(left, 1))
        yield done


def done(begun: Sequence[tuple[Callable[[], T], Future[T]]], stop: Stop) -> list[T]:
    """Return the results of futures, in order; what a worker could not do is done here, on all cores.

    `begun` are pairs of the work and its future, `stop` is that of the run.
    """
    with hashing(stop) as threads:
        futures = [
            threads.submit(work) if isinstance(future.exception(), WorkerError) else future
            for work, future in begun
        ]
        return [future.result() for future in futures]


@contextmanager
def open_pools(cards: int, hashing: Executor | None = None, *, stop: Stop = NEVER) -> Iterator[WorkerPools]:
    """Yield pools of this machine for so many cards; they end with the block, at once where it raises.

    `hashing`: who hashes, if not threads of this process. `stop` is that of the run.
    """
    with ended(hashing or _threads(), stop) as threads:
        if cards > FEW and cores() > 1:
            from leerid_cli.pools.processes import ProcessPool

            with ended(ProcessPool(cores(), DRAWING, CALLS), stop) as drawing:
                yield WorkerPools(threads, drawing, 3 * cores(), stop)
        else:
            yield WorkerPools(threads, stop=stop)


@contextmanager
def hashing(stop: Stop = NEVER) -> Iterator[Executor]:
    """Yield a pool of one thread per core; where the block raises, work that has not begun is dropped.

    `stop` is that of the run.
    """
    with ended(_threads(), stop) as threads:
        yield threads


def _threads() -> Executor:
    """Return a pool of one thread per core, which give way to other programs and speak the language of this thread.

    Not only the work needs the language: a thread also calls what waits for its futures, such as progress.
    """
    return ThreadPoolExecutor(cores(), initializer=_begin, initargs=(copy_context(),))


def _begin(context: Context) -> None:
    """Lower the priority of this thread, and give the variables of a context, such as the language, their values."""
    priority.lower()
    for variable, value in context.items():
        variable.set(value)


@contextmanager
def ended(executor: Executor, stop: Stop) -> Iterator[Executor]:
    """Yield an executor and shut it down: when its work is done, or at once where the block raises."""
    try:
        yield executor
    except BaseException:
        with stop.deferred():
            executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()
