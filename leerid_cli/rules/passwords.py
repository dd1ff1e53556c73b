"""Drawing and judging passwords of the three kinds (contract §6, the LeerID manual §1).

Chance comes in as `below`: a function that returns a whole number from 0 up to but not including
its argument (`secrets.randbelow` in the program). Every draw is uniform over all combinations
that are allowed: one that is not is thrown away whole and drawn anew.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules.pictograms import Catalogue
from leerid_cli.rules.usernames import fold

Below = Callable[[int], int]

LENGTH = 6
DIGITS = "23456789"
UNAMBIGUOUS = "bcdfghjkmnpqrstvwxz" + DIGITS
TEMPORARY_LENGTH = 8
TOKEN_LENGTH = 12
OWN_LENGTH = 12
OWN_PART = 3
MAX_BYTES = 72
MOST_DRAWS = 1000


@dataclass(frozen=True)
class WordList:
    """Words of 3 and 4 letters, and strings that no password may hold."""

    words: tuple[str, ...]
    blocked: tuple[str, ...]

    def combinations(self) -> Iterator[str]:
        """Yield every word password that can be drawn, without regard to the pupil."""
        for word in self.words:
            rest = LENGTH - len(word)
            texts = (word + _digits(number, rest) for number in range(len(DIGITS) ** rest))
            yield from (text for text in texts if not self.blocks(text))

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """After how many combinations those of each word end."""
        return tuple(accumulate(len(DIGITS) ** (LENGTH - len(word)) for word in self.words))

    @property
    def size(self) -> int:
        """How many combinations there are before the block list."""
        return self._ends[-1] if self._ends else 0

    def at(self, index: int) -> str:
        """Return combination number `index`, from 0 up to `size`: words in order, each with all its digits."""
        place = bisect_right(self._ends, index)
        word = self.words[place]
        rest = LENGTH - len(word)
        first = self._ends[place] - len(DIGITS) ** rest
        return word + _digits(index - first, rest)

    def blocks(self, text: str) -> bool:
        """Tell whether the text holds a blocked string."""
        return any(entry in text for entry in self.blocked)


def _digits(number: int, length: int) -> str:
    text = ""
    for _position in range(length):
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text


@lru_cache(maxsize=1)
def load_words(folder: Path) -> WordList:
    """Read `woorden.txt` and `blokkade.txt` of the folder; lines that begin with # are remarks."""

    def entries(name: str) -> tuple[str, ...]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))

    return WordList(entries("woorden.txt"), entries("blokkade.txt"))


def own_parts(voornaam: str, naam: str, username: str, klas: str, birth_date: date | None) -> frozenset[str]:
    """Return what no password of this pupil may hold: parts of three letters or more, and the birth year."""
    texts = " ".join(fold(text) for text in (voornaam, naam, klas))
    parts = set(re.findall(rf"[a-z]{{{OWN_PART},}}", f"{texts} {username}"))
    if birth_date:
        parts.add(str(birth_date.year))
    return frozenset(parts)


def draw(
    kind: PasswordKind, below: Below, words: WordList, catalogue: Catalogue, own: frozenset[str]
) -> Credential:
    """Return a new password of the kind that holds none of the pupil's `own` parts.

    A name made of bits of every word there is would leave nothing to draw: after a thousand draws its
    parts are let through rather than that the pupil gets no password.
    """
    tries = 0
    while True:
        credential = _draw_once(kind, below, words, catalogue)
        if credential and (tries >= MOST_DRAWS or not any(part in fold(credential.text) for part in own)):
            return credential
        tries += 1


def _draw_once(kind: PasswordKind, below: Below, words: WordList, catalogue: Catalogue) -> Credential | None:
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
    """Return the random part of a personal address: 12 characters without look-alikes or vowels."""
    return _characters(below, TOKEN_LENGTH)


def kinds_of(account_type: AccountType) -> tuple[PasswordKind, ...]:
    """Return the password kinds that an account of this type can have."""
    if account_type is AccountType.GEVORDERD:
        return (PasswordKind.TEMPORARY,)
    return (PasswordKind.WORD, PasswordKind.PICTURE)


