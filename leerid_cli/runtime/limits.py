"""Reading small files of the user (settings, profiles, logos) within limits on size, time and memory.

A few kilobytes can cost any amount of time and memory: nested brackets, a key of ten thousand parts, a loop
in a template. A file that goes beyond the limits is refused, like one with any other mistake; the reasons are
in docs/decisions/053-small-files-within-limits.md. TOML is docs/sources.md, "Files and text".
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

# Bytes of a small file.
MAX_TEXT = 1 << 20
# What `bounded` allows by default: seconds, and bytes of memory beside those in use.
SECONDS = 5
MEMORY = 256 << 20
_PAGES = Path("/proc/self/statm")


class TooMuchError(ValueError):
    """Reading a file took more time, memory or depth of nesting than it may; the message is for the user."""


def read(file: Path, most: int = MAX_TEXT) -> bytes:
    """Return the bytes of a file, `most` at most.

    Raises OSError where it is longer, cannot be read, or is a device, pipe or folder; nothing waits for a
    pipe.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, _("it is no file"))
        data = opened.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, _("it is larger than {n} MB").format(n=most >> 20))
    return data


def read_text(file: Path) -> str:
    """Return the text of a small file; raises OSError as `read` does, ValueError where it is not UTF-8."""
    return read(file).decode("utf-8-sig").replace("\r\n", "\n")


def toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML text of the user's, in the main thread.

    Raises ValueError where it is not TOML or goes beyond the limits.
    """
    with bounded():
        return tomllib.loads(text)


def trusted_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML text that comes with the program: in any thread, without limits."""
    return tomllib.loads(text)


@contextmanager
def bounded(seconds: float = SECONDS, memory: int | None = MEMORY) -> Iterator[None]:
    """Limit the block to some seconds and to some bytes of memory beside those in use now.

    Raises TooMuchError where the block takes more, or nests deeper than Python allows. `memory` None: no
    limit, for C libraries, some of which end the process when no memory is left. Seconds are those in which
    this process computes, so a busy machine refuses nothing.

    The main thread only can have these limits, because the signal of the clock goes there, and only before
    others work, because they get the limit on memory too. Raises RuntimeError in any other thread.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("limits are those of the whole process: its main thread alone may set them")
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
    """Limit the address space to its present size and `memory` bytes more, where the system supports that."""
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
