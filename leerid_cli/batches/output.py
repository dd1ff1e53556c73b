"""The port of what a batch delivers: what the order of side effects asks of an output, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leerid_cli.model.requests import IssuedCredential
from leerid_cli.pools.pools import WorkerPools


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an output wrote to its stage: where it stands, its SHA-256 in hexadecimal, its size in bytes."""

    stage: Path
    sha256: str
    size: int


class Output(Protocol):
    """Something that a batch delivers as a file, such as the bundle.

    Publishing and discarding the file are no methods: recovery does both, and has only rows of the store.
    """

    def prepare(self, issued: Sequence[IssuedCredential], stage: Path, pools: WorkerPools) -> Prepared:
        """Write the file to its stage, a new file that is durable when this returns; raises StorageError."""

    def verify(self, prepared: Prepared) -> None:
        """Read back what stands on disk; raises StorageError where it is not what was meant."""
