"""What every workflow is told about the run it is part of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from leerid_cli.model.progress import NoProgress, Progress
from leerid_cli.settings.settings import Settings
from leerid_cli.store.access import Store


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
    def store(self) -> Store:
        """The store, for whose lock this run waits as long as it was told."""
        return Store(self.settings.store, self.wait)
