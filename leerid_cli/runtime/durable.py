"""Writing, naming and removing files so that a power cut does not undo it, and without overwriting any.

A file lasts once it is synced, its name once its folder is synced (docs/sources.md, "Operating system and
SQLite": link(2), unlink(2), fsync(2)). Between the steps stand failpoints, at which tests kill the program.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from leerid_cli.runtime.failpoints import hit

# The errors of file systems without hard links, such as vfat and exFAT on a USB stick.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def write_new(path: Path, data: bytes) -> None:
    """Write a new file of mode 0600, durably; raises OSError as `new_file` does."""
    with new_file(path) as file:
        file.write(data)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file of mode 0600 to write to; after the block it is durable.

    Raises FileExistsError where anything has this path, even a dangling link, and OSError where it cannot be
    written. A file that is not complete is left to the caller to remove.
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
    """Move the durable file `part` to `path`, durably and without overwriting anything.

    Both are in one folder. `part` gets a second name (link) and loses the first (unlink): a rename would
    overwrite. Raises FileExistsError where anything has the path, OSError for other faults.
    """
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
    """Move a file where there are no hard links: an empty file takes the path first, then is replaced."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        part.replace(path)
    except OSError:
        path.unlink()
        raise
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file durably; it may be gone already. Raises OSError where it cannot be removed."""
    try:
        path.unlink()
        hit("file-removed")
        sync_folder(path.parent)
    except FileNotFoundError:
        pass


def sync(path: Path) -> None:
    """Make the content of a file durable; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names of the files in a folder durable; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # EINVAL: this file system cannot sync folders
            raise
    finally:
        os.close(descriptor)
