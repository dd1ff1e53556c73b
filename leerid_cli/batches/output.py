"""What a batch delivers, as the order of side effects sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from leerid_cli.model.batches import IssuedAccount


@dataclass(frozen=True)
class Prepared:
    """A staged bundle: its SHA-256 and size, the accounts whose passwords it holds, and how to read it back."""

    sha256: str
    size: int
    accounts: Sequence[IssuedAccount]
    verify: Callable[[Path], None]
