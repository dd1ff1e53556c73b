"""Passwords of the three kinds: drawing them, checking typed ones, and what of them is hashed.

Which passwords there are: docs/contract.md §6; docs/sources.md, "The LeerID manual" §1; why at most 72 bytes:
docs/sources.md, "Passwords and keys". Chance is handed in as `below`, a function that returns a whole number
from 0 up to, but not including, its argument (`secrets.randbelow` in the program). Every draw is uniform over
all allowed combinations: a combination that is not allowed is thrown away as a whole, and another one is
drawn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules.pictograms import Catalogue
from leerid_cli.rules.usernames import fold
from leerid_cli.rules.word_list import DIGITS, LENGTH, WordList

Below = Callable[[int], int]
"""Returns a random whole number from 0 up to, but not including, its argument."""

# No vowels, so that no words come up by accident, and no letters that look like another one or like a digit.
UNAMBIGUOUS = "bcdfghjkmnpqrstvwxz" + DIGITS
# Characters of a temporary password, and of the token in the address on a card.
TEMPORARY_LENGTH = 8
TOKEN_LENGTH = 12
# The least number of characters of a password that a pupil chooses.
OWN_LENGTH = 12
# Parts of a pupil's name that are at least so long may not be in the password.
OWN_PART = 3
# What bcrypt can hash.
MAX_BYTES = 72
# After so many draws, `draw` no longer refuses parts of the pupil's name.
MOST_DRAWS = 1000


def own_parts(voornaam: str, naam: str, username: str, klas: str, birth_date: date | None) -> frozenset[str]:
    """Return what no password drawn for this pupil may contain.

    These are the birth year, and the parts of names, class and username that have at least three letters.
    """
    texts = " ".join(fold(text) for text in (voornaam, naam, klas))
    parts = set(re.findall(rf"[a-z]{{{OWN_PART},}}", f"{texts} {username}"))
    if birth_date:
        parts.add(str(birth_date.year))
    return frozenset(parts)


def draw(
    kind: PasswordKind, below: Below, words: WordList, catalogue: Catalogue, own: frozenset[str]
) -> Credential:
    """Return a new password of the kind that contains none of the pupil's `own` parts (`own_parts`).

    A name can have so many parts that every combination contains one. So after 1,000 draws they are allowed:
    a password with such a part is better than none.
    """
    tries = 0
    while True:
        credential = _draw_once(kind, below, words, catalogue)
        if credential and (tries >= MOST_DRAWS or not any(part in fold(credential.text) for part in own)):
            return credential
        tries += 1


def _draw_once(kind: PasswordKind, below: Below, words: WordList, catalogue: Catalogue) -> Credential | None:
    """Return one drawn combination, None where it is not allowed, whoever the pupil is."""
    if kind is PasswordKind.PICTURE:
        pictures = tuple(category[below(len(category))] for category in catalogue.categories)
        return Credential(kind, " ".join(picture.word for picture in pictures), pictures)
    if kind is PasswordKind.WORD:
        text = words.at(below(words.size))
        return None if words.blocks(text) else Credential(kind, text)
    text = _characters(below, TEMPORARY_LENGTH)
    return Credential(kind, text) if _has_letter_and_digit(text) else None


def _characters(below: Below, length: int) -> str:
    return "".join(UNAMBIGUOUS[below(len(UNAMBIGUOUS))] for _position in range(length))


def _has_letter_and_digit(text: str) -> bool:
    return bool(re.search(r"[^\W\d_]", text) and re.search(r"\d", text))


def draw_token(below: Below) -> str:
    """Return a new token, the random part of the address on a card: 12 characters out of `UNAMBIGUOUS`."""
    return _characters(below, TOKEN_LENGTH)


def kinds_of(account_type: AccountType) -> tuple[PasswordKind, ...]:
    """Return the password kinds that an account of this type can have."""
    if account_type is AccountType.GEVORDERD:
        return (PasswordKind.TEMPORARY,)
    return (PasswordKind.WORD, PasswordKind.PICTURE)


def typed(kind: PasswordKind, text: str, catalogue: Catalogue) -> Credential:
    """Return a password that the administrator typed.

    Raises RefusedError, saying what it must be, where it is not allowed for its kind (docs/contract.md §6).
    """
    if kind is PasswordKind.PICTURE:
        pictures = catalogue.read_words(text)
        if not pictures:
            raise RefusedError(
                _("a picture password is eight words, one picture of each category"),
                reason=ErrorReason.NOT_OF_ITS_KIND,
            )
        return Credential(kind, " ".join(picture.word for picture in pictures), pictures)
    if kind is PasswordKind.WORD:
        if not re.fullmatch(rf"[a-z0-9]{{{LENGTH},{MAX_BYTES}}}", text) or not _has_letter_and_digit(text):
            raise RefusedError(
                _("a word password is 6 to 72 small letters and digits, at least one of each"),
                reason=ErrorReason.NOT_OF_ITS_KIND,
            )
        return Credential(kind, text)
    size = len(text.encode())
    if not len(text) >= TEMPORARY_LENGTH or size > MAX_BYTES or not _has_letter_and_digit(text):
        raise RefusedError(
            _("a temporary password is 8 characters to 72 bytes, with at least one letter and one digit"),
            reason=ErrorReason.NOT_OF_ITS_KIND,
        )
    if not text.isprintable():
        raise RefusedError(
            _("a password cannot hold control characters"), reason=ErrorReason.CONTROL_CHARACTER
        )
    return Credential(kind, unicodedata.normalize("NFC", text))


def foreign(kind: PasswordKind, text: str, catalogue: Catalogue) -> Credential:
    """Return a password that another program made, as it is (`adopt`).

    Raises RefusedError where no account can have it: over 72 bytes, a control character, or no eight
    pictures.
    """
    if kind is PasswordKind.PICTURE:
        return typed(kind, text, catalogue)
    text = unicodedata.normalize("NFC", text)
    if len(text.encode()) > MAX_BYTES:
        raise RefusedError(_("a password can be at most 72 bytes long"), reason=ErrorReason.TOO_LONG)
    if not text.isprintable():
        raise RefusedError(
            _("a password cannot hold control characters"), reason=ErrorReason.CONTROL_CHARACTER
        )
    return Credential(kind, text)


def own_choice(old: str, new: str) -> Credential:
    """Return the password `new` that the owner of a gevorderd account chose in place of `old`.

    Raises RefusedError where it has fewer than 12 characters (docs/sources.md, "The LeerID manual" §1), more
    than 72 bytes in UTF-8, a control character, or is the old one.
    """
    if not new.isprintable():
        raise RefusedError(
            _("a password cannot hold control characters"), reason=ErrorReason.CONTROL_CHARACTER
        )
    if len(unicodedata.normalize("NFC", new)) < OWN_LENGTH:
        raise RefusedError(_("the new password needs at least 12 characters"), reason=ErrorReason.TOO_SHORT)
    if len(spelled(new)) > MAX_BYTES:
        raise RefusedError(_("a password can be at most 72 bytes long"), reason=ErrorReason.TOO_LONG)
    if spelled(new) == spelled(old):
        raise RefusedError(_("the new password is the old one"), reason=ErrorReason.SAME_PASSWORD)
    return Credential(PasswordKind.TEMPORARY, unicodedata.normalize("NFC", new))


def hashable(credential: Credential) -> bytes:
    """Return what of a password is hashed: the codes of its eight pictures, else its text in UTF-8."""
    if credential.kind is PasswordKind.PICTURE:
        return "".join(picture.code for picture in credential.pictures).encode("ascii")
    return credential.text.encode("utf-8")


def attempts(kind: PasswordKind, text: str, catalogue: Catalogue) -> tuple[bytes, ...]:
    """Return the secrets to compare with the hash when somebody signs in with `text`; one of them must match.

    The first is what `entered` returns. For a word password the text as it is comes second: one that another
    program made can contain capitals.
    """
    forgiven = entered(kind, text, catalogue)
    exact = unicodedata.normalize("NFC", text).encode("utf-8") if kind is PasswordKind.WORD else None
    return tuple(dict.fromkeys(secret for secret in (forgiven, exact) if secret))


def entered(kind: PasswordKind, text: str, catalogue: Catalogue) -> bytes | None:
    """Return the secret that `text` stands for when somebody signs in with it, None where it cannot be right.

    Young children leave the shift key down and add blanks, so neither matters for words and pictures.
    """
    if kind is PasswordKind.PICTURE:
        pictures = catalogue.read_words(text)
        return hashable(Credential(kind, "", pictures)) if pictures else None
    if kind is PasswordKind.WORD:
        return text.strip().lower().encode("utf-8")
    return spelled(text)


def spelled(text: str) -> bytes:
    """Return the secret that a text password stands for as it is: NFC in UTF-8.

    NFC, because a keyboard may send é as one character or as two (docs/sources.md, "Files and text").
    """
    return unicodedata.normalize("NFC", text).encode("utf-8")
