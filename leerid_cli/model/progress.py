"""How a long step tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Done = Callable[[int], None]
"""What is called with how many more parts of a step are done, from whatever thread."""


class Progress(Protocol):
    """Shows how far a long step is."""

    def step(self, label: str, total: int | None) -> Done:
        """Begin a step of `total` parts, None where nobody knows, and return what to call as they are done."""


class NoProgress:
    """Shows nothing."""

    def step(self, label: str, total: int | None) -> Done:
        """Return a function that does nothing."""
        return lambda _number: None
