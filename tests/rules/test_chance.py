"""Every allowed password is drawn equally often: chi-square tests on a million draws of each kind.

They use the system's random source: a million words with their digits, a million pictures and a million
characters (eight a password). Each of the four tests rejects a good random source once in a million runs
(two-sided, 5e-7 on each side).
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from statistics import NormalDist

import pytest

from leerid_cli import resources
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import PasswordKind
from leerid_cli.rules import passwords, pictograms, word_list

CATALOGUE = pictograms.load(resources.pictograms())
WORDS = word_list.load_words(resources.wordlists())
COMBINATIONS = tuple(WORDS.combinations())
DRAWS = 1_000_000
EIGHTS = DRAWS // 8
ENOUGH = 600_000  # more than five of each combination, as chi-square needs
ERROR_RATE = 1e-6


def even(counts: Mapping[str, int], expected: Mapping[str, float]) -> bool:
    """Tell whether counts fit the expected ones: neither too far from them nor suspiciously near.

    The chi-square sum is turned into a normal deviate by Wilson and Hilferty's approximation.
    """
    assert set(counts) <= set(expected)
    assert min(expected.values()) > 5
    total = sum((counts.get(name, 0) - wanted) ** 2 / wanted for name, wanted in expected.items())
    freedom = len(expected) - 1
    spread = 2 / (9 * freedom)
    z = ((total / freedom) ** (1 / 3) - (1 - spread)) / spread**0.5
    return abs(z) < NormalDist().inv_cdf(1 - ERROR_RATE / 2)


def draw(kind: PasswordKind, below: Callable[[int], int], number: int = EIGHTS) -> Iterator[Credential]:
    return (passwords.draw(kind, below, WORDS, CATALOGUE, frozenset()) for _draw in range(number))


def words_even(texts: Iterable[str]) -> tuple[bool, bool]:
    """Tell whether passwords are even over all combinations; and over words, each with its share of these."""
    drawn, number = Counter(texts), len(COMBINATIONS)
    total = drawn.total()
    by_word, sizes = Counter[str](), Counter(text.rstrip(word_list.DIGITS) for text in COMBINATIONS)
    for text, count in drawn.items():
        by_word[text.rstrip(word_list.DIGITS)] += count
    return (
        even(drawn, dict.fromkeys(COMBINATIONS, total / number)),
        even(by_word, {word: total * size / number for word, size in sizes.items()}),
    )


def pictures_even(below: Callable[[int], int]) -> bool:
    drawn = Counter(
        picture.code for credential in draw(PasswordKind.PICTURE, below) for picture in credential.pictures
    )
    codes = {
        picture.code: EIGHTS / len(category) for category in CATALOGUE.categories for picture in category
    }
    return even(drawn, codes)


def characters_even(below: Callable[[int], int]) -> bool:
    """Tell whether each character is even at each place of a temporary password.

    Passwords without a letter or without a digit are never kept, which changes the expected shares.
    """
    characters, length = passwords.UNAMBIGUOUS, passwords.TEMPORARY_LENGTH
    drawn = Counter(
        f"{place}{character}"
        for credential in draw(PasswordKind.TEMPORARY, below)
        for place, character in enumerate(credential.text)
    )
    digits = len(word_list.DIGITS) / len(characters)
    kept = 1 - digits**length - (1 - digits) ** length
    share = {True: (digits - digits**length) / kept / len(word_list.DIGITS)}
    share[False] = (1 - digits - (1 - digits) ** length) / kept / (len(characters) - len(word_list.DIGITS))
    wanted: Iterable[tuple[str, float]] = (
        (f"{place}{character}", EIGHTS * share[character in word_list.DIGITS])
        for place in range(length)
        for character in characters
    )
    return even(drawn, dict(wanted))


def modulo(size: int) -> int:
    """Draw with a common mistake: the remainder of random bytes, which makes small numbers more frequent."""
    return int.from_bytes(secrets.token_bytes(1 if size < 256 else 3)) % size


def off_by_one(size: int) -> int:
    """Draw with another common mistake: the last number never comes."""
    return secrets.randbelow(size - 1)


@pytest.mark.parametrize("judged", [pictures_even, characters_even])
def test_a_million_pictures_and_signs_are_even(judged: Callable[[Callable[[int], int]], bool]) -> None:
    assert judged(secrets.randbelow)


def test_a_million_words_are_even_over_all_combinations() -> None:
    drawn = draw(PasswordKind.WORD, secrets.randbelow, DRAWS)
    assert words_even(credential.text for credential in drawn) == (True, True)


def test_words_drawn_first_and_digits_after_are_found_out() -> None:
    """A common mistake: words of four letters come as often as the others, which have more combinations."""

    def text() -> str:
        word = secrets.choice(WORDS.words)
        return word + "".join(
            secrets.choice(word_list.DIGITS) for _position in range(word_list.LENGTH - len(word))
        )

    naive = (made for _draw in range(ENOUGH) if not WORDS.blocks(made := text()))
    assert words_even(naive) == (False, False)


def test_a_digit_that_comes_more_often_at_the_end_is_found_out() -> None:
    """Every word comes as often as it should, so only the test over all combinations can notice it."""

    def text() -> str:
        made = WORDS.at(secrets.randbelow(WORDS.size))
        return made[:-1] + "3" if made.endswith("2") and secrets.randbelow(2) else made

    skewed = (made for _draw in range(ENOUGH) if not WORDS.blocks(made := text()))
    assert words_even(skewed)[0] is False


@pytest.mark.parametrize(
    ("judged", "below"),
    [(characters_even, modulo), (pictures_even, off_by_one), (characters_even, off_by_one)],
)
def test_an_uneven_source_is_found_out(
    judged: Callable[[Callable[[int], int]], bool], below: Callable[[int], int]
) -> None:
    assert not judged(below)


def test_counting_up_is_too_even_to_be_chance() -> None:
    numbers = iter(range(10**9))
    assert not pictures_even(lambda size: next(numbers) // 8 % size)


@pytest.mark.parametrize("kind", list(PasswordKind))
def test_no_draw_holds_what_anybody_knows_of_the_pupil(kind: PasswordKind) -> None:
    # Parts that come up often: without the check, about sixty of 3,000 temporary passwords would contain one
    # (64 parts, 6 places, 27 characters), so the chance that none does is e to the power of -60.
    own = frozenset({"aap", "boom", "hond", "kat"} | {f"2{a}{b}" for a in "23456789" for b in "23456789"})
    for _draw in range(3000):
        text = passwords.draw(kind, secrets.randbelow, WORDS, CATALOGUE, own).text
        assert not [part for part in own if part in text.lower()]
    loose = [
        passwords.draw(kind, secrets.randbelow, WORDS, CATALOGUE, frozenset()).text for _draw in range(3000)
    ]
    assert [text for text in loose if any(part in text for part in own)], "the control"
