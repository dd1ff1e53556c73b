"""The pools of workers for one batch: threads that hash and processes that draw, or a cluster for both.

All are executors in the sense of `concurrent.futures`. They are threads for hashing, since bcrypt releases
Python's global lock, and processes for drawing, since WeasyPrint does not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from leerid_cli.pools.cluster import Cluster
from leerid_cli.pools.processes import ProcessPool, WorkerError, cores
from leerid_cli.runtime import signals

G = TypeVar("G")
T = TypeVar("T")

DRAWING = "leerid_cli.cards.render"
"""The module that drawing processes load when they start."""
INLINE = 40
"""Most cards that are drawn in this process: to start others would take as long."""
CALLS = 40
"""Chunks that a drawing process draws before a new one takes its place.

WeasyPrint and Pango leak 0.3 MB with each chunk; a new process needs half a second to load them.
"""


@dataclass(frozen=True)
class WorkerPools:
    """The executors for hashing and for drawing; at most `ahead` pieces are being drawn or wait at once."""

    hashing: Executor
    drawing: Executor
    ahead: int

    def in_order(self, draw: Callable[[G], T], pieces: Iterable[G]) -> Iterator[T]:
        """Return the results of `draw` for all pieces, in order; the first pieces are submitted at once.

        A piece that a worker could not draw is drawn in this process: that only costs time, or raises the
        error of `draw` itself. Raises Interrupted where a signal arrived.
        """
        left = iter(pieces)
        waiting = deque(self._submitted(draw, piece) for piece in islice(left, self.ahead))
        return self._results(draw, left, waiting)

    def _submitted(self, draw: Callable[[G], T], piece: G) -> tuple[G, Future[T]]:
        return piece, self.drawing.submit(draw, piece)

    def _results(
        self, draw: Callable[[G], T], left: Iterator[G], waiting: deque[tuple[G, Future[T]]]
    ) -> Iterator[T]:
        while waiting:
            signals.check()
            piece, future = waiting.popleft()
            try:
                result = future.result()
            except WorkerError:
                result = draw(piece)
            waiting.extend(self._submitted(draw, piece) for piece in islice(left, 1))
            yield result


def done(begun: Sequence[tuple[Callable[[], T], Future[T]]]) -> list[T]:
    """Return the results of futures, in order; what a worker could not do is done here, on all cores.

    `begun` are pairs of the work and its future.
    """
    with hashing() as threads:
        futures = [
            threads.submit(work) if isinstance(future.exception(), WorkerError) else future
            for work, future in begun
        ]
        return [future.result() for future in futures]


class Inline(Executor):
    """An executor that calls each function at once, in the thread that submits it."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Call the function and return a finished future; what the function raises is raised here."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def open_pools(
    cards: int, cluster: Cluster | None = None, *, draw_here: bool = False
) -> Iterator[WorkerPools]:
    """Yield the pools for so many cards; they end with the block, at once where it raises.

    With a cluster, all work is done there; with `draw_here` too, it only hashes.
    """
    drawing: Executor
    if cluster and not draw_here:
        drawing, at_once = cluster.drawing, cluster.threads
    else:
        at_once = 0 if cards <= INLINE else cores()
        drawing = ProcessPool(at_once, DRAWING, CALLS) if at_once > 1 else Inline()
    threads = cluster.hashing if cluster else ThreadPoolExecutor(cores())
    with _ended(drawing), _ended(threads):
        yield WorkerPools(threads, drawing, 3 * at_once if at_once > 1 else 1)


@contextmanager
def hashing() -> Iterator[Executor]:
    """Yield a pool of one thread per core; where the block raises, work that has not begun is dropped."""
    threads = ThreadPoolExecutor(cores())
    with _ended(threads):
        yield threads


@contextmanager
def _ended(executor: Executor) -> Iterator[None]:
    """Shut an executor down after the block: when its work is done, or at once where the block raises."""
    try:
        yield
    except BaseException:
        with signals.deferred():
            executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()
