"""Names that a wrong file damaged: decoded in another way, without accents, cut, or with signs no name has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import permutations

# Encodings that schools' software writes, and that other software then takes for one of the others.
ENCODINGS = ("utf-8", "cp1252", "mac_roman", "cp850", "cp437", "cp1250", "cp1254", "iso8859_15", "iso8859_9")
_APOSTROPHES = "'’ʼʹ′‛´`‘"
# ASCII signs that stand in names of real files.
_PUNCTUATION = "'’ʼʹ′‛-‐‑.,()/&\"“”"
_ODD = re.compile(rf"[^\w\s\x00-\x7f{re.escape(_PUNCTUATION + _APOSTROPHES)}]")
# What is left of a letter that a program could not write: Zo?, Zo&euml;, Zo\\u00eb, Zo%C3%AB, Zo=EB.
_ESCAPED = re.compile(
    r"&#?\w{2,8};|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[0-7]{3}|%[0-9a-f]{2}|=[89a-f][0-9a-f]|\?", re.IGNORECASE
)
# An accented capital after a small letter, as in AndrŽ: the end of a word, or small letters, follow.
_CAPITAL = re.compile(r"[a-zß-öø-ÿ]([À-ÖØ-ÞŠŽŸŒ])(?![A-ZÀ-ÖØ-Þ])")
# ‘ within or after a word; before a word, and after the D of D'Hondt, it is an apostrophe.
_QUOTE = re.compile(r"\w{2,}‘|(?<![A-Za-z])[a-z]‘(?=\w)")
# ´ ` ¨ and ^ as a character of their own, beside their letter: Zoe¨.
_MARK = re.compile(r"[a-zA-Z]{2,}[´`](?![A-Za-z])|[´`](?=[aeiouAEIOU]\b)")


def same_spelling(name: str, other: str) -> bool:
    """Tell whether two names are the same but for kinds of apostrophes and blanks."""
    return _plain(name) == _plain(other)


def _plain(name: str) -> str:
    for apostrophe in _APOSTROPHES:
        name = name.replace(apostrophe, "'")
    return " ".join(name.split())


def odd_character(name: str) -> str:
    """Return the part of a name that no name has, '' where there is none.

    ASCII signs count only where they are what is left of another letter.
    """
    if match := _ESCAPED.search(name):
        return match.group()
    if name.isascii():
        return ""
    for pattern in (_CAPITAL, _QUOTE, _MARK):
        if match := pattern.search(name):
            return match.group()
    # Not a letter, digit, blank or character of a name, and no mark either.
    found = (match.group() for match in _ODD.finditer(name))
    return next((one for one in found if unicodedata.category(one)[0] != "M"), "")


def new_odd_character(name: str, before: str) -> str:
    """Return a sign that a changed name has and the name before had not, '' where there is none."""
    found = odd_character(name) or next(
        (c for c in name if c.isascii() and not c.isalnum() and c != " " and c not in _PUNCTUATION), ""
    )
    return found if found and found not in before else ""


def decoded_otherwise(name: str, before: str) -> bool:
    """Tell whether a name is the one before, read in another encoding than it was written in.

    A name that repairs one before, as Zoë does with ZoÃ«, is not.
    """
    if (name.isascii() and before.isascii()) or odd_character(before) or _plain(name) == _plain(before):
        return False
    if unicodedata.normalize("NFKC", name) == unicodedata.normalize("NFKC", before):
        return False
    return any(_read(before, written, read) == name for written, read in permutations(ENCODINGS, 2))


def _read(text: str, written: str, read: str) -> str:
    """Return a text that was written in one encoding as it is when read in another, '' where it cannot be."""
    try:
        return text.encode(written).decode(read).strip()
    except UnicodeError:
        return ""


def lost_accents(name: str, before: str) -> bool:
    """Tell whether a name is the one before with ASCII, or nothing, in place of letters with accents."""
    if before.isascii() or name == before:
        return False
    plain = unicodedata.normalize("NFC", before)
    pattern = "".join(
        re.escape(character) if character.isascii() or not character.isalpha() else r"[\x00-\x7f]{0,9}"
        for character in plain
    )
    return (
        name.isascii()
        and re.fullmatch(_pattern(pattern), _ascii_apostrophes(name), re.IGNORECASE) is not None
    )


def _ascii_apostrophes(name: str) -> str:
    return name.replace("’", "'")


def _pattern(pattern: str) -> str:
    return pattern.replace("’", ".?")


def is_cut(name: str, before: str) -> bool:
    """Tell whether a name is the beginning or the end of the one before."""
    name, before = name.casefold(), before.casefold()
    return bool(name) and len(name) < len(before) and (before.startswith(name) or before.endswith(name))


def exchanged(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the pairs (before, now) of which another pair is the reverse."""
    found = set(pairs)
    return {(before, now) for before, now in found if before != now and (now, before) in found}
