"""How worker processes and a cluster say that they could not do what they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


class WorkerError(Exception):
    """A worker was ended from outside, or could not do what it was given: do it here, to see why."""
