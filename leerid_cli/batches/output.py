"""What `batches` needs of the outputs of a batch. The one output so far, the ZIP, is in `outputs/bundle.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leerid_cli.model.batches import OutputKind
from leerid_cli.model.requests import IssuedCredential
from leerid_cli.pools.pools import WorkerPools


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A written but unpublished file: the path of the hidden file, SHA-256 in hexadecimal, size in bytes."""

    path: Path
    sha256: str
    size: int


class Output(Protocol):
    """Something that a batch delivers as one or more files, such as the ZIP.

    Publishing and discarding files are functions in `batches/files.py` instead of methods here, because
    recovery must do both knowing only the paths in the store.
    """

    kind: OutputKind

    def names(self, batch: str) -> Sequence[Path]:
        """Return the final paths of the files that the batch with this id delivers.

        Raises StorageError where one exists already or its folder does not.
        """

    def prepare(
        self, issued: Sequence[IssuedCredential], stages: Sequence[Path], pools: WorkerPools
    ) -> Sequence[StagedFile]:
        """Write the files to the new paths `stages`, one for each of `names`, and sync them to disk.

        `pools` are the threads and processes that may be used. Raises StorageError where one cannot be written.
        """

    def verify(self, staged: Sequence[StagedFile]) -> None:
        """Read the files back from disk; raises StorageError where one differs from what `prepare` wrote."""
