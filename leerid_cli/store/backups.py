"""Copies of the store: asked for, made by itself before a change that cannot be taken back, and put back."""

from __future__ import annotations

import glob
import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable
from leerid_cli.runtime.failpoints import hit

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
    except OSError as error:
        raise _failed(target, error) from error
    copy(connection, target)
    for old in sorted(target.parent.glob("*.db"))[:-KEPT]:
        hit("backup-rotated")
        old.unlink()
    return target


def clear_leftovers(store: Path) -> None:
    """Remove what killed runs left half made of this store and its automatic backups; call it under the lock."""
    name = glob.escape(store.name)
    places = (
        (store.parent, f".{name}.*.new*"),
        (store.parent, f".{name}.*.restored*"),
        (store.parent, f"..{name}.*.restored.*.part*"),
        (folder(store), ".*.part*"),
    )
    for parent, pattern in places:
        for left in parent.glob(pattern):
            with suppress(OSError):
                left.unlink()


def made(store: Path) -> list[Path]:
    """Return the automatic backups of a store, the oldest first."""
    return sorted(folder(store).glob("*.db"))


def moment(backup: Path) -> datetime | None:
    """Return when an automatic backup was made, as its name tells; None where it does not."""
    with suppress(ValueError):
        return datetime.strptime(backup.name.partition("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    return None


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the open store, whole and consistent, to a new file of mode 0600 that a power cut does not undo.

    Raises StorageError where it cannot be written or something stands there; then nothing is left of it.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() or target.is_symlink():
            raise FileExistsError(_("it exists already"))
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        hit("backup-opened")
        with closing(sqlite3.connect(part)) as made:
            connection.backup(made)
        hit("backup-copied")
        durable.sync(part)
        durable.put_in_place(part, target)
    except (OSError, sqlite3.Error) as error:
        raise _failed(target, error) from error
    finally:
        part.unlink(missing_ok=True)
        part.with_name(part.name + "-journal").unlink(missing_ok=True)


def put_back(made: Path, store: Path) -> None:
    """Let a finished store take the place of another; what a killed run left in its journal goes with the old one."""
    try:
        durable.sync(made)
        hit("restore-synced")
        durable.remove(store.with_name(store.name + "-journal"))
        hit("restore-journal-gone")
        made.replace(store)
        hit("restore-replaced")
        durable.sync_folder(store.parent)
    except OSError as error:
        raise _failed(store, error) from error


def _failed(target: Path, error: Exception) -> StorageError:
    return StorageError(
        _("the backup {path} cannot be made: {why}").format(path=target, why=error),
        _("nothing was changed; make room or give another place"),
    )
