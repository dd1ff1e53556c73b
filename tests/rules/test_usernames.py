"""Usernames made of names, and the words under which a pupil is found."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.rules.usernames import check_username, fold, free_username, search_terms, username_base

SHAPE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@pytest.mark.parametrize(
    ("voornaam", "naam", "username"),
    [
        ("Jan", "Van den Broeck", "jan.vandenbroeck"),
        ("Łukasz", "Wiśniewski", "lukasz.wisniewski"),
        ("Şebnem", "Yılmaz", "sebnem.yilmaz"),
        ("İrem", "Doğan", "irem.dogan"),
        ("Zoë", "D'Hondt", "zoe.dhondt"),
        ("Zoë", "D’Hondt", "zoe.dhondt"),
        ("Zoë", "D‘Hondt", "zoe.dhondt"),
        ("Zoë", "DʼHondt", "zoe.dhondt"),
        ("Zoë", "D`Hondt", "zoe.dhondt"),
        ("Zoë", "D´Hondt", "zoe.dhondt"),
        ("Thị Hạnh", "Nguyễn", "thihanh.nguyen"),
        ("Anne-Sophie", "Groß", "anne-sophie.gross"),
        ("Jules", "Sørensen", "jules.sorensen"),
        ("Noor", "Kjær", "noor.kjaer"),
        ("Minh", "Đặng", "minh.dang"),
        ("Zarmina", "", "zarmina"),
        ("", "Noorullah", "noorullah"),
        ("", "", "leerling"),
        ("-", "’’", "leerling"),
        ("J.P.", "De Smet", "jp.desmet"),
    ],
)
def test_username_of_a_name(voornaam: str, naam: str, username: str) -> None:
    assert username_base(voornaam, naam) == username


def test_the_same_name_decomposed_gives_the_same_username() -> None:
    assert username_base("Zoe\u0308", "Wis\u0301niewski") == "zoe.wisniewski"


def test_a_taken_username_gets_1_then_2() -> None:
    taken = {"emma.peeters", "emma.peeters1"}
    assert free_username("Emma", "Peeters", taken.__contains__) == "emma.peeters2"


def test_the_base_is_cut_and_never_the_number() -> None:
    long = "x" * 60
    taken: set[str] = set()
    for _pupil in range(12):
        taken.add(free_username("a", long, taken.__contains__))
    assert max(map(len, taken)) == 50
    assert "a." + "x" * 47 + "9" in taken
    assert "a." + "x" * 46 + "10" in taken


def test_a_cut_leaves_no_hyphen_or_dot_at_the_end() -> None:
    base = username_base("Anne-Sophie", "Vandenbroucke-Van den Bossche de la Faille-Vansteenkiste")
    assert base == "anne-sophie.vandenbroucke-vandenbosschedelafaille"


@given(st.text(max_size=80), st.text(max_size=80))
def test_every_unicode_name_gives_a_sound_username(voornaam: str, naam: str) -> None:
    username = username_base(voornaam, naam)
    assert SHAPE.fullmatch(username)
    assert ".." not in username
    assert len(username) <= 50
    assert check_username(username) == username


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=20))
def test_usernames_of_many_pupils_are_unique_and_sound(pupils: list[tuple[str, str]]) -> None:
    taken: set[str] = set()
    for voornaam, naam in pupils * 3:
        username = free_username(voornaam, naam, taken.__contains__)
        assert username not in taken
        assert SHAPE.fullmatch(username)
        assert len(username) <= 50
        taken.add(username)


@pytest.mark.parametrize(
    "username", ["a@b", "x" * 51, "", ".a", "a.", "a..b", "-a", "a-", "Jan", "jan peeters", "zoë", "a_b"]
)
def test_a_typed_username_that_breaks_the_rules_is_refused(username: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_username(username)
    assert refused.value.reason is ErrorReason.USERNAME_NOT_ALLOWED


def test_search_terms_hold_the_whole_name_and_its_words() -> None:
    assert search_terms("D’Hondt-De Smet", "Łukasz") >= {"dhondt-desmet", "dhondt", "de", "smet", "lukasz"}


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
