"""Checking official numbers (docs/sources.md, "Rijksregisternummer and bisnummer").

The numbers are computed for these tests and belong to nobody.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.intake.official import judge
from leerid_cli.model.people import OfficialState

BORN = date(2015, 3, 7)
NUMBER = "15030700157"


def number(born: date, serial: int = 1) -> str:
    """Return a rijksregisternummer with its check digits; for births from 2000 on, a 2 is put before it."""
    body = f"{born:%y%m%d}{serial:03}"
    return f"{body}{97 - int(('2' if born.year >= 2000 else '') + body) % 97:02}"


@pytest.mark.parametrize(
    ("text", "born"),
    [
        (NUMBER, BORN),
        ("15.03.07-001.57", BORN),
        (" 15 03 07 001 57 ", BORN),
        ("14450600268", date(2014, 5, 6)),  # bisnummer: month + 40
        ("14250600225", date(2014, 5, 6)),  # bisnummer: month + 20
        ("14000000230", date(2014, 9, 9)),  # month and day not known
        ("00000100294", date(2014, 9, 9)),  # nothing known
        ("03030700196", date(2003, 3, 7)),
        (NUMBER, None),
    ],
)
def test_valid(text: str, born: date | None) -> None:
    found = judge(text, born)
    assert found.state is OfficialState.VALID
    assert len(found.digits) == 11
    assert found.digits not in repr(found)


@pytest.mark.parametrize(
    ("text", "born", "reason"),
    [
        ("15030700158", BORN, "official-check-digits"),
        (NUMBER, date(2015, 7, 3), "official-birth-date"),
        (NUMBER, date(1915, 3, 7), "official-birth-date"),
        ("1503070015", BORN, "official-length"),
        ("1,50307E+10", BORN, "official-form"),
        ("niet gekend", BORN, "official-form"),
        ("٢٥٠٣٠٧٠٠١٥٧", BORN, "official-form"),
    ],
)
def test_invalid(text: str, born: date, reason: str) -> None:
    found = judge(text, born)
    assert (found.state, found.reason, found.digits) == (OfficialState.INVALID, reason, "")


@pytest.mark.parametrize("text", ["", "  ", "-", "00000000000", "00.00.00-000.00"])
def test_missing(text: str) -> None:
    assert judge(text, BORN).state is OfficialState.MISSING


def test_lost_zeros_are_put_back_only_where_the_birth_date_agrees() -> None:
    found = judge("3030700196", date(2003, 3, 7))
    assert (found.state, found.digits, found.repaired) == (OfficialState.VALID, "03030700196", True)
    assert judge("3030700196", date(2003, 3, 8)).state is OfficialState.INVALID
    assert judge("3030700196", None).state is OfficialState.INVALID


@given(
    st.dates(date(2003, 1, 1), date(2023, 12, 31)), st.integers(1, 998), st.integers(0, 10), st.integers(1, 9)
)
def test_no_slip_of_one_digit_gets_past_check_digits_and_birth_date(
    born: date, serial: int, position: int, shift: int
) -> None:
    good = number(born, serial)
    wrong = good[:position] + str((int(good[position]) + shift) % 10) + good[position + 1 :]
    assert judge(good, born).state is OfficialState.VALID
    assert judge(wrong, born).state is not OfficialState.VALID


@given(st.text(max_size=30), st.none() | st.dates())
def test_any_text_is_judged(text: str, born: date | None) -> None:
    judge(text, born)
