"""Tests that are skipped: what is missing, said at the end of the run; where none may be skipped, the run fails."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from world import ROOT

PACKAGES = dict(
    line.split()
    for line in (ROOT / "tests" / "packages.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)
NONE_ALLOWED = "LEERID_NO_SKIPS"
"""Names the environment variable that makes a skipped test a failure of the run."""


def why_without(program: str) -> str:
    """Return why a test is skipped where a program is missing."""
    return f"{program} is missing (Debian's package {PACKAGES[program]})"


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where a program of `packages.txt` is missing."""
    return pytest.mark.skipif(not shutil.which(program), reason=why_without(program))


def need_strace() -> None:
    """Skip the test where strace is not installed or may not trace other processes."""
    line = ["strace", "-ff", "--seccomp-bpf", "-e", "trace=fsync", "true"]
    if not shutil.which("strace"):
        pytest.skip(why_without("strace"))
    if subprocess.run(line, capture_output=True, check=False).returncode:
        pytest.skip("strace may not watch other processes here")


def skipped(config: pytest.Config) -> list[str]:
    """Return the reasons of the tests that were skipped, one for each of them."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    return [str(report.longrepr) for report in reporter.stats.get("skipped", ())] if reporter else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let the run fail where a test was skipped and none may be."""
    if os.environ.get(NONE_ALLOWED) and skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)  # after pytest's own list of the reasons
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    """Say at the end which packages the skipped tests need, and whether none may be skipped."""
    yield
    reasons = skipped(config)
    missing = [package for name, package in PACKAGES.items() if why_without(name) in "\n".join(reasons)]
    if missing:
        terminalreporter.write_line(f"For the skipped tests: apt-get install {' '.join(missing)}")
    if reasons and os.environ.get(NONE_ALLOWED):
        terminalreporter.write_line(
            f"FAILED: skipped {len(reasons)}, and {NONE_ALLOWED} allows none", red=True
        )
