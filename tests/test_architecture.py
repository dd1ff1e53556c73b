"""The walls of the house: imports go down only, and every third-party package has one home."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import typer.main
from world import ROOT

from leerid_cli.cli import commands
from leerid_cli.cli.translated import Command

PACKAGE = ROOT / "leerid_cli"
FLOORS = (
    {"cli"},
    {"workflows"},
    {"intake", "cards", "delivery", "store", "exports"},
    {"accounts", "tables"},
    {"config"},
    {
        "bounds",
        "durable",
        "failpoints",
        "interrupts",
        "i18n",
        "resources",
        "errors",
        "memory",
        "model",
        "workers",
    },
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
    "bcrypt": {"accounts"},
    "anyascii": {"accounts"},
    "stdnum": {"intake"},
    "csv": {"tables", "accounts/pictograms.py"},
    "openpyxl": {"tables"},
    "xlsxwriter": {"tables"},
    "defusedxml": {"tables"},
    "platformdirs": {"config.py"},
    "tomllib": {"bounds.py"},
    "subprocess": {"workers.py"},
    "distributed": {"workflows/cluster.py"},
    "dask": {"workflows/cluster.py"},
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


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_only(path: Path) -> None:
    here = place(path)
    for name in imports(path):
        if not name.startswith("leerid_cli."):
            continue
        there = room(name)
        if there in (here, "__version__") or here == "__main__":
            continue
        if floor(here) == floor(there) == len(FLOORS) - 1:
            continue  # the ground floor: one module each, no room of its own
        assert floor(there) is not None, f"{path}: {name}"
        assert floor(here) < floor(there), f"{here} imports {there}: only downwards, and not next door"  # type: ignore[operator]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_package_has_one_home(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    for name in imports(path):
        package = name.split(".")[0]
        if package in HOMES:
            assert {relative.parts[0], str(relative)} & HOMES[package], f"{relative} imports {package}"
        else:
            assert package == "leerid_cli" or package in sys.stdlib_module_names, f"{package} has no home"


def test_nothing_below_the_front_door_prints_or_exits() -> None:
    for path in MODULES:
        if place(path) in ("cli", "__main__"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("print", "sys.exit", "exit", "os._exit"), f"{path}:{node.lineno}"


def test_sql_stands_in_the_store_only_and_is_never_put_together() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".execute", ".executemany")):
                assert place(path) == "store", f"{path}:{node.lineno}"
                first = node.args[0]
                pragma = isinstance(first, ast.JoinedStr) and ast.unparse(first).startswith("f'PRAGMA ")
                joined = isinstance(first, ast.JoinedStr | ast.BinOp) and not pragma
                assert not joined, f"{path}:{node.lineno}"


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
        (["create", "1204871"], HEAVY - {"pandas", "numpy", "distributed"}),
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
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120,
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
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    modules = set(done.stderr.partition("LOADED")[2].split())
    assert "leerid_cli.cli.search" in modules
    others = {f"leerid_cli.cli.{module}" for module in commands.MODULES.values()} - {"leerid_cli.cli.search"}
    assert not modules & others
    assert not modules & {"leerid_cli.model.plans", "leerid_cli.model.cards", "leerid_cli.store.changes"}


def test_every_command_is_found_by_its_name() -> None:
    built = commands.Commands()
    assert [built[name].name for name in built] == list(commands.MODULES)
    modules = {path.stem for path in (PACKAGE / "cli").glob("*.py") if "def register(" in path.read_text()}
    assert modules == set(commands.MODULES.values())
    for module in modules:
        app = typer.Typer()
        importlib.import_module(f"leerid_cli.cli.{module}").register(app, Command)
        registered = typer.main.get_group(app).commands
        assert {name for name, where in commands.MODULES.items() if where == module} == set(registered)


def test_sizes() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{path}: {node.name}"  # type: ignore[operator]
