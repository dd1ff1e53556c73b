"""What every workflow is told about this run of the program: settings, time, options, whom to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from leerid_cli.model.progress import NoProgress, Progress
from leerid_cli.runtime.stop import NEVER, Stop
from leerid_cli.settings.settings import Settings
from leerid_cli.store.access import Store


class Dialogue(Protocol):
    """Asks and tells somebody at a terminal; `cli.console.Terminal` is the real one."""

    def say(self, text: str) -> None:
        """Show one line."""

    def prompt(self, question: str, default: str) -> str:
        """Ask for a line; an empty answer is the default. Raises RefusedError at the end of the input."""

    def secret(self, prompt: str) -> str:
        """Ask for a line that is not shown."""


@dataclass(frozen=True)
class Run:
    """One run of the program.

    `now` is the moment of the run with its time zone, `today` the date by which rules are applied; `wait` is how
    many seconds to wait for the store lock; `reason` is kept in the history. `confirm` asks yes or no, and
    answers True where nobody can be asked. `dialogue` is None where nobody is at a terminal. `stop` is what may stop
    the run before it is done.
    """

    settings: Settings
    now: datetime
    today: date
    wait: float = 0.0
    reason: str = ""
    progress: Progress = field(default_factory=NoProgress)
    confirm: Callable[[str], bool] = lambda _question: True
    dialogue: Dialogue | None = None
    stop: Stop = NEVER

    @property
    def interactive(self) -> bool:
        """Whether somebody at a terminal can be asked."""
        return self.dialogue is not None

    @property
    def store(self) -> Store:
        """The store of this run, not opened yet; whoever writes waits `wait` seconds for its lock."""
        return Store(self.settings.store, self.wait)
