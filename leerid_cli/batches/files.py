"""Putting a bundle on disk so that it is either not there or whole: stage, verify, publish.

A staged bundle is a hidden file in the folder of its target, so that publishing it is a rename
within one file system. Every step ends with an fsync of what it changed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable


def stage_path(final: Path, batch: str) -> Path:
    """Return where a bundle waits before it is published: a hidden file beside its target."""
    return final.with_name(f".{final.name}.{batch}.part")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, '' where there is none that can be read; never waits for a pipe."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return hashlib.file_digest(file, "sha256").hexdigest() if regular else ""
    except OSError:
        return ""


class Stage:
    """A file that is being staged: takes bytes, one after the other, and sums up what it took."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file, self._sum = path, file, hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 in hexadecimal of what was written so far."""
        return self._sum.hexdigest()

    def write(self, data: bytes) -> int:
        """Add bytes at the end and return how many; raises StorageError where the disk does not take them."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _cannot_write(self._path, error) from error
        self._sum.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the file is made durable at the end."""


@contextmanager
def staged(path: Path) -> Iterator[Stage]:
    """Yield a new file of mode 0600 to write, durable after the block; raises StorageError, leaving nothing behind."""
    try:
        with durable.new_file(path) as file:
            yield Stage(path, file)
    except FileExistsError as error:
        raise _cannot_write(path, error) from error
    except (OSError, StorageError) as error:
        with suppress(OSError):
            discard(path)
        if isinstance(error, StorageError):
            raise
        raise _cannot_write(path, error) from error


def publish(stage: Path, final: Path) -> None:
    """Give the staged bundle its name; raises FileExistsError where something has it, and overwrites nothing."""
    durable.put_in_place(stage, final)


def discard(stage: Path) -> None:
    """Remove a staged bundle that will not be published, durably; no matter if it is gone."""
    durable.remove(stage)


def _cannot_write(path: Path, error: OSError) -> StorageError:
    return StorageError(
        _("nothing can be written in {folder}: {why}").format(folder=path.parent, why=error.strerror),
        _("no account was made and no password changed; give --output PATH on a disk with room"),
    )
