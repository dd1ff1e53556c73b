"""Opens, creates, migrates and checks the SQLite file of the store.

Why the journal mode is `TRUNCATE` with `synchronous=FULL`: with the default `DELETE`, SQLite does not sync
the folder after it has removed the journal, so that a power cut can undo the last commit (docs/sources.md,
"Operating system and SQLite").
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from leerid_cli.errors import NotFoundError, StorageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable
from leerid_cli.runtime.failpoints import hit
from leerid_cli.store import backups
from leerid_cli.store.schema import APPLICATION_ID, MIGRATIONS

_PRAGMAS = (
    "foreign_keys = ON",
    "busy_timeout = 5000",
    "trusted_schema = OFF",
    "secure_delete = ON",
    "synchronous = FULL",
)
SQLITE_VERSION = sqlite3.sqlite_version


class Connection(sqlite3.Connection):
    """A connection to the store that raises StorageError where SQLite cannot read or write its file."""

    def execute(self, *args: Any, **kwargs: Any) -> sqlite3.Cursor:
        """Run one statement; raises StorageError where SQLite cannot read or write its file."""
        with translated():
            return super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> sqlite3.Cursor:
        """Run one statement for many rows; raises StorageError as `execute` does."""
        with translated():
            return super().executemany(*args, **kwargs)


@contextmanager
def translated() -> Iterator[None]:
    """Turn sqlite3.DatabaseError into StorageError during the block; a broken constraint passes unchanged."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        raise StorageError(_("the store cannot be used: {why}").format(why=error)) from error


@contextmanager
def transaction(connection: Connection, *, keep: bool = True) -> Iterator[None]:
    """Run the block in one write transaction: committed where it ends, rolled back where it raises.

    With `keep` false it is always rolled back: the block only tries what would happen.
    """
    hit("store-begin")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        hit("store-commit")
        connection.execute("COMMIT" if keep else "ROLLBACK")
        hit("store-committed")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def connect(path: Path, *, write: bool, backup: bool = True) -> Connection:
    """Open an existing store.

    One with an older schema that is opened for writing is migrated, after an automatic backup unless `backup`
    is False. Raises NotFoundError where there is no file, StorageError where it is no store, or one of a
    newer version of the program.
    """
    if not path.exists():
        raise NotFoundError(
            _("there is no store at {path}").format(path=path),
            _("`leerid import FILE` makes one; --db or LEERID_DB names another place"),
        )
    connection = _open(path)
    try:
        _check_version(connection, path)
        if write:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            _migrate(connection, path, backup=backup)
        else:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def create(path: Path) -> Connection:
    """Make a new, empty store with mode 0600 and open it for writing; its folder must exist.

    It gets its name only when it is complete: one left half made by a killed run would be no store, and in
    the way of every later run. Raises StorageError where it cannot be made or the file exists.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_open(part)) as connection:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            _migrate(connection, part, backup=False)
        hit("store-made")
        durable.put_in_place(part, path)
    except OSError as error:
        raise StorageError(
            _("the store {path} cannot be made: {why}").format(path=path, why=error.strerror)
        ) from error
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            left.unlink(missing_ok=True)
    return connect(path, write=True)


def _open(path: Path) -> Connection:
    with translated():
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, factory=Connection
        )
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def connect_for_copy(path: Path) -> Connection:
    """Open a store for a copy, without migrating it; raises StorageError where it is none."""
    connection = _open(path)
    _check_version(connection, path)
    return connection


def refuse_damaged(path: Path) -> None:
    """Raise StorageError where a file is no store of leerid or is damaged, naming the first few faults."""
    if not path.is_file():
        raise StorageError(_("there is no file {path}").format(path=path))
    try:
        with closing(_open(path)) as connection:
            _check_version(connection, path)
            damage = faults(connection)
    except StorageError as error:
        if error.__cause__ is None:
            raise
        damage = [str(error.__cause__)]
    if damage:
        raise StorageError(
            _("{path} is damaged: {faults}").format(path=path, faults="; ".join(damage)),
            _("`leerid restore` puts back a backup"),
        )


def faults(connection: Connection) -> list[str]:
    """Return a few faults of an open store, as text: in its schema, its pages, its rows or its references."""
    if foreign := _foreign_names(connection):
        return [
            _("tables, triggers or views that leerid did not make: {names}").format(names=", ".join(foreign))
        ]
    with translated():
        rows = connection.execute("PRAGMA integrity_check(5)").fetchall()
        lost = connection.execute("PRAGMA foreign_key_check").fetchmany(5)
    return [*(row[0] for row in rows if row[0] != "ok"), *(f"{row[0]} {row[1]}" for row in lost)]


def _foreign_names(connection: Connection) -> list[str]:
    """Return a few tables, views or triggers unlike those of leerid: a trigger could run anything."""
    known, present = _schema_of(_version(connection)), _schema(connection)
    different = [name for name in known | present if known.get(name) != present.get(name)]
    return sorted({name for _kind, name in different})[:5]


@cache
def _schema_of(version: int) -> dict[tuple[str, str], str]:
    """Return the schema that leerid makes in this version, as `_schema` does."""
    with closing(sqlite3.connect(":memory:")) as made:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                made.execute(statement)
        return _schema(made)


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the SQL of all tables, indexes, triggers and views by (kind, name), with single blanks."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    return {(kind, name): " ".join(str(sql).split()) for kind, name, sql in rows}


def is_outdated(path: Path) -> bool:
    """Tell whether a store has an older schema, so that it has to be migrated; raises StorageError."""
    with closing(_open(path)) as connection:
        _check_version(connection, path)
        return _version(connection) < len(MIGRATIONS)


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_version(connection: Connection, path: Path) -> None:
    """Raise StorageError where the file is no store of leerid, or one with a newer schema."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StorageError(_("{path} is not a store of leerid").format(path=path))
    if _version(connection) < 1:
        raise StorageError(_("{path} is not a store of leerid").format(path=path))
    if _version(connection) > len(MIGRATIONS):
        raise StorageError(
            _("the store {path} was made by a newer version of leerid").format(path=path),
            _("install that version or a later one"),
        )


def _migrate(connection: Connection, path: Path, *, backup: bool) -> None:
    """Bring the schema up to date, each version in a transaction of its own, after a backup if asked for."""
    version = _version(connection)
    if backup and version < len(MIGRATIONS):
        backups.automatic(connection, path, f"version-{version}")
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        with transaction(connection):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
