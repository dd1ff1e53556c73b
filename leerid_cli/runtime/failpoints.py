"""Places where a test can kill the program or let the disk fail, by name: the order of side effects under trial.

`LEERID_FAILPOINT=NAME:kill` ends the process as kill -9 does, `NAME:enospc` and `NAME:eio` raise what a
full or broken disk does. `NAME:kill:3` waits for the third time. Not set, a failpoint does nothing.
"""

from __future__ import annotations

import errno
import os
import signal

VARIABLE = "LEERID_FAILPOINT"
_ERRORS = {"enospc": errno.ENOSPC, "eio": errno.EIO}
_times: dict[str, int] = {}


def hit(name: str) -> None:
    """Fail here if the environment asks for this failpoint; raises OSError for `enospc` and `eio`."""
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
