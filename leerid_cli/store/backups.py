"""Copies of the store made by itself before it changes in ways that cannot be taken back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _

KEPT = 10


def folder(store: Path) -> Path:
    """Return where the automatic backups of a store are."""
    return store.with_name(f"{store.stem}-backups")


def automatic(connection: sqlite3.Connection, store: Path, why: str) -> Path:
    """Copy the store into its backup folder (0700, files 0600) and keep the newest ten; returns the copy.

    Raises StorageError where the copy cannot be made: then what it was for must not happen either.
    """
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = folder(store) / f"{now}-{why}.db"
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)
        for old in sorted(target.parent.glob("*.db"))[:-KEPT]:
            old.unlink()
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            _("the backup {path} cannot be made: {why}").format(path=target, why=error),
            _("nothing was changed; make room or put the store elsewhere"),
        ) from error
    return target
