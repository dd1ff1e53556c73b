"""SIGINT, SIGTERM and SIGHUP as one exception, `Interrupted`, which can be deferred.

By default SIGTERM and SIGHUP end a Python process without running any `finally`. Here each of the three
signals raises `Interrupted`, so that the run can clean up. From the commit of a batch on, signals are
deferred, because the run has to be finished then
(docs/decisions/036-signals-are-deferred-from-the-commit.md).

An exception that a signal raises can get lost: in a finaliser, or in a callback from a C library such as
Pango. So signals are also remembered, and long work calls `check`, which raises the exception again.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from leerid_cli.errors import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_arrived: list[int] = []
_deferring = False


def _on_signal(number: int, _frame: FrameType | None) -> None:
    _arrived.append(number)
    if not _deferring:
        raise Interrupted(number)


def install() -> None:
    """Let each of the three signals raise `Interrupted` from now on; forgets earlier signals.

    A signal that is ignored already stays ignored: the parent process wants that, as nohup does.
    """
    global _deferring
    _deferring = False
    _arrived.clear()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _on_signal)


def check() -> None:
    """Raise Interrupted if a signal arrived, for its exception may have got lost."""
    if _arrived:
        raise Interrupted(_arrived[0])


def no_way_back() -> None:
    """Defer signals to the end of the run, so that its exit code says what was done.

    Without it, a run could end with the exit code of an interrupted one after everything was done.
    """
    global _deferring
    _deferring = True


@contextmanager
def deferred() -> Iterator[None]:
    """Let no signal interrupt the block; signals that arrive in it are forgotten, for the work was finished.

    Blocks can be nested: signals are deferred until the outermost one ends.
    """
    global _deferring
    before, _deferring = _deferring, True
    try:
        yield
    finally:
        _deferring = before
        if not before:
            _arrived.clear()
