"""The lock of one batch: it alone says that a run is still making this batch.

The run that makes a batch holds `STORE.batch-ID.lock` from the reservation of its pupils to its end; the store
lock (`store/lock.py`) is held for short transactions only. The kernel frees the lock when the process dies, so a
batch whose lock is free or gone is one that recovery has to settle (flock(2); docs/sources.md, "Operating system
and SQLite").
"""

from __future__ import annotations

import fcntl
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from leerid_cli.errors import BusyError, StorageError
from leerid_cli.i18n import _


@contextmanager
def held(store: Path, batch: str) -> Iterator[None]:
    """Make and lock the lock file of a new batch, and remove it after the block.

    Call it under the store lock and before the batch is written to the store: then nobody sees the batch without
    its lock. Raises StorageError where the file cannot be made.
    """
    path = _path(store, batch)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            _("the lock file {path} cannot be made: {why}").format(path=path, why=error.strerror)
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(descriptor)


def is_live(store: Path, batch: str) -> bool:
    """Tell whether a run is making this batch now. The lock is tried, never waited for."""
    return _is_locked(_path(store, batch))


def live(store: Path) -> list[str]:
    """Return the ids of the batches that runs are making now, by their lock files alone."""
    return [_batch(store, path) for path in _paths(store) if _is_locked(path)]


def refuse_live(store: Path) -> None:
    """Raise BusyError while any batch is being made: for what would replace or rebuild the whole store."""
    if batches := live(store):
        raise BusyError(
            _("another run is making batch {batch}").format(batch=", ".join(batches)),
            _("wait until it is done; nothing was changed"),
        )


def sweep(store: Path) -> None:
    """Remove the lock files that killed runs left; call it under the store lock."""
    for path in _paths(store):
        if not _is_locked(path):
            with suppress(OSError):
                path.unlink()


def _path(store: Path, batch: str) -> Path:
    real = store.resolve()  # a symbolic link to the store must lead to the same lock
    return real.with_name(f"{real.name}.batch-{batch}.lock")


def _paths(store: Path) -> list[Path]:
    real = store.resolve()
    return sorted(real.parent.glob(f"{glob.escape(real.name)}.batch-*.lock"))


def _batch(store: Path, path: Path) -> str:
    return path.name.removeprefix(f"{store.resolve().name}.batch-").removesuffix(".lock")


def _is_locked(path: Path) -> bool:
    """Tell whether a process holds the lock of this file.

    A shared lock is asked for, so that two runs that look at the same time do not take each other for its holder.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
