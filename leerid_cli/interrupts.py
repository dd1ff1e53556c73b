"""SIGINT, SIGTERM and SIGHUP as one exception that can be held back.

Python's default for SIGTERM ends the process without running any `finally`. Here each of the
three raises `Interrupted`, so that a run cleans up; between the commit and the delivery of a
batch it is held back, because from there the only right way is forward.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from leerid_cli.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_held: list[int] = []
_holding = False


def _on_signal(number: int, _frame: FrameType | None) -> None:
    if _holding:
        _held.append(number)
    else:
        raise Interrupted(number)


def install() -> None:
    """Route the three signals here; one that the parent ignores (nohup) stays ignored."""
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _on_signal)


@contextmanager
def held_back() -> Iterator[None]:
    """Let no signal interrupt the block; one that came meanwhile is dropped, for the work is done."""
    global _holding
    _holding = True
    try:
        yield
    finally:
        _holding = False
        _held.clear()
