"""Finds, by their source, the modules that have failpoints and those that write to disk."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import leerid_cli
from leerid_cli import cards
from leerid_cli.runtime import durable, failpoints

PACKAGE = Path(leerid_cli.__file__).parent
# Functions of `os` and `shutil`, and methods of a path, that change files or folders.
_FUNCTIONS = {
    "os": {"ftruncate", "link", "makedirs", "mkdir", "mkfifo", "remove", "rename", "replace", "rmdir", "symlink",
           "truncate", "unlink"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "rmtree"},
}  # fmt: skip
_METHODS = {"hardlink_to", "mkdir", "rmdir", "symlink_to", "touch", "unlink", "write_bytes", "write_text"}
# Methods that other objects have too, but with several arguments: `replace` of a text, `write` of a module.
_WITH_ONE_ARGUMENT = {"rename", "replace", "write"}
_READING = ("SELECT", "PRAGMA", "EXPLAIN")


def with_failpoints() -> list[ModuleType]:
    """Return the modules that import `hit`, which hooks replace by a function of their own."""
    hit = f"{failpoints.__name__}.hit"
    return [importlib.import_module(_name(path)) for path in _sources() if hit in _imports(_tree(path))]


def traced() -> set[str]:
    """Return the files of the modules that write to disk, without those of `cards`.

    Drawing writes only to the staged file, as the modules that stage it do; with its many lines it would get
    half of all kills at random lines.
    """
    drawing = Path(str(cards.__file__)).parent
    found = (path for path in _sources() if drawing not in path.parents)
    return {str(path) for path in found if leaves_traces(_tree(path))}


def leaves_traces(tree: ast.Module) -> bool:
    """Tell whether a module has failpoints, uses `durable`, or changes files, folders or the store itself."""
    used = {f"{failpoints.__name__}.hit", durable.__name__}
    if used & set(_imports(tree)):
        return True
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(_changes_a_file(call) or _changes_the_store(call) for call in calls)


def _changes_a_file(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="sys") | ast.Attribute(value=ast.Name(id="sys"))):
            return False  # standard output and error
        case ast.Attribute(attr="open", value=ast.Name(id="os")):
            return "O_CREAT" in ast.unparse(call)
        case ast.Attribute(attr=name, value=ast.Name(id="os" | "shutil" as module)):
            return name in _FUNCTIONS[module]
        case ast.Attribute(attr=name):
            return name in _METHODS or (name in _WITH_ONE_ARGUMENT and len(call.args) == 1)
    return False


def _changes_the_store(call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(attr="execute" | "executemany"), args=[ast.Constant(value=str(sql)), *_]
        ):
            return not sql.lstrip().upper().startswith(_READING)
    return False


def _sources() -> Iterator[Path]:
    yield from sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
