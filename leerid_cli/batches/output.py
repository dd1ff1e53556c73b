"""What `batches` needs of the output of a batch. The output itself, the ZIP, is in `outputs/bundle.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leerid_cli.model.requests import IssuedCredential
from leerid_cli.pools.pools import WorkerPools


@dataclass(frozen=True, slots=True)
class Prepared:
    """A written but unpublished output: the path of its hidden file, SHA-256 in hexadecimal, size in bytes."""

    stage: Path
    sha256: str
    size: int


class Output(Protocol):
    """Something that a batch delivers as one file, such as the ZIP.

    Publishing and discarding the file are functions in `batches/files.py` instead of methods here, because
    recovery must do both knowing only the paths in the store.
    """

    def prepare(self, issued: Sequence[IssuedCredential], stage: Path, pools: WorkerPools) -> Prepared:
        """Write the output to the new file `stage` and sync it to disk.

        `pools` are the threads and processes that may be used. Raises StorageError where it cannot be written.
        """

    def verify(self, prepared: Prepared) -> None:
        """Read the file back from disk; raises StorageError where it differs from what `prepare` wrote."""
