"""The walls of the house: imports go down only, and every third-party package has one home."""

import ast
import importlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from inspect import signature, unwrap
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from world import ROOT

from leerid_cli.cli import commands
from leerid_cli.cli.app import app
from leerid_cli.cli.translated import Command

PACKAGE = ROOT / "leerid_cli"
FLOORS = (
    {"cli"},
    {"workflows"},
    {"outputs"},
    {"accounts", "batches"},
    {"run"},
    {"intake", "cards", "pools"},
    {"store", "exports"},
    {"settings"},
    {"rules", "tables"},
    {"runtime"},
    {"i18n", "errors"},
    {"resources", "model"},
)
HOMES = {
    "typer": {"cli"},
    "rich": {"cli"},
    "weasyprint": {"cards"},
    "pydyf": {"cards"},
    "jinja2": {"cards"},
    "qrcode": {"cards"},
    "PIL": {"cards"},
    "pikepdf": {"cards"},
    "pypdfium2": {"cards"},
    "fontTools": {"cards"},
    "markupsafe": {"cards"},
    "sqlite3": {"store"},
    "bcrypt": {"rules"},
    "anyascii": {"rules"},
    "stdnum": {"intake"},
    "charset_normalizer": {"intake/encodings.py"},
    "csv": {"tables", "rules/pictograms.py"},
    "openpyxl": {"tables"},
    "xlsxwriter": {"tables"},
    "defusedxml": {"tables"},
    "platformdirs": {"settings/places.py"},
    "tomllib": {"runtime/limits.py"},
    "subprocess": {"pools/processes.py"},
    "distributed": {"pools/cluster.py"},
    "dask": {"pools/cluster.py"},
    "gc": {"cards"},
    "random": set(),
    "click": set(),
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(dotted: str) -> str:
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 else ""


def floor(name: str) -> int | None:
    return next((number for number, rooms in enumerate(FLOORS) if name in rooms), None)


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_module_stands_on_a_floor() -> None:
    entries = {place(path) for path in MODULES} - {"__init__", "__main__"}
    assert entries == set().union(*FLOORS)


def is_allowed(here: str, there: str) -> bool:
    """Tell whether a room may import another one: of a lower floor; on the ground floor also next door."""
    below = floor(there)
    if here == "__main__" or there in (here, "__version__"):
        return True
    on_the_ground = floor(here) == below == len(FLOORS) - 1
    return below is not None and (on_the_ground or floor(here) < below)  # type: ignore[operator]


def test_imports_go_down_only() -> None:
    upwards = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        for name in imports(path)
        if name.startswith("leerid_cli.") and not is_allowed(place(path), room(name))
    ]
    assert not upwards, "only downwards, and not next door:\n" + "\n".join(upwards)


def test_a_cluster_is_known_to_the_pools_only() -> None:
    """Whoever opens pools need not know whose they are: a cluster is an extra that can be taken out."""
    strangers = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        for name in imports(path)
        if name.startswith("leerid_cli.pools.cluster") and place(path) != "pools"
    ]
    assert not strangers, "pools/machines.py gives one:\n" + "\n".join(strangers)


def has_its_home(package: str, module: Path) -> bool:
    """Tell whether a module may import a package."""
    if package in HOMES:
        return bool({module.parts[0], str(module)} & HOMES[package])
    return package == "leerid_cli" or package in sys.stdlib_module_names


def test_every_package_has_one_home() -> None:
    strays = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        for name in imports(path)
        if not has_its_home(name.split(".")[0], path.relative_to(PACKAGE))
    ]
    assert not strays, "HOMES names another home, or none:\n" + "\n".join(strays)


def calls(path: Path) -> Iterator[tuple[ast.Call, str, str]]:
    """Yield each call in a module, what it calls as text, and where it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func), f"{path.relative_to(PACKAGE)}:{node.lineno}"


def test_nothing_below_the_front_door_prints_or_exits() -> None:
    below = [path for path in MODULES if place(path) not in ("cli", "__main__")]
    found = [
        f"{where} calls {called}"
        for path in below
        for _call, called, where in calls(path)
        if called in ("print", "sys.exit", "exit", "os._exit")
    ]
    assert not found, "\n".join(found)


def is_put_together(sql: ast.expr) -> bool:
    """Tell whether SQL is made of pieces; a PRAGMA takes no parameters, so it may be."""
    pragma = isinstance(sql, ast.JoinedStr) and ast.unparse(sql).startswith("f'PRAGMA ")
    return isinstance(sql, ast.JoinedStr | ast.BinOp) and not pragma


def test_sql_stands_in_the_store_only_and_is_never_put_together() -> None:
    found = [
        f"{where} calls {called}"
        for path in MODULES
        for call, called, where in calls(path)
        if called.endswith((".execute", ".executemany"))
        and (place(path) != "store" or is_put_together(call.args[0]))
    ]
    assert not found, "\n".join(found)


LOADED = """
import sys
from leerid_cli.cli.app import app
try:
    app({arguments!r})
except SystemExit:
    pass
