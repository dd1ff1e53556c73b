"""The key for official numbers in an import: finding it, making it, and opening the store with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.run import Run
from leerid_cli.store import connection as store
from leerid_cli.store import keys, meta


def key_for_import(run: Run, *, new_key: bool) -> tuple[bytes, bool]:
    """Return the key for official numbers, and whether it is new, so that its file must still be written.

    `new_key`: the option `--new-key`. Raises StorageError where it is not the key of the store and that option is
    not given.
    """
    key = _read_key(run, new_key=new_key)
    if run.store.exists():
        with run.store.reading() as connection:
            wanted = meta.meta(connection, "key_fingerprint")
        lost = wanted and (key is None or keys.fingerprint(key) != wanted)
        if lost and not new_key:
            raise StorageError(
                _("the key of this store is not in {path}: official numbers cannot be compared").format(
                    path=run.settings.key_file
                ),
                _(
                    "put the key file back from a backup; if it is lost for good, import once with --new-key: "
                    "numbers are then hashed afresh from the file, and pupils are matched on school and "
                    "stamnummer until then"
                ),
            )
    return (keys.new(), True) if key is None else (key, False)


def _read_key(run: Run, *, new_key: bool) -> bytes | None:
    """Return the key of the key file, None where there is none or `--new-key` replaces a damaged one.

    Raises DamagedKeyError where it is damaged and `--new-key` is not given.
    """
    try:
        return keys.load(run.settings.key_file)
    except keys.DamagedKeyError:
        if not new_key:
            raise
        return None


@contextmanager
def open_with_key(run: Run, key: bytes, *, make_key: bool, new_key: bool) -> Iterator[store.Connection]:
    """Open the store for writing, or make it.

    With `make_key` the key is written to its file first, and a damaged file set aside before. Where the key is new
    to the store, its fingerprint is stored and the hashes of another key are removed.
    """
    if make_key:
        if run.settings.key_file.exists():
            keys.set_aside(run.settings.key_file, run.now.strftime("%Y%m%dT%H%M%S"))
        keys.save(run.settings.key_file, key)
    with run.store.open_or_create() as connection:
        if new_key or not meta.meta(connection, "key_fingerprint"):
            with store.transaction(connection):
                meta.forget_official_hashes(connection)
                meta.set_meta(connection, "key_fingerprint", keys.fingerprint(key))
        yield connection


def key_file_content(run: Run) -> bytes:
    """Return the bytes of the key file, to see whether another run has changed it; b'' where it cannot be read."""
    return keys.content(run.settings.key_file)


def hashing_with(key: bytes) -> Callable[[str], str]:
    """Return the function that hashes an official number, given as its digits, with this key."""
    return partial(keys.hash_number, key)
