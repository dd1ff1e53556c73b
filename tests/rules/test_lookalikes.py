"""Usernames that look like each other but have other characters."""

import pytest

from leerid_cli.rules.lookalikes import by_look, looks, unusual


@pytest.mark.parametrize(
    ("username", "like"),
    [
        ("\u0435mma.peeters", "emma.peeters"),  # a Cyrillic е
        ("\u0441\u0430\u0440.\u0443\u0445", "cap.yx"),  # by shape, not by sound: сар.ух
        ("emm\u03b1", "emma"),  # a Greek alpha
        ("\uff45\uff4d\uff4d\uff41\uff0e\uff50", "emma.p"),  # full width, the dot too
        ("\ufb01en", "fien"),  # a ligature
        ("Emma.P", "emma.p"),
        ("jan\u2010piet", "jan-piet"),  # another hyphen
    ],
)
def test_what_looks_alike(username: str, like: str) -> None:
    assert looks(username) == looks(like) == like


@pytest.mark.parametrize(("username", "other"), [("emm\u00e1", "emma"), ("emma", "emna"), ("em.ma", "emma")])
def test_what_can_be_told_apart(username: str, other: str) -> None:
    assert looks(username) != looks(other)


def test_usernames_are_found_by_their_look() -> None:
    assert by_look(["Emma", "\u0435mma", "jan"]) == {"emma": {"emma", "\u0435mma"}, "jan": {"jan"}}


def test_the_unusual_characters_are_named() -> None:
    assert unusual("\u0435mm\u0430.\u0435") == (
        "\u0435 (CYRILLIC SMALL LETTER IE), \u0430 (CYRILLIC SMALL LETTER A)"
    )
