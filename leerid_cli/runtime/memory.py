"""Keeping the memory of a process that handles passwords from other programs and out of crash dumps."""

from __future__ import annotations

import resource
import sys

# The option of prctl(2), by its number in <linux/prctl.h>.
_PR_SET_DUMPABLE = 4


def dump_no_core() -> None:
    """Let no crash write a core file, with passwords in it, to disk or to a program that collects crashes.

    The limit on core files becomes one byte, not 0: Linux hands a core file to such a program even where the
    limit is 0, but not where it is 1 (docs/sources.md, "Operating system and SQLite": core(5)).
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))


def hide() -> None:
    """Stop other processes of the same user from reading this one's memory or environment; dump no core.

    The first is the flag PR_SET_DUMPABLE of prctl(2), on Linux only (docs/sources.md, "Operating system and
    SQLite"). A forked process inherits it, a process started by exec does not and calls this function itself.
    Loading ctypes takes three milliseconds, so commands that handle neither passwords nor official numbers do
    not call it (docs/decisions/069-a-command-says-that-it-has-no-secrets.md).
    """
    dump_no_core()
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
