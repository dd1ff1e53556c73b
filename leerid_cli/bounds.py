"""Small files of the user's (settings, profiles, templates, plans), read and understood within bounds.

A few kilobytes can cost any amount of time and memory: nested brackets, a key of ten thousand parts, a loop
in a template. What goes beyond the bounds is refused, like any other mistake in the file.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from leerid_cli.i18n import _

MAX_TEXT = 1 << 20
SECONDS = 5
MEMORY = 256 << 20
_PAGES = Path("/proc/self/statm")


class TooMuchError(ValueError):
    """Something takes more time, memory or depth than it may; the message says so in the user's language."""


def read(file: Path, most: int = MAX_TEXT) -> bytes:
    """Return the bytes of a file; raises OSError where it is longer, or is a device, pipe or folder."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, _("it is no file"))
        data = opened.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, _("it is larger than {n} MB").format(n=most >> 20))
    return data


def read_text(file: Path) -> str:
    """Return the text of a small UTF-8 file; raises OSError as `read` does, ValueError where it is no such text."""
    return read(file).decode("utf-8-sig").replace("\r\n", "\n")


def toml(text: str) -> dict[str, Any]:
    """Return what a TOML text says; raises ValueError where it says nothing, or too much."""
    with bounded():
        return tomllib.loads(text)


@contextmanager
def bounded(seconds: float = SECONDS, memory: int | None = MEMORY) -> Iterator[None]:
    """Raise TooMuchError where the block computes longer, allocates more bytes, or nests deeper than Python allows.

    Seconds are those in which this process computes, so that a busy machine refuses nothing. Memory is bounded
    for Python's own work only: give None where a C library works, for some end the process when there is none
    left. In a thread that is not the main one there is no bound on the time.
    """
    why = _("it takes more time or memory than such a file may")
    try:
        with _timed(seconds, why), _limited(memory):
            yield
    except (MemoryError, RecursionError) as error:
        raise TooMuchError(why) from error


@contextmanager
def _timed(seconds: float, why: str) -> Iterator[None]:
    def late(_number: int, _frame: FrameType | None) -> None:
        raise TooMuchError(why)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    outer, _interval = signal.getitimer(signal.ITIMER_PROF)  # of a block around this one
    begun, before = time.process_time(), signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, min(seconds, outer or seconds))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if outer:
            signal.setitimer(signal.ITIMER_PROF, max(outer + begun - time.process_time(), 1e-6))


@contextmanager
def _limited(memory: int | None) -> Iterator[None]:
    """Bound the address space to what it is now and so many bytes more, where the system tells and keeps that."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        if memory is not None:
            used = int(_PAGES.read_text().split()[0]) * resource.getpagesize()
            soft = used + memory if before[0] == resource.RLIM_INFINITY else min(before[0], used + memory)
            resource.setrlimit(resource.RLIMIT_AS, (soft, before[1]))
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, before)
