"""Names whose encoding was guessed: whether they look like names, and how they read in other encodings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake.guard.names import odd_character
from leerid_cli.intake.official import masked
from leerid_cli.intake.profiles import ColumnMap

# What software of schools writes beside UTF-8 and cp1252: Macs, Central Europe, DOS.
OTHERS = ("mac_roman", "cp1250", "cp850", "cp437")
GUESSED = "cp1252"
# What cp1252 makes of the Turkish ş and ğ; in names from Iceland they begin a word.
_TURKISH = re.compile(r"(?<=\w)[þð]")
# So many names a message shows, and so many are compared.
SHOWN, COMPARED = 3, 200


def checked(rows: Iterable[tuple[int, list[str]]], column_map: ColumnMap) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file whose encoding was guessed.

    Raises InputError at a letter or sign that no name has, with the line and the names in other encodings.
    """
    positions = [column_map.positions[c] for c in ("naam", "voornaam") if c in column_map.positions]
    coming = iter(rows)
    for line, cells in coming:
        found = _names(cells, positions)
        if wrong := next((name for name in found if odd_character(name) or _TURKISH.search(name)), ""):
            others = (name for _line, other in islice(coming, COMPARED) for name in _names(other, positions))
            raise InputError(
                _("line {line}: this is no name, the encoding was guessed wrongly: {name}").format(
                    line=line, name=masked(wrong)
                ),
                hint([name.encode(GUESSED, "replace") for name in (wrong, *others)]),
            )
        yield line, cells


def _names(cells: Sequence[str], positions: Iterable[int]) -> list[str]:
    """Return the names in a row that are not ASCII."""
    return [cells[p].strip() for p in positions if p < len(cells) and not cells[p].isascii()]


def words(data: bytes) -> list[bytes]:
    """Return words of a file that are not ASCII."""
    found = re.findall(rb"[A-Za-z' -]*[\x80-\xff]+[A-Za-z\x80-\xff'-]*", data)
    return list(dict.fromkeys(word.strip() for word in found[:COMPARED]))


def hint(names: Sequence[bytes]) -> str:
    """Return for the user the same names read in other encodings, the likeliest first."""
    names = list(dict.fromkeys(names))[:COMPARED]
    readings: list[tuple[bool, str]] = []
    for encoding in _ranked(b"\n".join(names)):
        try:
            read = [masked(name.decode(encoding)) for name in names]
        except UnicodeDecodeError:
            continue
        text = _("{names} with --encoding {encoding}")
        shown = text.format(names=", ".join(read[:SHOWN]), encoding=encoding)
        readings.append((any(map(odd_character, read)), shown))
    shown = "; ".join(text for _wrong, text in sorted(readings, key=lambda reading: reading[0]))
    return _("export as CSV UTF-8, or type what reads right: {readings}").format(readings=shown)


def _ranked(text: bytes) -> list[str]:
    """Return the encodings in the order of likelihood, as charset-normalizer finds it."""
    from charset_normalizer import from_bytes

    likely = [match.encoding for match in from_bytes(text, cp_isolation=list(OTHERS))]
    return [*dict.fromkeys((*(one for one in likely if one in OTHERS), *OTHERS))]
