"""Files and names that a power cut does not undo, and that take nobody else's place."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from leerid_cli.runtime.failpoints import hit

# What file systems without hard links answer (vfat, exFAT: a USB stick).
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def write_new(path: Path, data: bytes) -> None:
    """Write a new file as `new_file` does."""
    with new_file(path) as file:
        file.write(data)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file of mode 0600, durable after the block; OSError where something stands there, even a link.

    What an error leaves half written stays: the caller knows its name.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        hit("file-opened")
        yield file
        file.flush()
        hit("file-written")
        os.fsync(file.fileno())
    hit("file-synced")
    sync_folder(path.parent)
    hit("file-durable")


def put_in_place(part: Path, path: Path) -> None:
    """Give a durable file its name, durably; raises FileExistsError where something has it, and overwrites nothing."""
    try:
        os.link(part, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _claim(part, path)
        return
    hit("name-linked")
    sync_folder(path.parent)
    hit("name-durable")
    part.unlink()
    hit("name-alone")
    sync_folder(path.parent)


def _claim(part: Path, path: Path) -> None:
    """Put in place without hard links: the name is taken by an empty file, which the file then replaces."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        part.replace(path)
    except OSError:
        path.unlink()
        raise
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file durably; no matter if it is gone."""
    try:
        path.unlink()
        hit("file-removed")
        sync_folder(path.parent)
    except FileNotFoundError:
        pass


def sync(path: Path) -> None:
    """Make what was written to a file durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that has nothing to sync
            raise
    finally:
        os.close(descriptor)
