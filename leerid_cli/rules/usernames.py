"""Usernames made of official names, and names compared without regard to accents and case.

The rules for usernames are docs/contract.md §6; docs/sources.md, "The LeerID manual" §3 (at most 50
characters, no `@`). Letters of every script become ASCII by anyascii; characters that a username cannot
contain are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import count

from anyascii import anyascii

from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.i18n import _

MAX_LENGTH = 50
# The username of a name without any letter that can be kept.
NAMELESS = "leerling"
# From this similarity on (0 to 1, by difflib) two names are not wholly different.
ALIKE = 0.6
_SHAPE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def fold(text: str) -> str:
    """Return a text with only small ASCII letters, digits, hyphens and single blanks, to compare names.

    Letters lose their accents, letters of other scripts are transliterated; everything else is left out.
    """
    plain = anyascii(unicodedata.normalize("NFC", text)).lower()
    return " ".join(re.sub(r"[^a-z0-9\s-]", "", plain).split())


def _part(name: str) -> str:
    return re.sub(r"-+", "-", fold(name).replace(" ", "")).strip("-")


def _cut(base: str, length: int) -> str:
    """Return at most `length` characters; a username cannot end with a dot or hyphen."""
    return base[:length].rstrip(".-")


def username_base(voornaam: str, naam: str) -> str:
    """Return the username that a pupil gets where it is free: `voornaam.naam`, at most 50 characters."""
    parts = [part for part in (_part(voornaam), _part(naam)) if part]
    return _cut(".".join(parts), MAX_LENGTH) or NAMELESS


def _candidates(base: str) -> Iterator[str]:
    yield base
    for number in count(1):
        yield _cut(base, MAX_LENGTH - len(str(number))) + str(number)


def free_username(voornaam: str, naam: str, taken: Callable[[str], bool]) -> str:
    """Return the first free username of a pupil: `username_base`, or that with 1, 2, 3 … appended.

    `taken` tells whether somebody has, or ever had, a username.
    """
    return next(name for name in _candidates(username_base(voornaam, naam)) if not taken(name))


def check_username(username: str) -> str:
    """Return a username that the administrator typed; raises RefusedError saying which rule it breaks."""
    if "@" in username:
        raise RefusedError(
            _("the username {username} holds an @").format(username=username),
            reason=ErrorReason.USERNAME_NOT_ALLOWED,
        )
    if len(username) > MAX_LENGTH:
        raise RefusedError(
            _("the username {username} is too long: {length} characters, at most {most}").format(
                username=username, length=len(username), most=MAX_LENGTH
            ),
            reason=ErrorReason.USERNAME_NOT_ALLOWED,
        )
    if not _SHAPE.fullmatch(username) or ".." in username:
        raise RefusedError(
            _("the username {username} cannot be used").format(username=username),
            _(
                "use small letters a-z, digits, dots and hyphens; begin and end with a letter or digit; "
                "no two dots in a row"
            ),
            reason=ErrorReason.USERNAME_NOT_ALLOWED,
        )
    return username


def flaw(username: str) -> str:
    """Return for the user why no account can have this username, '' where one can.

    It is for usernames that LeerID issued: they may look other than those made here. The answer does not
    repeat the username, because in a file with shifted columns it may be a password.
    """
    if not username:
        return _("the username is empty")
    if "@" in username:
        return _("the username holds an @")
    if len(username) > MAX_LENGTH:
        return _("the username has {length} characters, at most {most} are possible").format(
            length=len(username), most=MAX_LENGTH
        )
    if not username.isprintable() or any(character.isspace() for character in username):
        return _("the username holds a blank, or a character that nobody sees")
    return ""


def unlike(name: str, other: str) -> bool:
    """Tell whether two names are wholly different: neither spellings nor short forms nor parts of each other.

    An empty name is not different from any.
    """
    a, b = fold(name), fold(other)
    if not a or not b or set(a.split()) & set(b.split()):
        return False
    return SequenceMatcher(None, a, b).ratio() < ALIKE


def search_terms(*names: str) -> frozenset[str]:
    """Return the words under which `search` finds a pupil with these names.

    They are each name without blanks, and each of its words, all as `fold` returns them.
    """
    terms: set[str] = set()
    for name in names:
        folded = fold(name)
        terms.add(folded.replace(" ", ""))
        terms.update(re.split(r"[ -]+", folded))
    return frozenset(terms - {""})
