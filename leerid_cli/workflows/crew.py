"""Who does the work of a batch: threads that hash, processes that draw, both as `concurrent.futures` executors."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from leerid_cli import interrupts
from leerid_cli.workers import WorkerError, Workers, cores
from leerid_cli.workflows.cluster import Cluster

G = TypeVar("G")
T = TypeVar("T")

DRAWING = "leerid_cli.cards.render"
INLINE = 40
"""So many cards this process draws itself: to start others takes as long."""
CALLS = 40
"""So many chunks a worker draws. WeasyPrint and Pango leak 0.3 MB each time; a new worker loads for half a second."""


@dataclass(frozen=True)
class Crew:
    """The executors that hash and that draw, and how many pieces of drawing are under way at once."""

    hashing: Executor
    drawing: Executor
    ahead: int

    def drawn(self, draw: Callable[[G], T], pieces: Iterable[G]) -> Iterator[T]:
        """Have the pieces drawn, beginning now, and return what they give, in order; a bounded number is under way.

        What a worker could not do is done here, which only costs time, or shows what is wrong with it.
        """
        left = iter(pieces)
        waiting = deque(self._begun(draw, piece) for piece in islice(left, self.ahead))
        return self._results(draw, left, waiting)

    def _begun(self, draw: Callable[[G], T], piece: G) -> tuple[G, Future[T]]:
        return piece, self.drawing.submit(draw, piece)

    def _results(
        self, draw: Callable[[G], T], left: Iterator[G], waiting: deque[tuple[G, Future[T]]]
    ) -> Iterator[T]:
        while waiting:
            interrupts.check()
            piece, future = waiting.popleft()
            try:
                done = future.result()
            except WorkerError:
                done = draw(piece)
            waiting.extend(self._begun(draw, piece) for piece in islice(left, 1))
            yield done


def done(begun: Sequence[tuple[Callable[[], T], Future[T]]]) -> list[T]:
    """Return what the futures give, in order; what a worker could not do is done here, on all cores."""
    with hashing() as threads:
        futures = [
            threads.submit(work) if isinstance(future.exception(), WorkerError) else future
            for work, future in begun
        ]
        return [future.result() for future in futures]


class Inline(Executor):
    """Does at once, in this process and thread, what it is given."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Call the function; what it raises is raised here."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def crew(cards: int, cluster: Cluster | None = None, *, draw_here: bool = False) -> Iterator[Crew]:
    """Yield a crew that suits so many cards; when the block is left by an error it ends at once.

    A cluster does all, or with `draw_here` only hashes.
    """
    drawing: Executor
    if cluster and not draw_here:
        drawing, at_once = cluster.drawing, cluster.threads
    else:
        at_once = 0 if cards <= INLINE else cores()
        drawing = Workers(at_once, DRAWING, CALLS) if at_once > 1 else Inline()
    threads = cluster.hashing if cluster else ThreadPoolExecutor(cores())
    with _ended(drawing), _ended(threads):
        yield Crew(threads, drawing, 10**9)


@contextmanager
def hashing() -> Iterator[Executor]:
    """Yield a thread for every core; what has not begun is dropped when the block is left by an error."""
    threads = ThreadPoolExecutor(cores())
    with _ended(threads):
        yield threads


@contextmanager
def _ended(executor: Executor) -> Iterator[None]:
    """End an executor after the block: when all is done, or at once where there was an error or a signal."""
    try:
        yield
    except BaseException:
        with interrupts.held_back():
            executor.shutdown(cancel_futures=True)
        raise
    executor.shutdown()
