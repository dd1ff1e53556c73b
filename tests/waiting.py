"""Waiting for what has to happen, as long as a slow machine takes: no test's verdict depends on a clock."""

import time
from collections.abc import Callable

HANGS = 1800
"""Seconds after which something takes for ever: a guard, so that a run in which something hangs ends at all."""


def eventually(happened: Callable[[], object], going_on: Callable[[], bool] = lambda: True) -> bool:
    """Wait until something happened; tell whether it did. Given up when nothing is going on that could bring it."""
    begun = time.monotonic()
    while not happened():
        if not going_on() or time.monotonic() - begun > HANGS:
            return bool(happened())
        time.sleep(0.02)
    return True
