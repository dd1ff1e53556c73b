"""Values about the store itself, such as the fingerprint of the key for official numbers."""

from __future__ import annotations

from leerid_cli.store.connection import Connection


def meta(connection: Connection, key: str) -> str:
    """Return a value about the store, '' where it is not set."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row["value"] if row else ""


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Set a value about the store."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def forget_official_hashes(connection: Connection) -> None:
    """Remove all hashes of official numbers, whose key is lost; the next import writes new ones."""
    connection.execute("UPDATE person SET official_hash = NULL")
