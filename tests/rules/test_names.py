"""The limits of usernames that are typed or come from a file, and which names are wholly different."""

import pytest

from leerid_cli.errors import RefusedError
from leerid_cli.rules.usernames import (
    check_username,
    flaw,
    free_username,
    search_terms,
    unlike,
    username_base,
)


def test_the_first_number_behind_a_taken_username_is_1() -> None:
    assert free_username("Emma", "Peeters", {"emma.peeters"}.__contains__) == "emma.peeters1"


def test_several_hyphens_in_a_row_become_one() -> None:
    assert username_base("Anne--Sophie", "-Maes-") == "anne-sophie.maes"


def test_a_username_of_50_characters_is_the_longest() -> None:
    assert check_username("x" * 50) == "x" * 50
    with pytest.raises(RefusedError, match="51 characters, at most 50"):
        check_username("x" * 51)


def test_a_typed_at_sign_is_named() -> None:
    with pytest.raises(RefusedError, match="holds an @"):
        check_username("jan@school")


@pytest.mark.parametrize("username", ["jan.peeters", "Jan_P", "zoë", "..", "x" * 50])
def test_a_username_from_outside_may_be_what_this_program_would_not_make(username: str) -> None:
    assert flaw(username) == ""


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("", "empty"),
        ("a@b", "@"),
        ("x" * 51, "51 characters"),
        ("jan peeters", "a blank"),
        ("jan\u200bpeeters", "nobody sees"),
        ("jan\u00a0peeters", "nobody sees"),
    ],
)
def test_a_username_from_outside_that_no_account_can_have(username: str, words: str) -> None:
    assert words in flaw(username)
    assert not username or username not in flaw(username)


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("Emma", "Liam", True),
        ("Milan", "Lander", True),  # six of eleven letters in common make no spelling
        ("Sofie", "Sophie", False),  # a spelling
        ("Jan", "Wilhelmina Jan", False),  # a word in common, though most letters differ
        ("Ann", "Annelie", False),  # a short form, six of ten letters: just alike
        ("", "Emma", False),  # nothing is known
        ("Emma", "", False),
    ],
)
def test_wholly_different_names(one: str, other: str, different: bool) -> None:
    assert unlike(one, other) is different


def test_an_empty_name_gives_no_search_term() -> None:
    assert search_terms("", "Emma") == {"emma"}
