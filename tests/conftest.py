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

HERE = Path(__file__).parent
# Folders, files and single tests that draw cards, start many processes, or read a great deal: `script/test --fast`
# leaves them out, and lists what else took over two seconds.
SLOW = (
    "cards", "cli/test_answers_machine.py", "cli/test_backup.py", "cli/test_bulk_create.py",
    "cli/test_bulk_create_cards.py",
    "cli/test_bulk_create_convert.py", "cli/test_bulk_create_plan.py", "cli/test_bulk_create_printing.py",
    "cli/test_bulk_create_review.py", "cli/test_bulk_create_workers.py", "cli/test_calibrate.py",
    "cli/test_cards_preview.py", "cli/test_cluster.py", "cli/test_cluster_hosts.py", "cli/test_create.py",
    "cli/test_doctor.py",
    "cli/test_export.py::test_a_csv_opened_and_saved_in_libreoffice_changes_nothing",
    "cli/test_export.py::test_a_workbook_opened_and_saved_in_libreoffice_has_the_same_cells",
    "cli/test_export.py::test_with_the_first_choices_of_libreoffice_only_the_zero_of_the_school_is_put_back",
    "cli/test_interrupted.py", "cli/test_pipes.py", "cli/test_progress.py", "cli/test_recover.py",
    "cli/test_recover_reissue.py", "cli/test_rename.py", "cli/test_reset_password.py", "cli/test_side_by_side.py",
    "cli/test_size.py",
    "cli/test_verify.py", "faults",
    "intake/test_bombs.py", "intake/test_fuzz.py",
    "intake/test_import_plan.py::test_imports_in_any_order_merge_nobody_by_accident_and_settle", "pools",
    "rules/test_chance.py", "saboteur", "test_architecture.py::test_heavy_libraries_are_loaded_only_by_what_needs_them",
    "test_audit.py", "test_docs.py::test_generated_pages_are_up_to_date", "test_figures.py",
    "test_golden.py::test_bundles_are_as_they_were", "test_release.py", "test_skips.py",
    "test_translations.py::test_the_language_of_messages", "test_wheel.py",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write tests/golden anew (test_golden.py)")


def pytest_configure() -> None:
    """Raise UsageError where SLOW names what is not there, as after a renaming."""
    missing = [name for name in SLOW if not _is_there(*name.partition("::")[::2])]
    if missing:
        raise pytest.UsageError(f"SLOW in tests/conftest.py names what is not there: {', '.join(missing)}")


def _is_there(path: str, test: str) -> bool:
    place = HERE / path
    return place.exists() and (not test or f"def {test}(" in place.read_text(encoding="utf-8"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what SLOW names, before `-m` chooses."""
    slow = {str(HERE / name) for name in SLOW}
    for item in items:
        test = f"{item.path}::{item.name.partition('[')[0]}"
        if not slow.isdisjoint((test, *map(str, (item.path, *item.path.parents)))):
            item.add_marker("slow")


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
