"""Checks of TOML values: what each takes and returns, and what it refuses by dotted key."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from leerid_cli.model.people import PasswordKind
from leerid_cli.settings.toml_values import WrongValueError, each, filled, number, one_of, table, text, texts

KIND = partial(one_of, allowed=(PasswordKind.PICTURE, PasswordKind.WORD))
LETTERS = partial(texts, allowed=("a", "b"))
OFFSET = partial(number, between=(-10.0, 10.0))
CHECKS = {"name": text, "offset": OFFSET}


@pytest.mark.parametrize(
    ("check", "value", "returned"),
    [
        (text, "", ""),
        (text, " Balie ", " Balie "),
        (filled, " Balie ", "Balie"),
        (texts, [], ()),
        (texts, [" a ", "b"], (" a ", "b")),
        (LETTERS, ["b"], ("b",)),
        (KIND, "word", PasswordKind.WORD),
        (OFFSET, 10, 10.0),
        (OFFSET, -10.0, -10.0),
        (partial(table, checks=CHECKS), {}, {}),
        (partial(table, checks=CHECKS), {"offset": 1}, {"offset": 1.0}),
        (partial(each, check=KIND), {"2 Latijn": "word"}, {"2 Latijn": PasswordKind.WORD}),
    ],
)
def test_a_value_comes_back_as_the_program_uses_it(
    check: Callable[[Any, str], Any], value: Any, returned: Any
) -> None:
    found = check(value, "a.b")
    assert (found, type(found)) == (returned, type(returned))


@pytest.mark.parametrize(
    ("check", "value", "key", "why"),
    [
        (text, 3, "a.b", "must be text"),
        (text, ["x"], "a.b", "must be text"),
        (filled, " \t", "a.b", "must not be blank"),
        (filled, 3, "a.b", "must be text"),
        (texts, "a", "a.b", "must be a list of texts"),
        (texts, ["a", " "], "a.b", "must be a list of texts"),
        (texts, ["a", 3], "a.b", "must be a list of texts"),
        (LETTERS, ["b", "c"], "a.b", "c is not one of: a, b"),
        (KIND, "temporary", "a.b", "must be one of: picture, word"),
        (KIND, ["word"], "a.b", "must be one of: picture, word"),
        (OFFSET, 10.01, "a.b", "must be a number from -10.0 to 10.0"),
        (OFFSET, float("nan"), "a.b", "must be a number from -10.0 to 10.0"),
        (OFFSET, 10**400, "a.b", "must be a number from -10.0 to 10.0"),
        (OFFSET, True, "a.b", "must be a number from -10.0 to 10.0"),
        (OFFSET, "1", "a.b", "must be a number from -10.0 to 10.0"),
        (partial(table, checks=CHECKS), [], "a.b", "must be a table"),
        (partial(table, checks=CHECKS), {"name": 3}, "a.b.name", "must be text"),
        (partial(table, checks=CHECKS), {"nam": "x"}, "a.b.nam", "unknown key; known here: name, offset"),
        (partial(table, checks=CHECKS, needed=["name"]), {"offset": 1}, "a.b.name", "is missing"),
        (partial(each, check=KIND), "x", "a.b", "must be a table"),
        (partial(each, check=KIND), {"1A": 1}, 'a.b."1A"', "must be one of: picture, word"),
    ],
)
def test_a_wrong_value_is_refused_by_its_dotted_key(
    check: Callable[[Any, str], Any], value: Any, key: str, why: str
) -> None:
    with pytest.raises(WrongValueError) as refused:
        check(value, "a.b")
    assert (refused.value.key, refused.value.why, str(refused.value)) == (key, why, f"{key}: {why}")


def test_values_keep_the_order_of_the_file() -> None:
    """Of two headings that mean the same, a profile names the one that comes later."""
    assert list(table({"offset": 1, "name": "x"}, checks=CHECKS)) == ["offset", "name"]


def test_an_unknown_key_is_told_before_wrong_values() -> None:
    """A misspelt key is often why another one is wrong or missing."""
    with pytest.raises(WrongValueError, match="nam: unknown key"):
        table({"offset": "x", "nam": "x"}, checks=CHECKS)


def test_keys_of_the_file_itself_have_no_prefix() -> None:
    with pytest.raises(WrongValueError) as refused:
        table({"name": 3}, checks=CHECKS)
    assert refused.value.key == "name"
