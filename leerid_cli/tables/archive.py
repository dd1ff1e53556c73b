"""Reading ZIPs of others, with limits on the length of their directory and on the size of their members.

Otherwise a ZIP of a few kilobytes could claim millions of members, or inflate to gigabytes. Nor does a name stand
twice: programs differ in which of two members they take. The layout of a ZIP is PKWARE's APPNOTE, section 4.3
(docs/sources.md, "Files and text").
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from leerid_cli.errors import InputError
from leerid_cli.i18n import _

# Bytes of the directory (the list of members), and of all members that are read, once inflated.
MAX_DIRECTORY = 4 << 20
MAX_INFLATED = 128 << 20
# The end of a ZIP: perhaps a locator (of a 64-bit ZIP), then the record that ends the directory, then a
# remark.
_END = b"PK\x05\x06"
_END_SIZE = 22
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_SIZE = 20
_LONGEST_REMARK = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile inflates other methods without a limit
BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, KeyError,
    NotImplementedError, OSError, OverflowError, RuntimeError, ValueError,
)  # fmt: skip
"""The errors that zipfile raises for a ZIP that is broken, or made to break its reader."""


def members(data: bytes, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Return the content of the members whose name is `wanted`, by name.

    Raises InputError for a ZIP that is broken, encrypted or too large, or has two members of one name.
    """
    with _opened(data) as archive:
        chosen = [entry for entry in archive.infolist() if not entry.is_dir() and wanted(entry.filename)]
        _check_sizes(chosen)
        return {entry.filename: archive.read(entry) for entry in chosen}


def names(data: bytes) -> list[str]:
    """Return the names of all members; raises InputError where it is broken, has too many, or has one twice."""
    with _opened(data) as archive:
        return archive.namelist()


def refuse_doubled(members: Sequence[str]) -> None:
    """Raise InputError where a ZIP has two members of one name: nobody can say which of them is meant."""
    places: dict[str, int] = {}
    for place, name in enumerate(members):
        if (first := places.setdefault(name, place)) != place:
            raise InputError(
                _("the ZIP or workbook holds {name} twice: as member {first} and as member {second}").format(
                    name=name, first=first + 1, second=place + 1
                ),
                _("save or copy the file again"),
            )


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    _check_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_doubled(archive.namelist())
            yield archive
    except BROKEN as error:
        raise InputError(_("the ZIP or workbook is broken"), _("save or copy the file again")) from error


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    """Raise InputError where members are encrypted or too large.

    The sizes in the directory can be trusted here, for zipfile stops inflating a member at its size.
    """
    if any(entry.compress_type not in _METHODS or entry.flag_bits & 1 for entry in entries):
        raise InputError(
            _("the ZIP or workbook is encrypted, or packed in a way that is not read"),
            _("save it without a password"),
        )
    if sum(entry.file_size for entry in entries) > MAX_INFLATED:
        raise InputError(
            _("more comes out of the ZIP or workbook than {most} MiB").format(most=MAX_INFLATED >> 20),
            _("give a part of it at a time"),
        )


def _check_directory(data: bytes) -> None:
    """Raise InputError where the directory is missing or too long, for zipfile would read all of it."""
    end = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_REMARK))
    before = data[max(0, end - _LOCATOR_64_SIZE) : end]
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    if end < 0 or len(data) - end < _END_SIZE or before.startswith(_LOCATOR_64) or size > MAX_DIRECTORY:
        raise InputError(
            _("the ZIP or workbook is broken, or holds far too many files"), _("save or copy the file again")
        )
