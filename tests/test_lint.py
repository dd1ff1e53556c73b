"""The security rules of the linter hold everywhere, and where one is switched off the line says why."""

import re
import subprocess
import sys

from world import ROOT


def test_every_program_here_is_linted() -> None:
    line = [sys.executable, "-m", "ruff", "check", ".", "--show-files"]
    listed = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    python = [
        file
        for folder in ("leerid_cli", "script", "benchmarks", "tests")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
        and (file.suffix == ".py" or (not file.suffix and b"python3\n" in file.read_bytes()[:30]))
    ]
    assert len(python) > 100
    assert not {str(file) for file in python} - set(listed)


def test_a_security_rule_is_switched_off_with_a_reason_only() -> None:
    bare = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for folder in ("leerid_cli", "script", "benchmarks")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and (file.suffix == ".py" or not file.suffix)
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"noqa: S\d", line) and not re.search(r"noqa: S\d+ [-(]\W*\w+", line)
    ]
    assert bare == []
