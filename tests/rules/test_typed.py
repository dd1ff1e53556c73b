"""Passwords that were typed, adopted or chosen; what is compared at a sign-in; when drawing gives up."""

import secrets

import pytest

from leerid_cli import resources
from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.model.cards import Credential, Pictogram
from leerid_cli.model.people import PasswordKind
from leerid_cli.rules import hashing, passwords, pictograms, word_list
from leerid_cli.rules.pictograms import Catalogue

CATALOGUE = pictograms.load(resources.pictograms())
WORDS = word_list.load_words(resources.wordlists())
FIRST = tuple(category[0] for category in CATALOGUE.categories)
IN_ORDER = " ".join(picture.word for picture in FIRST)
DECOMPOSED, COMPOSED = "e\u0301", "\u00e9"


def of(credential: Credential) -> tuple[PasswordKind, str, tuple[Pictogram, ...]]:
    """Return what a password holds, so that a failing test shows where it differs."""
    return credential.kind, credential.text, credential.pictures


@pytest.mark.parametrize("made", [passwords.typed, passwords.foreign])
def test_pictures_in_any_order_become_the_eight_words_in_category_order(made) -> None:  # type: ignore[no-untyped-def]
    entered = ", ".join(picture.word.upper() for picture in reversed(FIRST))
    assert of(made(PasswordKind.PICTURE, entered, CATALOGUE)) == (PasswordKind.PICTURE, IN_ORDER, FIRST)
    with pytest.raises(RefusedError, match="eight words"):
        made(PasswordKind.PICTURE, IN_ORDER.rpartition(" ")[0], CATALOGUE)


@pytest.mark.parametrize("text", ["boom42", "b" * 71 + "2"])
def test_a_typed_word_password_is_taken_as_it_is(text: str) -> None:
    assert of(passwords.typed(PasswordKind.WORD, text, CATALOGUE)) == (PasswordKind.WORD, text, ())


@pytest.mark.parametrize("text", ["abcdefg8", "Ab! 1234", COMPOSED * 35 + "a1"])  # 8 characters; 72 bytes
def test_a_typed_temporary_password_of_8_characters_to_72_bytes_is_taken(text: str) -> None:
    assert of(passwords.typed(PasswordKind.TEMPORARY, text, CATALOGUE)) == (PasswordKind.TEMPORARY, text, ())


@pytest.mark.parametrize("made", [passwords.typed, passwords.foreign])
def test_a_letter_with_an_accent_is_kept_in_one_spelling(made) -> None:  # type: ignore[no-untyped-def]
    made_of = made(PasswordKind.TEMPORARY, f"caf{DECOMPOSED} 1234", CATALOGUE)
    assert of(made_of) == (PasswordKind.TEMPORARY, f"caf{COMPOSED} 1234", ())


def test_a_password_from_elsewhere_obeys_only_bcrypts_limit() -> None:
    assert of(passwords.foreign(PasswordKind.WORD, "Boom", CATALOGUE)) == (PasswordKind.WORD, "Boom", ())
    assert passwords.foreign(PasswordKind.WORD, "b" * 72, CATALOGUE).text == "b" * 72
    with pytest.raises(RefusedError, match="at most 72 bytes") as refused:
        passwords.foreign(PasswordKind.WORD, "b" * 73, CATALOGUE)
    assert refused.value.reason is ErrorReason.TOO_LONG
    with pytest.raises(RefusedError, match="control") as refused:
        passwords.foreign(PasswordKind.TEMPORARY, "abc\t1234", CATALOGUE)
    assert refused.value.reason is ErrorReason.CONTROL_CHARACTER


def test_an_own_choice_is_a_temporary_password() -> None:
    chosen = passwords.own_choice("abcd2345", f"eigen keuze {DECOMPOSED}")
    assert of(chosen) == (PasswordKind.TEMPORARY, f"eigen keuze {COMPOSED}", ())


@pytest.mark.parametrize("kind", list(PasswordKind))
def test_a_drawn_password_is_of_the_kind_that_was_asked(kind: PasswordKind) -> None:
    assert passwords.draw(kind, secrets.randbelow, WORDS, CATALOGUE, frozenset()).kind is kind


def test_a_thousand_draws_are_thrown_away_for_the_pupils_own_parts_and_not_one_more() -> None:
    drawn: list[int] = []
    only = word_list.WordList(("aap",), ())
    found = passwords.draw(
        PasswordKind.WORD, lambda size: drawn.append(size) or 0, only, CATALOGUE, frozenset({"aap"})
    )
    assert (found.text, len(drawn)) == ("aap222", 1001)


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        (PasswordKind.WORD, "boom42", [b"boom42"]),
        # The child may have left the shift key down, or the password, made by another program, has a capital.
        (PasswordKind.WORD, "Boom42", [b"boom42", b"Boom42"]),
        # A password made by another program is kept as NFC, whatever a keyboard sends.
        (PasswordKind.WORD, f"caf{DECOMPOSED}42", [f"caf{DECOMPOSED}42".encode(), f"caf{COMPOSED}42".encode()]),
        (PasswordKind.TEMPORARY, f" Caf{DECOMPOSED}", [f" Caf{COMPOSED}".encode()]),
        (PasswordKind.PICTURE, IN_ORDER, ["".join(picture.code for picture in FIRST).encode()]),
        (PasswordKind.PICTURE, "hond", []),
    ],
)  # fmt: skip
def test_what_a_sign_in_attempt_may_mean(kind: PasswordKind, text: str, meant: list[bytes]) -> None:
    assert passwords.attempts(kind, text, CATALOGUE) == tuple(meant)


def test_a_catalogue_keeps_the_order_within_a_category_and_sorts_the_categories() -> None:
    peer = Pictogram("b0", "eten", "peer", "pear")
    hond = Pictogram("a0", "dieren", "hond", "dog-face")
    kat = Pictogram("a1", "dieren", "kat", "cat-face")
    made = Catalogue.of([peer, kat, hond])
    assert made.categories == ((kat, hond), (peer,))
    assert made.by_word == {"peer": peer, "hond": hond, "kat": kat}


def test_combinations_are_numbered_word_by_word() -> None:
    """With words of both lengths, the first number of a word is not always a multiple of its combinations."""
    words = word_list.WordList(("boom", "aap"), ())
    assert [words.at(index) for index in range(words.size)] == list(words.combinations())


def test_several_passwords_are_each_hashed_at_the_cost_asked_for() -> None:
    two = [Credential(PasswordKind.WORD, text) for text in ("boom42", "aap234")]
    hashes = hashing.hash_passwords(two, 4)
    assert [found[:7] for found in hashes] == ["$2b$04$"] * 2  # bcrypt's own way to write cost 4
    assert [hashing.matches(one.text.encode(), found) for one, found in zip(two, hashes, strict=True)] == [
        True
    ] * 2
