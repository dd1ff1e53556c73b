"""Passwords: drawing, typed ones, hashing, and the catalogue of pictograms."""

import re
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli import resources
from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules import hashing, passwords, pictograms, word_list

CATALOGUE = pictograms.load(resources.pictograms())
WORDS = word_list.load_words(resources.wordlists())
NOBODY: frozenset[str] = frozenset()
ANOTHER = hashing.hash_password(Credential(PasswordKind.TEMPORARY, "of no test at all 1"), 4)


def draw(kind: PasswordKind, own: frozenset[str] = NOBODY, below: Callable[[int], int] = secrets.randbelow):
    return passwords.draw(kind, below, WORDS, CATALOGUE, own)


def test_a_word_password_is_a_word_and_digits_2_to_9() -> None:
    words = set(WORDS.words)
    for _draw in range(500):
        text = draw(PasswordKind.WORD).text
        match = re.fullmatch(r"([a-z]{3,4})([2-9]{2,3})", text)
        assert match
        assert len(text) == 6
        assert match[1] in words
        assert not WORDS.blocks(text)


def test_word_passwords_are_uniform_over_all_combinations_and_not_over_words() -> None:
    # 3 letters leave 512 endings and 4 letters 64: drawn by word, a 3-letter word would come too seldom.
    list_ = word_list.WordList(("aap", "boom"), ())
    counts: Counter[int] = Counter()
    for index in range(list_.size):
        counts[len(re.sub("[0-9]", "", list_.at(index)))] += 1
    assert counts == {3: 512, 4: 64}
    assert len({list_.at(index) for index in range(list_.size)}) == list_.size == 576
    assert set(list_.combinations()) == {list_.at(index) for index in range(list_.size)}


def test_blocked_combinations_are_never_drawn() -> None:
    list_ = word_list.WordList(("aap",), ("22", "99"))
    assert all("22" not in text and "99" not in text for text in list_.combinations())
    below = iter([list_.size - 1, 0, 1 * 64 + 2 * 8 + 3]).__next__  # aap999, aap222, aap345
    found = passwords.draw(PasswordKind.WORD, lambda _size: below(), list_, CATALOGUE, NOBODY)
    assert found.text == "aap345"


def test_a_picture_password_is_one_picture_of_each_category_in_order() -> None:
    for _draw in range(100):
        credential = draw(PasswordKind.PICTURE)
        assert [picture.code[0] for picture in credential.pictures] == list("abcdefgh")
        assert credential.text.split(" ") == [picture.word for picture in credential.pictures]


def test_a_temporary_password_has_no_vowels_no_look_alikes_a_letter_and_a_digit() -> None:
    for _draw in range(500):
        text = draw(PasswordKind.TEMPORARY).text
        assert re.fullmatch(r"[bcdfghjkmnpqrstvwxz2-9]{8}", text)
        assert re.search("[a-z]", text)
        assert re.search("[2-9]", text)


def test_a_draw_without_digit_or_letter_is_thrown_away_whole() -> None:
    b, two = passwords.UNAMBIGUOUS.index("b"), passwords.UNAMBIGUOUS.index("2")
    draws = iter([b] * 8 + [two] * 8 + [b] * 7 + [two])
    assert draw(PasswordKind.TEMPORARY, below=lambda _size: next(draws)).text == "bbbbbbb2"


@pytest.mark.parametrize("kind", list(PasswordKind))
def test_draws_are_different_from_each_other(kind: PasswordKind) -> None:
    drawn = {draw(kind).text for _draw in range(50)}
    assert len(drawn) >= 48


def test_the_pupils_own_parts() -> None:
    own = passwords.own_parts("Anne-Sophie", "De Smet", "as.desmet1", "3LAT", date(2015, 3, 7))
    assert own == {"anne", "sophie", "smet", "desmet", "lat", "2015"}


