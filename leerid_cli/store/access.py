"""Opens the store for workflows: for reading, or for writing under its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.store import backups, batch_lock, lock, place
from leerid_cli.store.connection import Connection, connect, create, is_outdated


class Store:
    """The store at a path.

    A writer waits at most `wait` seconds for the lock while another run has it, then BusyError is raised.
    """

    def __init__(self, path: Path, wait: float = 0.0) -> None:
        self.path, self.wait = path, wait

    def exists(self) -> bool:
        """Tell whether there is a file at the path."""
        return self.path.exists()

    def warn_if_open(self) -> tuple[str, ...]:
        """Return a warning where other users can read the store, such as on a disk without file modes."""
        if place.is_private(self.path):
            return ()
        return (_("warning: others can read {path}: chmod 600 it, or move it").format(path=self.path),)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open the store for reading during the block; fetch what is needed, and leave it before printing.

        A store of an older schema is migrated first, under the lock. Raises NotFoundError where there is no
        store, StorageError where the file is none.
        """
        if self.exists() and is_outdated(self.path):
            with self.locked("migration"):
                pass
        with closing(connect(self.path, write=False)) as connection:
            yield connection

    @contextmanager
    def locked(self, command: str, *, migrate: bool = True, wait: float | None = None) -> Iterator[None]:
        """Take the lock of the store for the block, which is to be short: no question, hash or drawing in it.

        Before the block its folder is made, leftovers of killed runs are removed and, with `migrate`, a store
        of an older schema is migrated. `command` is what other runs are told about this one; `wait` is how many
        seconds to wait for the lock, None: as long as the store does. Raises StorageError on a network file
        system; BusyError where another run has the lock, or a batch is being made in a store to migrate.
        """
        place.refuse_network(self.path)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                _("the folder {folder} cannot be made: {why}").format(
                    folder=self.path.parent, why=error.strerror
                )
            ) from error
        with lock.exclusive(self.path, command, self.wait if wait is None else wait):
            backups.clear_leftovers(self.path)
            if migrate and self.exists() and is_outdated(self.path):
                batch_lock.refuse_live(self.path)
                connect(self.path, write=True).close()
            yield

    @contextmanager
    def writing(self, command: str, wait: float | None = None) -> Iterator[Connection]:
        """Open the store for writing, under its lock, during the block.

        `command` and `wait` as for `locked`. Raises NotFoundError where there is no store, and what `locked` raises.
        """
        if not self.exists():
            connect(self.path, write=True)  # raises NotFoundError, before a folder is made for the lock
        with self.locked(command, wait=wait), closing(connect(self.path, write=True)) as connection:
            yield connection

    @contextmanager
    def open_or_create(self) -> Iterator[Connection]:
        """Open the store for writing, or make a new one, during the block; call it under the lock."""
        made = connect(self.path, write=True) if self.exists() else create(self.path)
        with closing(made) as connection:
            yield connection
