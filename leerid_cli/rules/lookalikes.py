"""Usernames that look like each other on paper, but have other characters: `emma` with a Cyrillic `а`.

Full-width and other variants of a character become that character (Unicode's NFKC). Letters of other scripts
become the Latin letter of the same shape, or else are transliterated. Latin letters with accents stay as they
are, for an accent can be seen.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from anyascii import anyascii

# Small letters with the shape of a Latin one: Cyrillic, Greek, and Latin letters of phonetic alphabets.
_SHAPES = str.maketrans("асеорхуіјѕԁһӏԛԝкοανυικρεɑɡı", "aceopxyijsdhlqwkoavuikpeagi")


def looks(username: str) -> str:
    """Return a username in small letters as it looks to a reader of Latin script."""
    if username.isascii():  # a shortcut for most usernames
        return username.lower()
    plain = unicodedata.normalize("NFKC", username).casefold().translate(_SHAPES)
    return "".join(character if _is_latin(character) else anyascii(character).lower() for character in plain)


def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN ")


def by_look(usernames: Iterable[str]) -> dict[str, set[str]]:
    """Return usernames, in small letters, by how they look."""
    found: dict[str, set[str]] = defaultdict(set)
    for username in usernames:
        found[looks(username)].add(username.lower())
    return found


def unusual(username: str) -> str:
    """Return the characters of a username that are not ASCII, each with its name in Unicode, for a message."""
    found = dict.fromkeys(character for character in username if not character.isascii())
    return ", ".join(f"{character} ({unicodedata.name(character, '?')})" for character in found)
