"""SIGINT, SIGTERM and SIGHUP as one exception, `Interrupted`, which the run can defer.

By default SIGTERM and SIGHUP end a Python process without running any `finally`. Here each of the three
signals raises `Interrupted`, so that the run can clean up. From the commit of a batch on, signals are
deferred, because the run has to be finished then
(docs/decisions/036-signals-are-deferred-from-the-commit.md).

An exception that a signal raises can get lost: in a finaliser, or in a callback from a C library such as
Pango. So the `Stop` of the run remembers it, and long work calls its `check`, which raises the exception again.
"""

from __future__ import annotations

import signal
from types import FrameType

from leerid_cli.runtime.stop import Stop, StopOnRequest

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def install() -> Stop:
    """Let each of the three signals raise `Interrupted` from now on, and return what defers them for a run.

    What an earlier call returned hears of no signal any more. A signal that is ignored already stays ignored: the
    parent process wants that, as nohup does. Raises ValueError outside the main thread, as `signal.signal` does.
    """
    stop = StopOnRequest()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        stop.request(number)
        stop.check()

    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, on_signal)
    return stop
