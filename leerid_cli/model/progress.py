"""How a long step reports its progress, without knowing who shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Done = Callable[[int], None]
"""Called with the number of parts that were done since the last call; may be called from any thread."""


class Progress(Protocol):
    """Shows the progress of long steps, such as a bar at a terminal."""

    def step(self, label: str, total: int | None) -> Done:
        """Begin a step and return the function that reports parts of it as done.

        `label` names the step for the user; `total` is the number of parts, None where it is not known.
        """


class NoProgress:
    """A `Progress` that shows nothing."""

    def step(self, label: str, total: int | None) -> Done:
        """Return a function that does nothing."""
        return lambda _number: None
