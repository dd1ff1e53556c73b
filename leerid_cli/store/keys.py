"""The key for hashing official numbers: 32 random bytes in a file of their own (docs/contract.md §7).

The hash is HMAC-SHA-256 (docs/sources.md, "Passwords and keys"). A hash without a key would not hide a
number: there are so few valid ones that somebody could try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from leerid_cli.errors import LeeridError, StorageError
from leerid_cli.i18n import _
from leerid_cli.runtime import durable, limits

_BYTES = 32


class DamagedKeyError(StorageError):
    """The key file exists, but does not hold a key."""


def load(path: Path) -> bytes | None:
    """Return the key in a file, None where there is no such file.

    Raises DamagedKeyError where the file holds no key, StorageError where it cannot be read.
    """
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


def content(path: Path) -> bytes:
    """Return the bytes of a key file, to see whether it has changed; b'' where it cannot be read."""
    try:
        return limits.read(path)
    except (OSError, LeeridError):
        return b""


def _damaged(path: Path) -> DamagedKeyError:
    return DamagedKeyError(
        _("the key file {path} is damaged").format(path=path),
        _(
            "put it back from a backup; if it is lost for good, import once with --new-key: "
            "it is then kept under another name, and a new one is made"
        ),
    )


def set_aside(path: Path, when: str) -> Path:
    """Rename a damaged key file, so that a new one can take its place; return its new path.

    `when` becomes part of the name. Raises StorageError.
    """
    aside = path.with_name(f"{path.name}.damaged-{when}")
    try:
        path.rename(aside)
    except OSError as error:
        raise StorageError(
            _("the key file {path} cannot be renamed: {why}").format(path=path, why=error.strerror)
        ) from error
    return aside


def new() -> bytes:
    """Return a new random key."""
    return secrets.token_bytes(_BYTES)


def save(path: Path, key: bytes) -> None:
    """Write a key to a new file with mode 0600, making its folder if there is none.

    The file gets its name only when it is complete and synced. Raises StorageError where it cannot be written
    or exists already.
    """
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
    """Return what the store keeps of a key, to recognise another one: 16 hexadecimal digits."""
    return hashlib.sha256(b"leerid key fingerprint" + key).hexdigest()[:16]


def hash_number(key: bytes, digits: str) -> str:
    """Return the keyed hash of an official number, given as its digits: HMAC-SHA-256 in hexadecimal."""
    return hmac.new(key, digits.encode("ascii"), hashlib.sha256).hexdigest()