def typed(kind: PasswordKind, text: str, catalogue: Catalogue) -> Credential:
    """Return a password chosen by the administrator; raises RefusedError saying what it must be."""
    if kind is PasswordKind.PICTURE:
        pictures = catalogue.read_words(text)
        if not pictures:
            raise RefusedError(_("a picture password is eight words, one picture of each category"))
        return Credential(kind, " ".join(picture.word for picture in pictures), pictures)
    if kind is PasswordKind.WORD:
        if not re.fullmatch(rf"[a-z0-9]{{{LENGTH},{MAX_BYTES}}}", text) or not _has_letter_and_digit(text):
            raise RefusedError(_("a word password is 6 to 72 small letters and digits, at least one of each"))
        return Credential(kind, text)
    size = len(text.encode())
    if not len(text) >= TEMPORARY_LENGTH or size > MAX_BYTES or not _has_letter_and_digit(text):
        raise RefusedError(
            _("a temporary password is 8 characters to 72 bytes, with at least one letter and one digit")
        )
    if not text.isprintable():
        raise RefusedError(_("a password cannot hold control characters"))
    return Credential(kind, unicodedata.normalize("NFC", text))


def foreign(kind: PasswordKind, text: str, catalogue: Catalogue) -> Credential:
    """Return a password that was made elsewhere, as it is; raises RefusedError where it cannot be one."""
    if kind is PasswordKind.PICTURE:
        return typed(kind, text, catalogue)
    text = unicodedata.normalize("NFC", text)
    if len(text.encode()) > MAX_BYTES:
        raise RefusedError(_("a password can be at most 72 bytes long"))
    if not text.isprintable():
        raise RefusedError(_("a password cannot hold control characters"))
    return Credential(kind, text)


def own_choice(old: str, new: str) -> Credential:
    """Return the password that the owner of a gevorderd account chose in place of `old`.

    Raises RefusedError where it has fewer than 12 characters, is over 72 bytes in UTF-8 (never cut), holds
    a control character, or is the old one.
    """
    if not new.isprintable():
        raise RefusedError(_("a password cannot hold control characters"))
    if len(unicodedata.normalize("NFC", new)) < OWN_LENGTH:
        raise RefusedError(_("the new password needs at least 12 characters"))
    if len(spelled(new)) > MAX_BYTES:
        raise RefusedError(_("a password can be at most 72 bytes long"))
    if spelled(new) == spelled(old):
        raise RefusedError(_("the new password is the old one"))
    return Credential(PasswordKind.TEMPORARY, unicodedata.normalize("NFC", new))


def hashable(credential: Credential) -> bytes:
    """Return what is hashed: the eight codes of a picture password, else the text."""
    if credential.kind is PasswordKind.PICTURE:
        return "".join(picture.code for picture in credential.pictures).encode("ascii")
    return credential.text.encode("utf-8")


def attempts(kind: PasswordKind, text: str, catalogue: Catalogue) -> tuple[bytes, ...]:
    """Return what a sign-in attempt may hash to: as `entered` forgives it, and as it is.

    A word password that was made elsewhere can hold capitals.
    """
    forgiven = entered(kind, text, catalogue)
    exact = unicodedata.normalize("NFC", text).encode("utf-8") if kind is PasswordKind.WORD else None
    return tuple(dict.fromkeys(secret for secret in (forgiven, exact) if secret))


def entered(kind: PasswordKind, text: str, catalogue: Catalogue) -> bytes | None:
    """Return what a sign-in attempt hashes to compare, or None where it cannot be right.

    Children hold the shift key and add blanks: both are forgiven for words and pictures.
    """
    if kind is PasswordKind.PICTURE:
        pictures = catalogue.read_words(text)
        return hashable(Credential(kind, "", pictures)) if pictures else None
    if kind is PasswordKind.WORD:
        return text.strip().lower().encode("utf-8")
    return spelled(text)


def spelled(text: str) -> bytes:
    """Return what a text password hashes as it is; one letter written in two ways is the same."""
    return unicodedata.normalize("NFC", text).encode("utf-8")
