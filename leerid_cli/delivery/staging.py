"""Putting a bundle on disk so that it is either not there or whole: stage, verify, publish.

A staged bundle is a hidden file in the folder of its target, so that publishing it is a rename
within one file system. Every step ends with an fsync of what it changed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from leerid_cli import durable
from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.tables import workbook


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


def stage(path: Path, data: bytes) -> None:
    """Write a new file with mode 0600 and make it durable; raises StorageError, leaving nothing behind."""
    try:
        durable.write_new(path, data)
    except FileExistsError as error:
        raise _cannot_write(path, error) from error
    except OSError as error:
        with suppress(OSError):
            discard(path)
        raise _cannot_write(path, error) from error


def verify(
    path: Path,
    data: bytes,
    rows: Mapping[str, Sequence[Sequence[str]]],
    pages: Mapping[str, int],
    page_count: Callable[[bytes], int],
) -> None:
    """Read the staged bundle back; raises StorageError where it is not `data` or not what was meant.

    `rows` are the rows of each workbook without header, `pages` the pages of each PDF as `page_count`
    counts them, both by the name in the ZIP.
    """
    if digest(path) != hashlib.sha256(data).hexdigest():
        raise _not_as_written(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sound = (
        set(members) == pages.keys() | rows.keys()
        and all(page_count(members[name]) == pages[name] for name in pages)
        and all(workbook.read(members[name])[1:] == [list(row) for row in rows[name]] for name in rows)
    )
    if not sound:
        raise _not_as_written(path)


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


def _not_as_written(path: Path) -> StorageError:
    return StorageError(
        _("the ZIP in {folder} does not read back as it was written").format(folder=path.parent),
        _("no account was made and no password changed; give --output PATH on another disk"),
    )