def test_no_draw_holds_the_pupils_own_parts() -> None:
    own = frozenset({"boom"})
    list_ = word_list.WordList(("boom", "aap"), ())
    drawn = (
        passwords.draw(PasswordKind.WORD, secrets.randbelow, list_, CATALOGUE, own) for _draw in range(50)
    )
    assert all(credential.text.startswith("aap") for credential in drawn)
    leeuw = frozenset({"leeuw"})
    for _draw in range(200):
        assert "leeuw" not in draw(PasswordKind.PICTURE, leeuw).text.split()


def test_a_name_made_of_bits_of_every_word_does_not_hang_the_draw() -> None:
    everything = frozenset(picture.word[:3] for picture in CATALOGUE.categories[0])
    assert draw(PasswordKind.PICTURE, everything).pictures


def test_a_token_is_12_of_27_signs_drawn_by_the_given_chance() -> None:
    asked: list[int] = []
    token = passwords.draw_token(lambda size: asked.append(size) or len(asked) - 1)
    assert token == passwords.UNAMBIGUOUS[:12]
    assert asked == [27] * 12


def test_repr_hides_the_password() -> None:
    credential = draw(PasswordKind.PICTURE)
    assert credential.text not in repr(credential)
    assert not any(picture.word in repr(credential) for picture in credential.pictures)


@pytest.mark.parametrize("kind", list(PasswordKind))
def test_what_was_drawn_opens_the_account_and_nothing_else_does(kind: PasswordKind) -> None:
    credential = draw(kind)
    hashed = hashing.hash_password(credential, 4)
    assert hashed.startswith("$2b$04$")
    entered = passwords.entered(kind, credential.text, CATALOGUE)
    assert hashing.matches(entered, hashed)
    assert not hashing.matches(passwords.entered(kind, draw(kind).text, CATALOGUE), hashed)


def test_pictures_may_be_entered_in_any_order_case_and_with_commas() -> None:
    credential = draw(PasswordKind.PICTURE)
    hashed = hashing.hash_password(credential, 4)
    words = [picture.word.upper() for picture in reversed(credential.pictures)]
    assert hashing.matches(passwords.entered(PasswordKind.PICTURE, ", ".join(words), CATALOGUE), hashed)


def test_seven_pictures_or_two_of_one_category_are_no_password() -> None:
    words = [category[0].word for category in CATALOGUE.categories]
    assert CATALOGUE.read_words(" ".join(words[:7])) is None
    assert CATALOGUE.read_words(" ".join([*words[:7], CATALOGUE.categories[0][1].word])) is None
    assert CATALOGUE.read_words(" ".join([*words, words[0]])) is None


def test_a_former_word_of_a_picture_still_opens() -> None:
    rows = [picture for category in CATALOGUE.categories for picture in category]
    renamed = pictograms.Pictogram(rows[0].code, rows[0].category, "blaffer", rows[0].icon, (rows[0].word,))
    catalogue = pictograms.Catalogue.of([renamed, *rows[1:]])
    words = " ".join(category[0].word for category in CATALOGUE.categories)
    assert catalogue.read_words(words)


