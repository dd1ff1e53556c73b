"""Failpoints: named places, between side effects, at which a test can make the program fail.

The environment variable chooses one of them. `LEERID_FAILPOINT=NAME:kill` ends the process there as kill -9
does, `NAME:enospc` and `NAME:eio` raise the error of a full or broken disk; `NAME:kill:3` does so when the
place is reached for the third time. Without the variable, a failpoint does nothing. The tests are in
`tests/faults`.
"""

from __future__ import annotations

import errno
import os
import signal

VARIABLE = "LEERID_FAILPOINT"
_ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO}
# How often each failpoint was reached.
_times: dict[str, int] = {}


def hit(name: str) -> None:
    """Mark a failpoint; fail here if the environment asks for it, with OSError for `enospc` and `eio`."""
    wanted = os.environ.get(VARIABLE)
    if not wanted or not wanted.startswith(f"{name}:"):
        return
    action, _colon, turn = wanted.removeprefix(f"{name}:").partition(":")
    _times[name] = _times.get(name, 0) + 1
    if _times[name] != int(turn or 1):
        return
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise OSError(_ERRORS[action], os.strerror(_ERRORS[action]))
