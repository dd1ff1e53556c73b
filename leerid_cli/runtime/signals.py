"""SIGINT, SIGTERM and SIGHUP as one exception that can be held back.

Python's default for SIGTERM ends the process without running any `finally`. Here each of the
three raises `Interrupted`, so that a run cleans up; between the commit and the delivery of a
batch it is held back, because from there the only right way is forward.

An exception that a signal raises can be swallowed: in a finaliser, or in a callback from a C library
such as Pango. So a signal is remembered too, and `check` raises it again where a long job can stop.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from leerid_cli.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_arrived: list[int] = []
_holding = False


def _on_signal(number: int, _frame: FrameType | None) -> None:
    _arrived.append(number)
    if not _holding:
        raise Interrupted(number)


def install() -> None:
    """Route the three signals here; one that the parent ignores (nohup) stays ignored."""
    global _holding
    _holding = False
    _arrived.clear()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _on_signal)


def check() -> None:
    """Raise Interrupted if a signal came and its exception was swallowed."""
    if _arrived:
        raise Interrupted(_arrived[0])


def no_way_back() -> None:
    """Let no signal interrupt the rest of the run: what it changes counts, and only that is left to tell.

    Else a run could end with the exit code of an interrupted one after all was done.
    """
    global _holding
    _holding = True


@contextmanager
def deferred() -> Iterator[None]:
    """Let no signal interrupt the block; one that comes meanwhile is dropped, for the work is done.

    A block within a block leaves the outer one held back.
    """
    global _holding
    before, _holding = _holding, True
    try:
        yield
    finally:
        _holding = before
        if not before:
            _arrived.clear()
