"""script/figures counts a made-up program right, and what it says of a real run agrees with itself."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from world import ROOT

TESTS = """
from pathlib import Path
import pytest
from babel.messages.catalog import Message

@pytest.mark.parametrize("page", [Path("a"), Path("b")])
def test_page(page): pass

@pytest.mark.parametrize("message", [Message("a"), Message("b"), Message("c")])
def test_message(message): pass

@pytest.mark.parametrize("number", range(10))
def test_number(number): pass

def test_alone(): pass
"""


def figures(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(root / "script" / "figures"), *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def value(said: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} +([\d.]+)", said, re.MULTILINE)
    assert found, said
    return float(found[1])


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a folder with the script and a program of two rooms, a module and an entry, in which goals are met."""
    (tmp_path / "script").mkdir()
    shutil.copy(ROOT / "script" / "figures", tmp_path / "script")
    for room in ("lower", "upper"):
        (tmp_path / "leerid_cli" / room).mkdir(parents=True)
        (tmp_path / "leerid_cli" / room / "__init__.py").touch()
    put = {
        "__init__.py": "__version__ = '1'\n",
        "ground.py": "def short():\n    return 1\n" * 9,
        "lower/one.py": "from leerid_cli import __version__, ground\n",
        "lower/two.py": "import leerid_cli.ground\nfrom leerid_cli.lower import one\n",
        # twice the same module, one within a function, one for types only: three in all
        "upper/wide.py": "from typing import TYPE_CHECKING\nimport sys\n"
        "from leerid_cli.lower import one\nfrom leerid_cli.lower.one import ground\n"
        "if TYPE_CHECKING:\n    from leerid_cli.lower.two import x\n"
        "def long():\n    from leerid_cli import ground\n" + "    sys.path\n" * 18,
    }
    for name, text in put.items():
        (tmp_path / "leerid_cli" / name).write_text(text)
    return tmp_path


def test_a_small_program_is_counted(program: Path) -> None:
    done = figures("--check", root=program)
    assert (done.returncode, done.stderr) == (0, "")
    assert value(done.stdout, "most modules that one module uses (fan-out)") == 3
    assert value(done.stdout, "lines of a function, median") == 2
    assert value(done.stdout, "lines of a function, 90th percentile") == 2
    assert value(done.stdout, "lines of a function, longest") == 20
    assert value(done.stdout, "lines of a module, longest") == 26
    assert value(done.stdout, "largest room, % of all lines") == 54  # 26 of 48 lines, those of `upper`
    assert value(done.stdout, "rooms") == 3
    assert value(done.stdout, "arrows between rooms") == 3  # upper to both others, lower to ground
    assert value(done.stdout, "circles of modules") == 0


@pytest.mark.parametrize(
    ("file", "text", "figure"),
    [
        ("lower/two.py", "def late():\n    from leerid_cli.upper import wide\n", "circles of modules"),
        ("ground.py", "def long():\n" + "    1\n" * 60, "lines of a function, longest"),
        ("ground.py", ("def long():\n" + "    1\n" * 19) * 2, "lines of a function, 90th percentile"),
        (
            "ground.py",
            "".join(f"def f():\n    import leerid_cli.lower.m{n}\n" for n in range(21)),
            "most modules that one module uses (fan-out)",
        ),
    ],
)
def test_a_goal_that_is_missed_is_told_and_fails_where_it_is_to(
    program: Path, file: str, text: str, figure: str
) -> None:
    for number in range(21):
        (program / "leerid_cli" / "lower" / f"m{number}.py").touch()
    assert figures("--check", root=program).returncode == 0
    with (program / "leerid_cli" / file).open("a") as module:
        module.write(text)
    done = figures("--check", root=program)
    assert [line for line in done.stdout.splitlines() if " over" in line and line.startswith(figure)]
    assert done.returncode == 1
    assert figures("source", root=program).returncode == 0


def test_tests_that_are_one_of_a_file_or_message_are_counted(program: Path) -> None:
    (program / "test_small.py").write_text(TESTS)
    done = figures("tests", root=program)
    assert (done.returncode, done.stderr) == (0, "")
    assert value(done.stdout, "tests collected") == 16
    assert value(done.stdout, "tests that are one of a file or message") == 5
    assert figures("--check", "tests", root=program).returncode == 1


def test_the_run_of_bulk_create_is_counted() -> None:
    done = figures("--stack", "run")
    assert (done.returncode, done.stderr) == (0, "")
    stack = re.findall(r"^  (\S+\.py) (\S+)$", done.stdout, re.MULTILINE)
    assert value(done.stdout, "bulk-create: frames of the program, deepest") == len(stack)
    assert any(name == "bulk_create" for _file, name in stack)
    assert stack[0][1] != "main", "frames are counted below it"
    assert not [name for _file, name in stack if name.endswith(">")], "what has no name is left out"
    entered = re.findall(r"^- (\S+\.py)( \(classes only\))?$", done.stdout, re.MULTILINE)
    assert value(done.stdout, "bulk-create: modules entered") == len(entered)
    ran = [file for file, classes_only in entered if not classes_only]
    assert value(done.stdout, "bulk-create: modules of which a function ran") == len(ran)
    assert all((ROOT / "leerid_cli" / file).is_file() for file, _classes_only in entered)
    assert {file for file, _name in stack} <= set(ran)
    assert value(done.stdout, "bulk-create: worker processes, not watched") == 0


def test_the_program_meets_the_goals_of_its_source() -> None:
    done = figures("--check", "source")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
