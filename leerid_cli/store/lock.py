"""The store lock: one writer at a time, by a lock of the kernel.

The kernel frees it when the process that has it dies, however that happens (flock(2); docs/sources.md,
"Operating system and SQLite").
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from leerid_cli.errors import BusyError, StorageError
from leerid_cli.i18n import _

_POLL_SECONDS = 0.1


@contextmanager
def exclusive(store: Path, command: str, wait: float) -> Iterator[None]:
    """Take the lock of the store for the block, waiting at most `wait` seconds for it.

    The lock file `STORE.lock` names the run that has the lock (`command` and process) and stays after the
    block. Raises BusyError, naming that run, when the wait is over; StorageError where the file cannot be
    opened.
    """
    real = store.resolve()  # a symbolic link to the store must lead to the same lock
    path = real.with_name(real.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            _("the lock file {path} cannot be opened: {why}").format(path=path, why=error.strerror)
        ) from error
    try:
        _acquire(descriptor, wait)
        with suppress(OSError):  # a full disk: the lock counts, and this run may be the one that makes room
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{command} (process {os.getpid()})".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, wait: float) -> None:
    """Lock an open file; raises BusyError after `wait` seconds."""
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace")
                raise BusyError(
                    _("another run is writing to the store: {holder}").format(holder=holder),
                    _("wait until it is done, or give --wait SECONDS"),
                ) from None
            time.sleep(_POLL_SECONDS)
