"""Calls of functions on a Dask cluster: how they are packed, what a worker does with them, what comes back.

Dask keeps and logs what it is given, so it is given bytes that hide themselves, and gets no exception
(docs/decisions/061-cluster-is-two-executors.md).
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from leerid_cli.pools.worker_error import WorkerError

T = TypeVar("T")

_DRAWING = threading.Lock()
"""In a worker: WeasyPrint may draw in one thread at a time only."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Pickled data on its way to or from a worker; logs and dashboards of Dask show its type only."""

    content: bytes = field(repr=False)


class ClusterExecutor(Executor):
    """Calls functions of modules on a cluster; a future raises WorkerError where that fails.

    `send` sends a call there, `drop` cancels such futures, and `failed` is called once for each that failed.
    """

    def __init__(
        self,
        send: Callable[[Sealed], Future[Sealed]],
        drop: Callable[[Sequence[Future[Sealed]]], None],
        failed: Callable[[], None],
    ) -> None:
        self._send, self._drop, self._failed = send, drop, failed
        self._mine: set[Future[Sealed]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Return the future of a call by a worker; arguments and result must be picklable."""
        future: Future[T] = Future()
        try:
            theirs = self._send(Sealed(pickle.dumps((fn, args, kwargs))))
        except Exception:
            future.set_exception(WorkerError())
            return future
        self._mine.add(theirs)
        theirs.add_done_callback(self._mine.discard)
        theirs.add_done_callback(partial(self._settle, future))
        return future

    def _settle(self, future: Future[T], theirs: Future[Sealed]) -> None:
        """Give `future` the result that a worker sent, or a WorkerError."""
        done, value = False, None
        with suppress(Exception):
            if not theirs.cancelled() and theirs.exception() is None:
                done, value = pickle.loads(theirs.result().content)  # noqa: S301 - from a worker, over TLS
        with suppress(InvalidStateError):
            if done:
                future.set_result(value)  # type: ignore[arg-type]
            else:
                self._failed()
                future.set_exception(WorkerError())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is not done, with `cancel_futures`; else the caller has waited for everything."""
        if cancel_futures:
            self._drop(list(self._mine))


def work(task: Sealed) -> Sealed:
    """Return (True, result) of the call in a task, or (False, None); this runs in a worker.

    An error does not leave this function: Dask would write it to a log with its values, such as passwords.
    """
    answer: tuple[bool, Any]
    try:
        fn, args, kwargs = pickle.loads(task.content)  # noqa: S301 - from the program, over TLS
        answer = True, fn(*args, **kwargs)
        return Sealed(pickle.dumps(answer))
    except Exception:
        return Sealed(pickle.dumps((False, None)))


def work_alone(task: Sealed) -> Sealed:
    """Do as `work`, one task at a time in this worker."""
    with _DRAWING:
        return work(task)
