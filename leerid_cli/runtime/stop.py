"""What may stop a run before it is done, as a value that belongs to that run alone (`Run.stop`).

The run asks it with `check` between two pieces of long work, and tells it when it must not be stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from leerid_cli.errors import Interrupted


class Stop(Protocol):
    """May stop one run before it is done."""

    def check(self) -> None:
        """Raise Interrupted where the run was asked to stop, unless that is deferred."""

    def no_way_back(self) -> None:
        """Defer requests to the end of the run, so that its exit code says what was done.

        Without it, a run could end with the exit code of an interrupted one after everything was done.
        """

    def deferred(self) -> AbstractContextManager[None]:
        """Let no request interrupt the block; those that arrive in it are forgotten, for the work was finished.

        Blocks can be nested: requests are deferred until the outermost one ends.
        """


class _Never:
    """A `Stop` that never stops a run; it keeps nothing, so any number of runs can share it."""

    def check(self) -> None:
        """Do nothing."""

    def no_way_back(self) -> None:
        """Do nothing."""

    def deferred(self) -> AbstractContextManager[None]:
        """Return a block in which nothing is different."""
        return nullcontext()


NEVER: Stop = _Never()


class StopOnRequest:
    """A `Stop` that others ask to stop its run: a signal handler does (`runtime/signals.py`)."""

    def __init__(self) -> None:
        self._requested: int | None = None
        self._deferring = False

    def request(self, signal_number: int) -> None:
        """Let the next `check` raise Interrupted with the exit code of this signal; may be called in any thread."""
        self._requested = signal_number

    def check(self) -> None:
        """Raise Interrupted where the run was asked to stop, unless that is deferred."""
        if self._requested is not None and not self._deferring:
            raise Interrupted(self._requested)

    def no_way_back(self) -> None:
        """Defer requests to the end of the run; see `Stop`."""
        self._deferring = True

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Let no request interrupt the block; see `Stop`."""
        before, self._deferring = self._deferring, True
        try:
            yield
        finally:
            self._deferring = before
            if not before:
                self._requested = None