print("LOADED", *sys.modules, file=sys.stderr)
"""
HEAVY = {
    "pandas",
    "openpyxl",
    "xlsxwriter",
    "weasyprint",
    "pikepdf",
    "fontTools",
    "jinja2",
    "qrcode",
    "numpy",
    "distributed",
    "leerid_cli.pools.cluster",
}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["--version"], set()),
        (["bulk-create", "--help"], set()),
        (["search", "wisniewski"], set()),
        (["show", "1204871"], set()),
        (["verify", "nobody"], set()),
        (["import", "EXAMPLE"], set()),
        (["adopt", "EXAMPLE"], set()),
        (["history"], set()),
        (["overview"], set()),
        (["export"], set()),
        (["suspend", "1204871"], set()),
        (["reset-password", "1204871"], set()),
        (["create", "1204871"], HEAVY - {"pandas", "numpy", "distributed", "leerid_cli.pools.cluster"}),
    ],
)
def test_heavy_libraries_are_loaded_only_by_what_needs_them(
    tmp_path: Path, arguments: list[str], allowed: set[str]
) -> None:
    places = ["--db", str(tmp_path / "s.db"), "--config", str(tmp_path / "c.toml")]
    (tmp_path / "c.toml").write_text("")
    example = str(ROOT / "examples" / "students.csv")
    for line in (["import", example], arguments):
        chosen = [example if argument == "EXAMPLE" else argument for argument in line]
        code = LOADED.format(arguments=[*places, *chosen])
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            stdin=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
    modules = set(done.stderr.partition("LOADED")[2].split())
    assert modules & HEAVY <= allowed
    if allowed:
        assert {"weasyprint", "pikepdf"} <= modules, "the control: what needs them does load them"


def test_a_run_loads_the_one_command_it_needs(tmp_path: Path) -> None:
    places = ["--db", str(tmp_path / "s.db"), "--config", str(tmp_path / "c.toml")]
    (tmp_path / "c.toml").write_text("")
    code = LOADED.format(arguments=[*places, "search", "wisniewski"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stderr.partition("LOADED")[2].split())
    assert "leerid_cli.cli.search" in modules
    others = {f"leerid_cli.cli.{module}" for module in commands.MODULES.values()} - {"leerid_cli.cli.search"}
    assert not modules & others
    assert not modules & {"leerid_cli.model.plans", "leerid_cli.model.cards", "leerid_cli.store.imports"}


def test_every_command_is_found_by_its_name() -> None:
    built = commands.Commands()
    assert [built[name].name for name in built] == list(commands.MODULES)
    modules = {path.stem for path in (PACKAGE / "cli").glob("*.py") if "def add_to(" in path.read_text()}
    assert modules == set(commands.MODULES.values())
    for module in modules:
        app = typer.Typer()
        importlib.import_module(f"leerid_cli.cli.{module}").add_to(app, Command)
        registered = typer.main.get_group(app).commands
        assert {name for name, where in commands.MODULES.items() if where == module} == set(registered)


def all_commands(group: Any, *words: str) -> Iterator[tuple[str, Any]]:
    """Yield each command of a group, also those below other groups, with its name on the command line."""
    yield " ".join(words), group
    for name, command in getattr(group, "commands", {}).items():
        yield from all_commands(command, *words, name)


def test_no_command_function_has_more_than_12_parameters() -> None:
    """A group of options counts as one parameter (docs/decisions/070-option-groups.md)."""
    counted = {
        name: len(signature(unwrap(command.callback)).parameters)
        for name, command in all_commands(typer.main.get_command(app), "leerid")
        if command.callback
    }
    assert {"leerid", "leerid bulk-create", "leerid conflicts list"} <= counted.keys()
    assert len(counted) > len(commands.MODULES)
    wide = {name: number for name, number in counted.items() if number > 12}
    assert not wide, f"more than 12 parameters: {wide}"


def test_no_option_is_twice_in_a_command_or_one_of_the_whole_program_as_well() -> None:
    """Typer says nothing of an option that hides another one, and takes those of the whole program first."""
    whole = typer.main.get_command(app)
    of_the_program = {flag for option in whole.params for flag in option.opts}
    twice: dict[str, list[str]] = {}
    for name, command in all_commands(whole, "leerid"):
        flags = Counter(flag for option in command.params for flag in (*option.opts, *option.secondary_opts))
        if command is not whole:
            flags.update(of_the_program & flags.keys())
        twice[name] = [flag for flag, number in flags.items() if number > 1]
    found = {name: flags for name, flags in twice.items() if flags}
    assert not found, f"twice: {found}"


def test_every_command_has_a_file_of_tests_that_says_so() -> None:
    """The first line of each file of `tests/cli` names, between backticks, the commands that it tests."""
    files = (ROOT / "tests" / "cli").glob("test_*.py")
    titles = [(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "") for path in files]
    named = {name for title in titles for name in re.findall(r"`([a-z-]+)[ `]", title.splitlines()[0])}
    untested = [name for name in commands.MODULES if name not in named]
    assert not untested, f"no file of tests/cli begins with {untested}"


def test_sizes() -> None:
    long = [
        f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60  # type: ignore[operator]
    ]
    assert not long, "60 lines or more:\n" + "\n".join(long)
