"""Writing a new output file: whole or not at all, readable by its owner only, and never over another file."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable


def check(path: Path) -> None:
    """Raise StorageError where anything has the path already, or where its folder does not exist."""
    if path.exists() or path.is_symlink():
        raise StorageError(
            _("{path} exists already and is not overwritten").format(path=path),
            _("give another name with --output, or a folder"),
        )
    if not path.parent.is_dir():
        raise StorageError(_("the folder {folder} does not exist").format(folder=path.parent))


def write(path: Path, data: bytes) -> None:
    """Write a new file of mode 0600, durably.

    Raises StorageError where anything has the path already, or where it cannot be written; then nothing is
    left of it.
    """
    check(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        durable.write_new(part, data)
        durable.put_in_place(part, path)
    except OSError as error:
        raise StorageError(
            _("{path} cannot be written: {why}").format(path=path, why=error.strerror)
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
