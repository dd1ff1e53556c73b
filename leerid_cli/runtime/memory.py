"""The memory of a process that handles passwords, kept from other programs of the same user and from crash dumps."""

from __future__ import annotations

import resource
import sys

_PR_SET_DUMPABLE = 4


def dump_no_core() -> None:
    """Let no crash write memory, and the passwords in it, to disk or to a program that collects crashes.

    A limit of one byte: Linux hands cores to such a program even where the limit is 0, but not where it is 1.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))


def hide() -> None:
    """Let no other process of this user read this one's memory or environment, or attach to it (prctl(2), Linux).

    It holds for forks and ends with an exec: a worker that is started anew calls it for itself. Loading ctypes
    takes three milliseconds, so only commands that handle passwords or official numbers do.
    """
    dump_no_core()
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
