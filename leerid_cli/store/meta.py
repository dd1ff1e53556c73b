"""What the store keeps about itself, such as the fingerprint of the key for official numbers."""

from __future__ import annotations

from leerid_cli.store.connection import Connection


def meta(connection: Connection, key: str) -> str:
    """Return one value about the store itself, '' when it is not set."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row["value"] if row else ""


def set_meta(connection: Connection, key: str, value: str) -> None:
    """Set one value about the store itself."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def forget_official_hashes(connection: Connection) -> None:
    """Drop all hashes of official numbers, made under a key that is no longer there; the next import fills them."""
    connection.execute("UPDATE person SET official_hash = NULL")
