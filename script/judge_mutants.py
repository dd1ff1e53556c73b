"""Run mutmut (its settings stand in pyproject.toml) and judge what it found; started by script/mutate.

mutmut changes what stands in functions. The numbers at the top of the modules, the limits of the contract, are
changed here: each by one up and down.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = ROOT / "mutants"
LISTED = ROOT / "docs" / "mutants.md"
AREAS = {
    "rules": ("leerid_cli/rules/*.py",),
    "bundle": (
        "leerid_cli/outputs/bundle_members.py",
        "leerid_cli/batches/files.py",
        "leerid_cli/runtime/new_file.py",
    ),
    "leaving": ("leerid_cli/intake/leaving.py",),
}
LEAST = 90
# How mutmut writes down that the tests passed, or that no test reaches the place.
UNNOTICED = (0, 33)


@dataclass(frozen=True)
class Survivor:
    """A mistake that no test noticed: where it is, and what a line of the function became."""

    name: str
    line: str

    @property
    def function(self) -> str:
        """Return the function in the words of the source."""
        return self.name.split("__mutmut_")[0].removeprefix("leerid_cli.").replace("x_", "", 1)


def results(patterns: tuple[str, ...]) -> dict[str, int | None]:
    """Return mutmut's number for every mutant of an area, by name."""
    found: dict[str, int | None] = {}
    for meta in sorted(file for pattern in patterns for file in MUTANTS.glob(f"{pattern}.meta")):
        found |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


def survivor(name: str) -> Survivor:
    """Return a mutant with its changed line, as `mutmut show` tells it."""
    shown = subprocess.run(["mutmut", "show", name], cwd=ROOT, capture_output=True, text=True, check=True)
    added = [
        line[1:].strip()
        for line in shown.stdout.splitlines()
        if line[:1] == "+" and not line.startswith("+++")
    ]
    return Survivor(name, " ".join(added))


def numbers(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield (name, the line as it becomes, the source as it becomes) for each number of a constant of a module."""
    lines = source.splitlines(keepends=True)
    for statement in ast.parse(source).body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            continue
        for node in ast.walk(statement.value):
            if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
                continue
            step = 1 if isinstance(node.value, int) else 0.1
            for value in (node.value + step, node.value - step):
                at, line = node.lineno - 1, lines[node.lineno - 1]
                changed = f"{line[: node.col_offset]}{round(value, 2)}{line[node.end_col_offset :]}"
                yield (
                    statement.targets[0].id,
                    changed.strip(),
                    "".join([*lines[:at], changed, *lines[at + 1 :]]),
                )


def tests_pass() -> bool:
    """Tell whether the tests pass on the copy in mutants/."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    line = [sys.executable, "-m", "pytest", "-x", "-q", *settings["pytest_add_cli_args"]]
    line += settings["pytest_add_cli_args_test_selection"]
    env = os.environ | {"PYTHONPATH": str(MUTANTS), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(line, cwd=MUTANTS, env=env, stdout=subprocess.DEVNULL).returncode == 0


def constants(patterns: tuple[str, ...]) -> dict[Survivor, bool]:
    """Return for every changed constant of an area whether the tests noticed."""
    noticed: dict[Survivor, bool] = {}
    for file in sorted(file for pattern in patterns for file in ROOT.glob(pattern)):
        copy = MUTANTS / file.relative_to(ROOT)
        with_mutants = copy.read_text(encoding="utf-8")
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for name, line, source in numbers(file.read_text(encoding="utf-8")):
            copy.write_text(source, encoding="utf-8")
            noticed[Survivor(f"{module}.{name}", line)] = not tests_pass()
        copy.write_text(with_mutants, encoding="utf-8")
    return noticed


def judge(area: str, listed: str) -> bool:
    """Print how an area did and the survivors that are not listed; returns whether all is well."""
    codes, limits = results(AREAS[area]), constants(AREAS[area])
    missing = [name for name, code in codes.items() if code is None]
    survivors = [survivor(name) for name, code in codes.items() if code in UNNOTICED]
    survivors += [found for found, noticed in limits.items() if not noticed]
    total = len(codes) + len(limits)
    killed = total - len(survivors) - len(missing)
    percent = 100 * killed / total
    print(
        f"{area}: {total} mutants ({len(limits)} of constants), {killed} killed ({percent:.1f} %), "
        f"{len(survivors)} survived"
    )
    unlisted = [found for found in survivors if f"`{found.line}`" not in listed]
    for found in unlisted:
        print(f"  not in docs/mutants.md: {found.name}\n    {found.function}: `{found.line}`")
    for name in missing:
        print(f"  not tried: {name}")
    return percent >= LEAST and not unlisted and not missing


def main() -> int:
    """Make the mutants anew, run the tests on each, and return 1 where too much goes unnoticed."""
    areas = sys.argv[1:] or list(AREAS)
    if unknown := set(areas) - AREAS.keys():
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(AREAS)}", file=sys.stderr)
        return 2
    shutil.rmtree(MUTANTS, ignore_errors=True)
    files = [pattern for area in areas for pattern in AREAS[area]]
    patterns = [file.removesuffix(".py").replace("/", ".") for file in files]
    names = [pattern if pattern.endswith("*") else f"{pattern}.*" for pattern in patterns]
    chosen = names if sys.argv[1:] else []
    # Its counter of progress is for a terminal.
    quiet = None if sys.stdout.isatty() else subprocess.PIPE
    done = subprocess.run(
        ["mutmut", "run", "--max-children", "2", *chosen], cwd=ROOT, stdout=quiet, text=True
    )
    if done.returncode:
        print(done.stdout or "", "mutmut stopped", file=sys.stderr)
        return 1
    listed = LISTED.read_text(encoding="utf-8")
    return 0 if all([judge(area, listed) for area in areas]) else 1


if __name__ == "__main__":
    sys.exit(main())
