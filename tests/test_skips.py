"""What is said of skipped tests at the end of a run, and that a run fails where none may be skipped."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from world import ROOT

TESTS = """
import pytest, skips
@pytest.mark.skipif(True, reason=skips.why_without("soffice"))
def test_that_needs_a_program(): pass
@pytest.mark.skip(reason="no reason")
def test_that_no_package_helps(): pass
def test_that_runs(): pass
"""


def end_of(folder: Path, *options: str, none_allowed: str = "") -> tuple[int, str]:
    """Run the tests above in a process of their own; returns exit code and what is said after the last result."""
    (folder / "conftest.py").write_text("from skips import pytest_sessionfinish, pytest_terminal_summary")
    (folder / "test_some.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", *options], cwd=folder,
        capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests"), "LEERID_NO_SKIPS": none_allowed},
    )  # fmt: skip
    return done.returncode, done.stdout.partition("short test summary info")[2]


@pytest.mark.parametrize("options", [("-n0",), ("-n1",)])
def test_skips_are_listed_with_the_package_that_is_missing(tmp_path: Path, options: tuple[str, ...]) -> None:
    code, said = end_of(tmp_path, *options)
    assert code == 0
    assert re.search(r"SKIPPED .*soffice is missing \(Debian's package libreoffice-calc-nogui\)", said)
    assert "\nFor the skipped tests: apt-get install libreoffice-calc-nogui\n" in said
    code, said = end_of(tmp_path, *options, "-k", "runs")
    assert (code, "For the skipped" in said) == (0, False)


@pytest.mark.parametrize("options", [("-n0",), ("-n1",)])
def test_where_no_skip_is_allowed_one_fails_the_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    code, said = end_of(tmp_path, *options, none_allowed="1")
    assert (code, "FAILED: skipped 2, and LEERID_NO_SKIPS allows none" in said) == (1, True)
    assert end_of(tmp_path, *options, "-k", "runs", none_allowed="1")[0] == 0


def test_the_checks_allow_no_skip() -> None:
    assert "export LEERID_NO_SKIPS=1\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
