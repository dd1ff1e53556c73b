"""Fixtures of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from skips import pytest_sessionfinish, pytest_terminal_summary  # noqa: F401 - hooks
from world import World

from leerid_cli import i18n

settings.register_profile("leerid", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("leerid")


@pytest.fixture(autouse=True)
def _sober_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Give every test trial hashes and English messages, and keep it away from the user's own folders.

    On a slow machine too: no line in a log says how far a run is.
    """
    monkeypatch.setenv("LEERID_BCRYPT_COST", "4")
    monkeypatch.setenv("LEERID_PROGRESS_SECONDS", "1000000")
    monkeypatch.setenv("LEERID_LANG", "en")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg-config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg-data"))
    for name in ("LEERID_DB", "LEERID_CONFIG", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    yield
    i18n.use("en")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
