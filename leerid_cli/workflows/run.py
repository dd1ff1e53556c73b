"""What every workflow is told about the run it is part of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.progress import NoProgress, Progress
from leerid_cli.settings.settings import Settings
from leerid_cli.store import backups, lock, place
from leerid_cli.store.connection import Connection, connect, is_outdated


class Dialogue(Protocol):
    """Talks with somebody at a terminal."""

    def say(self, text: str) -> None:
        """Show one line."""

    def prompt(self, question: str, default: str) -> str:
        """Ask for a line; an empty answer is the default. Raises RefusedError at the end of the input."""

    def secret(self, prompt: str) -> str:
        """Ask for a line that is not shown."""


@dataclass(frozen=True)
class Run:
    """Settings, clock and manners of one run of the program; `dialogue`: with whom to talk, None with nobody."""

    settings: Settings
    now: datetime
    today: date
    wait: float = 0.0
    reason: str = ""
    progress: Progress = field(default_factory=NoProgress)
    confirm: Callable[[str], bool] = lambda _question: True
    dialogue: Dialogue | None = None

    @property
    def interactive(self) -> bool:
        """True where there is somebody to ask."""
        return self.dialogue is not None

    @property
    def store(self) -> Path:
        """Where the store is."""
        return self.settings.store

    def warn_if_open(self) -> tuple[str, ...]:
        """Return a warning where the disk does not keep the store to its owner."""
        if place.is_private(self.store):
            return ()
        return (_("warning: others can read {path}: chmod 600 it, or move it").format(path=self.store),)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open the store for reading during the block; fetch and leave before printing."""
        if self.store.exists() and is_outdated(self.store):
            with self.locked("migration"):
                pass
        connection = connect(self.store, write=False)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def locked(self, command: str, *, migrate: bool = True) -> Iterator[None]:
        """Hold the store's lock during the block; makes its folder, migrates an old store."""
        place.refuse_network(self.store)
        try:
            self.store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                _("the folder {folder} cannot be made: {why}").format(
                    folder=self.store.parent, why=error.strerror
                )
            ) from error
        with lock.exclusive(self.store, command, self.wait):
            backups.clear_leftovers(self.store)
            if migrate and self.store.exists() and is_outdated(self.store):
                connect(self.store, write=True).close()
            yield

    @contextmanager
    def writing(self, command: str) -> Iterator[Connection]:
        """Open the existing store for writing, under its lock, during the block."""
        if not self.store.exists():
            connect(self.store, write=True)  # says that there is none
        with self.locked(command):
            connection = connect(self.store, write=True)
            try:
                yield connection
            finally:
                connection.close()
