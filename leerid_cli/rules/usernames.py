"""Usernames out of official names (contract §6; the LeerID manual §3: at most 50 characters, no `@`).

Letters are romanised by anyascii, which knows every script; what a username cannot hold is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import count

from anyascii import anyascii

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _

MAX_LENGTH = 50
NAMELESS = "leerling"
ALIKE = 0.6
_SHAPE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def fold(text: str) -> str:
    """Return `text` in small ASCII letters, digits, hyphens and blanks; apostrophes and marks are gone."""
    plain = anyascii(unicodedata.normalize("NFC", text)).lower()
    return " ".join(re.sub(r"[^a-z0-9\s-]", "", plain).split())


def _part(name: str) -> str:
    return re.sub(r"-+", "-", fold(name).replace(" ", "")).strip("-")


def _cut(base: str, length: int) -> str:
    return base[:length].rstrip(".-")


def username_base(voornaam: str, naam: str) -> str:
    """Return the username a pupil gets when nobody has it yet: `voornaam.naam`, at most 50 characters."""
    parts = [part for part in (_part(voornaam), _part(naam)) if part]
    return _cut(".".join(parts), MAX_LENGTH) or NAMELESS


def _candidates(base: str) -> Iterator[str]:
    yield base
    for number in count(1):
        yield _cut(base, MAX_LENGTH - len(str(number))) + str(number)


def free_username(voornaam: str, naam: str, taken: Callable[[str], bool]) -> str:
    """Return the first of base, base1, base2 … that `taken` does not know."""
    return next(name for name in _candidates(username_base(voornaam, naam)) if not taken(name))


def check_username(username: str) -> str:
    """Return a username typed by hand as it is; raises RefusedError saying which rule it breaks."""
    if "@" in username:
        raise RefusedError(_("the username {username} holds an @").format(username=username))
    if len(username) > MAX_LENGTH:
        raise RefusedError(
            _("the username {username} is too long: {length} characters, at most {most}").format(
                username=username, length=len(username), most=MAX_LENGTH
            )
        )
    if not _SHAPE.fullmatch(username) or ".." in username:
        raise RefusedError(
            _("the username {username} cannot be used").format(username=username),
            _(
                "use small letters a-z, digits, dots and hyphens; begin and end with a letter or digit; "
                "no two dots in a row"
            ),
        )
    return username


def flaw(username: str) -> str:
    """Return in words why a username from outside cannot be one, '' where it can.

    LeerID may have issued what this program would not; only what no account can have is refused.
    The words do not repeat the username: in a file with shifted columns it may be something else.
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


def unlike(one: str, other: str) -> bool:
    """Tell whether two names are wholly different: not a spelling, a short form or a part of each other."""
    a, b = fold(one), fold(other)
    if not a or not b or set(a.split()) & set(b.split()):
        return False
    return SequenceMatcher(None, a, b).ratio() < ALIKE


def search_terms(*names: str) -> frozenset[str]:
    """Return the folded words under which names are found: each whole without blanks, and each word."""
    terms: set[str] = set()
    for name in names:
        folded = fold(name)
        terms.add(folded.replace(" ", ""))
        terms.update(re.split(r"[ -]+", folded))
    return frozenset(terms - {""})
