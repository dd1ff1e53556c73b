"""The hooks reach all failpoints of the program, and trace all modules that write to disk."""

import ast
import re

import hooks
import sources

from leerid_cli.runtime import durable, failpoints

HIT = re.compile(r"\bhit\(\s*[\"']")


def test_every_module_with_a_failpoint_is_hooked_and_watched() -> None:
    with_failpoints = {
        str(path) for path in sources.PACKAGE.rglob("*.py") if HIT.search(path.read_text(encoding="utf-8"))
    }
    assert len(with_failpoints) > 2
    hooked = {str(module.__file__) for module in hooks.WITH_FAILPOINTS}
    assert hooked == with_failpoints
    assert with_failpoints <= hooks.TRACED
    assert all(callable(vars(module).get("hit")) for module in hooks.WITH_FAILPOINTS)


TRACES = (
    f"from {failpoints.__name__} import hit",
    f"from {durable.__name__.rpartition('.')[0]} import durable",
    "os.open(path, os.O_WRONLY | os.O_CREAT)",
    "os.link(part, path)",
    "os.unlink(path)",
    "shutil.rmtree(folder)",
    "part.replace(path)",
    "path.rename(aside)",
    "path.unlink(missing_ok=True)",
    "path.parent.mkdir(mode=0o700)",
    "path.write_text(text)",
    "member.write(data)",
    "connection.execute('INSERT INTO history VALUES (?)', [value])",
    "connection.executemany('  delete from person', rows)",
    "connection.execute('COMMIT')",
)
NONE = (
    "import os",
    "os.open(path, os.O_RDONLY | os.O_NONBLOCK)",
    "text.replace('a', 'b')",
    "moment.replace(tzinfo=UTC)",
    "replace(batch, state='lost')",
    "conflicts.link(run, row, person)",
    "workbook.write(header, rows)",
    "sys.stdout.write(text)",
    "connection.execute('SELECT * FROM person')",
    "connection.execute('PRAGMA user_version')",
)


def test_a_module_that_changes_a_file_or_the_store_is_watched() -> None:
    assert [line for line in TRACES if not sources.leaves_traces(ast.parse(line))] == []
    assert [line for line in NONE if sources.leaves_traces(ast.parse(line))] == []
