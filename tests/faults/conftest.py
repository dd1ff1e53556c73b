"""Fixtures: one warm interpreter (`warm.py`) in each worker of pytest, with and without strace."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from scenes import Warm
from skips import need_strace
from tracing import LINE


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    server = Warm(tmp_path_factory.mktemp("warm"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """Yield a warm interpreter of which strace sees each file, address and program that it tries to use."""
    need_strace()
    folder = tmp_path_factory.mktemp("traced")
    server = Warm(folder, (*LINE, "-o", folder / "trace"))
    yield server
    server.close()


@pytest.fixture
def canary() -> Iterator[Path]:
    """Yield a file that no run has any reason to read; its path is so short that it fits on a card."""
    with tempfile.TemporaryDirectory(prefix="c", dir="/tmp") as folder:
        (Path(folder) / "c").write_text("secret of the canary")
        yield Path(folder) / "c"