def test_a_word_is_forgiven_capitals_and_blanks_but_a_temporary_password_is_not() -> None:
    assert passwords.entered(PasswordKind.WORD, " Boom42 ", CATALOGUE) == b"boom42"
    assert passwords.entered(PasswordKind.TEMPORARY, "Bcdf2345", CATALOGUE) == b"Bcdf2345"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PasswordKind.WORD, "boom4"),
        (PasswordKind.WORD, "boomen"),
        (PasswordKind.WORD, "123456"),
        (PasswordKind.WORD, "Boom42"),
        (PasswordKind.WORD, "b" * 72 + "2"),
        (PasswordKind.PICTURE, "hond lach appel"),
        (PasswordKind.TEMPORARY, "abc4567"),
        (PasswordKind.TEMPORARY, "abcdefgh"),
        (PasswordKind.TEMPORARY, "12345678"),
        (PasswordKind.TEMPORARY, "é" * 36 + "1"),
        (PasswordKind.TEMPORARY, "abcd123\x07"),
    ],
)
def test_a_typed_password_of_the_wrong_kind_or_length_is_refused(kind: PasswordKind, text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        passwords.typed(kind, text, CATALOGUE)
    assert text not in refused.value.message
    control = ErrorReason.CONTROL_CHARACTER
    assert refused.value.reason is (ErrorReason.NOT_OF_ITS_KIND if text.isprintable() else control)


def test_a_hash_never_cuts_a_long_password() -> None:
    with pytest.raises(RefusedError) as refused:
        hashing.hash_password(Credential(PasswordKind.TEMPORARY, "a1" * 37), 4)
    assert refused.value.reason is ErrorReason.TOO_LONG
    hashed = hashing.hash_password(Credential(PasswordKind.TEMPORARY, "a1" * 36), 4)
    assert hashing.matches(b"a1" * 36, hashed)
    assert not hashing.matches(b"a1" * 36 + b"x", hashed)


def test_picture_codes_fit_bcrypt_with_every_picture_counting() -> None:
    first = tuple(category[0] for category in CATALOGUE.categories)
    other = (*first[:7], CATALOGUE.categories[7][1])
    secrets_ = [
        passwords.hashable(Credential(PasswordKind.PICTURE, "", pictures)) for pictures in (first, other)
    ]
    assert len(secrets_[0]) == 16
    assert secrets_[0] != secrets_[1]


def test_the_catalogue_has_8_categories_of_16_with_their_files() -> None:
    assert [len(category) for category in CATALOGUE.categories] == [16] * 8
    for category in CATALOGUE.categories:
        for picture in category:
            for drawn in ("high-contrast", "flat"):
                assert (resources.pictograms() / drawn / f"{picture.icon}.svg").is_file()


def test_codes_are_never_given_to_another_picture() -> None:
    # Append-only: these codes stand in hashes. Extend the list when pictures are added; change nothing in it.
    issued = {picture.code: picture.icon for category in CATALOGUE.categories for picture in category}
    assert issued["a0"] == "dog-face"
    assert issued["af"] == "cow-face"
    assert issued["b0"] == "grinning-face"
    assert issued["hf"] == "house"
    assert sorted(issued) == [letter + character for letter in "abcdefgh" for character in "0123456789abcdef"]


def test_a_catalogue_with_a_word_or_code_twice_is_refused() -> None:
    one = pictograms.Pictogram("a0", "dieren", "hond", "dog-face")
    with pytest.raises(ValueError, match="Hond"):
        pictograms.Catalogue.of([one, pictograms.Pictogram("b0", "eten", "Hond", "x")])
    with pytest.raises(ValueError, match="a0"):
        pictograms.Catalogue.of([one, pictograms.Pictogram("a0", "eten", "peer", "x")])


def test_kinds_of_account_types() -> None:
    assert passwords.kinds_of(AccountType.GEVORDERD) == (PasswordKind.TEMPORARY,)
    assert set(passwords.kinds_of(AccountType.BASIS)) == {PasswordKind.WORD, PasswordKind.PICTURE}


@given(st.text(max_size=100), st.sampled_from(list(PasswordKind)))
def test_any_text_entered_is_judged_and_never_crashes(text: str, kind: PasswordKind) -> None:
    entered = passwords.entered(kind, text.encode("utf-8", "replace").decode(), CATALOGUE)
    assert not hashing.matches(entered, ANOTHER)


@pytest.mark.parametrize("new", ["é" * 36, "twaalf teken", "x" * 72])
def test_an_own_choice_of_12_characters_to_72_bytes_is_taken_whole(new: str) -> None:
    assert passwords.own_choice("oud", new).text == new


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("é" * 37, ErrorReason.TOO_LONG),
        ("x" * 73, ErrorReason.TOO_LONG),
        ("elf tekens!", ErrorReason.TOO_SHORT),
        ("", ErrorReason.TOO_SHORT),
        ("twaalf\ntekens", ErrorReason.CONTROL_CHARACTER),
        ("het oude wachtwoord", ErrorReason.SAME_PASSWORD),
    ],
)
def test_an_own_choice_outside_the_rule_is_refused(new: str, reason: ErrorReason) -> None:
    with pytest.raises(RefusedError) as refused:
        passwords.own_choice("het oude wachtwoord", new)
    assert refused.value.reason is reason
