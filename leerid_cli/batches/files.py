"""Writes the ZIP of a batch so that its final name never holds an incomplete file: stage, publish or discard.

A staged ZIP is a hidden file in the folder of its final name, so that publishing is a rename within one file
system. Every step ends with an fsync of what it changed.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import BinaryIO

from leerid_cli.errors import StorageError, UsageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable, new_file


def stage_path(final: Path, batch: str) -> Path:
    """Return the path of the hidden file of a batch, beside the final name of its ZIP."""
    return final.with_name(f".{final.name}.{batch}.part")


def final_path(output: Path | None, today: date, batch: str) -> Path:
    """Return the path that the ZIP of a batch will get, from the option --output (None: the working folder).

    Raises StorageError where that file exists already or its folder does not, UsageError for `-`: a ZIP never
    goes to standard output (docs/contract.md §2).
    """
    if output is not None and str(output) == "-":
        raise UsageError(
            _("passwords are never written to standard output"), _("give --output FILE or FOLDER")
        )
    path = (output or Path()).absolute()
    if path.is_dir():
        path = path / f"leerid-{today.isoformat()}-{batch}.zip"
    new_file.check(path)
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a regular file in hexadecimal, or '' where it is missing, unreadable or not regular.

    The file is opened without blocking, so a named pipe at that path does not stop the program.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return hashlib.file_digest(file, "sha256").hexdigest() if regular else ""
    except OSError:
        return ""


class HiddenFile:
    """A staged file while it is written, from front to back; keeps its size in bytes and its SHA-256."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file, self._sum = path, file, hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 in hexadecimal of what was written so far."""
        return self._sum.hexdigest()

    def write(self, data: bytes) -> int:
        """Add bytes at the end and return how many; raises StorageError where they cannot be written."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _cannot_write(self._path, error) from error
        self._sum.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: `staged` syncs the file once, at its end."""


@contextmanager
def staged(path: Path) -> Iterator[HiddenFile]:
    """Yield a new file (mode 0600) to write to, and sync it to disk after the block.

    Raises StorageError where the path exists already or cannot be written; what was written is removed then.
    """
    try:
        with durable.new_file(path) as file:
            yield HiddenFile(path, file)
    except FileExistsError as error:
        raise _cannot_write(path, error) from error
    except (OSError, StorageError) as error:
        with suppress(OSError):
            discard(path)
        if isinstance(error, StorageError):
            raise
        raise _cannot_write(path, error) from error


def publish(stage: Path, final: Path) -> None:
    """Give a staged file its final name; raises FileExistsError where that exists: nothing is overwritten."""
    durable.put_in_place(stage, final)


def discard(stage: Path) -> None:
    """Remove a staged file and sync its folder; no error where the file does not exist."""
    durable.remove(stage)


def _cannot_write(path: Path, error: OSError) -> StorageError:
    return StorageError(
        _("nothing can be written in {folder}: {why}").format(folder=path.parent, why=error.strerror),
        _("no account was made and no password changed; give --output PATH on a disk with room"),
    )
