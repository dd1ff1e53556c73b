"""The key under which official numbers are hashed: 32 random bytes in a file of their own (contract §7).

Without the key the hashes in the store tell nothing: there are so few valid numbers that a plain
hash of one is found by trying them all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable, limits

_BYTES = 32


class DamagedKeyError(StorageError):
    """The key file is there, but what stands in it is no key."""


def load(path: Path) -> bytes | None:
    """Return the key of the file, None where there is no such file; raises StorageError on a damaged one."""
    try:
        key = bytes.fromhex(limits.read(path).decode("ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError):
            raise _damaged(path) from error
        raise StorageError(
            _("the key file {path} cannot be read: {why}").format(path=path, why=error.strerror)
        ) from error
    if len(key) != _BYTES:
        raise _damaged(path)
    return key


def _damaged(path: Path) -> DamagedKeyError:
    return DamagedKeyError(
        _("the key file {path} is damaged").format(path=path),
        _(
            "put it back from a backup; if it is lost for good, import once with --new-key: "
            "it is then kept under another name, and a new one is made"
        ),
    )


def set_aside(path: Path, when: str) -> Path:
    """Give a damaged key file another name, so that a new one can take its place; returns that name."""
    aside = path.with_name(f"{path.name}.damaged-{when}")
    try:
        path.rename(aside)
    except OSError as error:
        raise StorageError(
            _("the key file {path} cannot be renamed: {why}").format(path=path, why=error.strerror)
        ) from error
    return aside


def new() -> bytes:
    """Return a fresh key."""
    return secrets.token_bytes(_BYTES)


def save(path: Path, key: bytes) -> None:
    """Write the key to a new file with mode 0600, whole or not at all, its folder made if need be."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.write_new(part, f"{key.hex()}\n".encode("ascii"))
        durable.put_in_place(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            _("the key file {path} cannot be made: {why}").format(path=path, why=error.strerror)
        ) from error


def fingerprint(key: bytes) -> str:
    """Return what the store keeps of the key, to notice another one."""
    return hashlib.sha256(b"leerid key fingerprint" + key).hexdigest()[:16]


def hash_number(key: bytes, digits: str) -> str:
    """Return the keyed hash of an official number: HMAC-SHA-256 in hexadecimal."""
    return hmac.new(key, digits.encode("ascii"), hashlib.sha256).hexdigest()
