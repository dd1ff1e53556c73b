"""Backups: copies of the store made on request or automatically, and put back by `leerid restore`.

Automatic ones are made before changes that cannot be undone: a migration, an import, a restore
(docs/contract.md §7).
"""

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
"""How many automatic backups are kept, the newest ones."""


def folder(store: Path) -> Path:
    """Return the folder of the automatic backups of a store."""
    return store.with_name(f"{store.stem}-backups")


def automatic(connection: sqlite3.Connection, store: Path, why: str) -> Path:
    """Copy the store to a file in its backup folder and remove all but the newest ten; return the copy.

    The folder has mode 0700, the file 0600; `why` becomes part of its name. Raises StorageError where the
    copy cannot be made: then the change for which it was wanted must not be made either.
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
    """Remove unfinished files of killed runs beside the store and its backups; call it under the lock."""
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
    """Return when an automatic backup was made, by its name; None for another name."""
    with suppress(ValueError):
        return datetime.strptime(backup.name.partition("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)
    return None


def copy(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the open store to a new file of mode 0600, consistent and synced to disk.

    Raises StorageError where it cannot be written or `target` exists; then nothing of the copy is left.
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
    """Replace a store by another one, `made`, that is complete; the journal of the old one is removed.

    A killed run can have left that journal; SQLite would apply it to the new store. Raises StorageError.
    """
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
