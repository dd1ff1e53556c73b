"""Threads and processes that give way to others: they hash and draw, while somebody may wait to sign in.

On Linux each thread has a nice value of its own, although POSIX gives a process one (docs/sources.md, "Operating
system and SQLite"). Elsewhere nothing is done.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

STEP = 5
"""How much is added to the nice value: on a busy core, such a thread gets a third of what an ordinary one gets."""


def lower() -> None:
    """Lower the priority of this thread, and of threads and processes that it starts from now on; on Linux only.

    One that was low before is lowered too, at most to the lowest, 19. Where that is not allowed, nothing happens.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.nice(STEP)
