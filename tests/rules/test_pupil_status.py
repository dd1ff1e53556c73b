"""The status of a pupil on a date: enrolments, account types, kleuters."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.model.people import (
    Account,
    AccountType,
    Enrolment,
    KleuterRule,
    OfficialState,
    PasswordKind,
    Person,
    Pupil,
    PupilStatus,
    Status,
)
from leerid_cli.rules.pupil_status import (
    class_list_order,
    natural_order,
    present_enrolment,
    reference_date,
    status_of,
    with_status,
)

TODAY = date(2026, 11, 24)
BASIS, GEVORDERD = AccountType.BASIS, AccountType.GEVORDERD


def enrolment(
    begin: str = "2026-09-01",
    end: str = "",
    hoofdstructuur: str = "211",
    type_: AccountType = BASIS,
    klas: str = "1A",
) -> Enrolment:
    return Enrolment(
        "030569", "1", hoofdstructuur, type_, klas=klas,
        begin=date.fromisoformat(begin) if begin else None,
        end=date.fromisoformat(end) if end else None,
    )  # fmt: skip


def person(
    *enrolments: Enrolment,
    account: Account | None = None,
    official: OfficialState = OfficialState.VALID,
    born: date | None = date(2015, 3, 7),
) -> Person:
    return Person(1, "Peeters", "Emma", born, "V", official, "", enrolments, account)


def account(type_: AccountType = BASIS, suspended: str = "") -> Account:
    return Account("emma.peeters", type_, PasswordKind.WORD, "$2b$", False, "t", suspended)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 14), date(2026, 8, 14)),
        (date(2026, 8, 15), date(2026, 9, 1)),
        (date(2026, 8, 31), date(2026, 9, 1)),
        (date(2026, 9, 1), date(2026, 9, 1)),
        (date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_reference_date(day: date, expected: date) -> None:
    assert reference_date(day) == expected


def test_of_several_that_hold_the_latest_begin_counts() -> None:
    old, new = enrolment(klas="1A"), enrolment("2026-10-15", klas="1B")
    assert present_enrolment([new, old], TODAY) is new
    assert present_enrolment([new, old], date(2026, 10, 14)) is old


def test_an_enrolment_holds_on_its_first_and_its_last_day() -> None:
    only = enrolment("2026-09-01", "2026-11-24")
    assert present_enrolment([only], date(2026, 9, 1)) is only
    assert present_enrolment([only], TODAY) is only
    assert present_enrolment([only], TODAY + timedelta(days=1)) is None


def test_one_to_come_counts_where_none_holds() -> None:
    gone, coming, later = enrolment(end="2026-10-01"), enrolment("2027-01-08"), enrolment("2027-02-01")
    assert present_enrolment([later, gone, coming], TODAY) is coming
    assert status_of(person(gone, coming), TODAY, KleuterRule.LEERPLICHT).status is Status.NONE


def test_running_out_on_31_august_makes_nobody_leave() -> None:
    last_year = enrolment("2025-09-01", "2026-08-31")
    assert status_of(person(last_year), date(2026, 9, 10), KleuterRule.ALL).status is Status.NONE
    assert status_of(person(last_year), date(2027, 8, 1), KleuterRule.ALL).status is Status.NONE
    assert status_of(person(last_year), date(2027, 9, 1), KleuterRule.ALL).status is Status.LEFT
    ended = enrolment("2025-09-01", "2026-06-30")
    assert status_of(person(ended), date(2026, 9, 10), KleuterRule.ALL).status is Status.LEFT


def test_a_clash_of_types_leaves_the_account_its_type() -> None:
    both = (enrolment(), enrolment("2026-10-01", hoofdstructuur="311", type_=GEVORDERD))
    assert status_of(person(*both, account=account(BASIS)), TODAY, KleuterRule.ALL).status is Status.ACTIVE
    assert status_of(person(*both), TODAY, KleuterRule.ALL).type is GEVORDERD


def test_status_convert_when_the_enrolment_asks_for_the_other_type() -> None:
    moved = enrolment(hoofdstructuur="311", type_=GEVORDERD)
    found = status_of(person(moved, account=account(BASIS)), TODAY, KleuterRule.ALL)
    assert (found.status, found.type) == (Status.CONVERT, GEVORDERD)


def test_suspended_comes_before_convert_and_active_before_a_wrong_number() -> None:
    moved = enrolment(hoofdstructuur="311", type_=GEVORDERD)
    assert (
        status_of(person(moved, account=account(suspended="hand")), TODAY, KleuterRule.ALL).status
        is Status.SUSPENDED
    )
    wrong = person(enrolment(), account=account(), official=OfficialState.INVALID)
    assert status_of(wrong, TODAY, KleuterRule.ALL).status is Status.ACTIVE


def test_left_comes_before_ineligible() -> None:
    gone = person(enrolment(end="2026-10-01"), official=OfficialState.MISSING)
    assert status_of(gone, TODAY, KleuterRule.ALL).status is Status.LEFT


@pytest.mark.parametrize(
    ("official", "reason"),
    [(OfficialState.MISSING, "number-missing"), (OfficialState.INVALID, "number-invalid")],
)
def test_without_a_sound_number_there_is_no_account(official: OfficialState, reason: str) -> None:
    found = status_of(person(enrolment(), official=official), TODAY, KleuterRule.ALL)
    assert (found.status, found.reason) == (Status.INELIGIBLE, reason)


@pytest.mark.parametrize(
    ("rule", "born", "on", "status"),
    [
        (KleuterRule.LEERPLICHT, date(2021, 12, 31), date(2026, 9, 1), Status.NONE),
        (KleuterRule.LEERPLICHT, date(2021, 1, 1), date(2026, 8, 14), Status.INELIGIBLE),
        (KleuterRule.LEERPLICHT, date(2022, 1, 1), date(2026, 12, 31), Status.INELIGIBLE),
        (KleuterRule.ALL, date(2023, 1, 1), TODAY, Status.NONE),
        (KleuterRule.NONE, date(2021, 1, 1), TODAY, Status.INELIGIBLE),
        (KleuterRule.LEERPLICHT, None, TODAY, Status.INELIGIBLE),
    ],
)
def test_kleuters(rule: KleuterRule, born: date | None, on: date, status: Status) -> None:
    kleuter = person(enrolment("2026-01-05", hoofdstructuur="111"), born=born)
    assert status_of(kleuter, on, rule).status is status


def test_a_kleuter_who_is_old_enough_when_the_coming_enrolment_begins_may_get_an_account() -> None:
    coming = person(enrolment("2026-09-01", hoofdstructuur="111"), born=date(2021, 5, 1))
    assert status_of(coming, date(2026, 7, 1), KleuterRule.LEERPLICHT).status is Status.NONE


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
ENROLMENTS = st.builds(
    lambda begin, days, kind: Enrolment(
        "030569",
        "1",
        "",
        kind,
        begin=begin,
        end=begin + timedelta(days=days) if begin and days is not None else None,
    ),
    st.none() | DAYS,
    st.none() | st.integers(1, 500),
    st.sampled_from(AccountType),
)


@given(
    st.lists(ENROLMENTS, max_size=5),
    DAYS,
    st.sampled_from(["", "import", "hand"]),
    st.sampled_from(AccountType),
)
def test_an_account_is_never_left_ineligible_or_none(
    enrolments: list[Enrolment], on: date, suspended: str, type_: AccountType
) -> None:
    found = status_of(person(*enrolments, account=account(type_, suspended)), on, KleuterRule.NONE)
    assert found.status in (Status.SUSPENDED, Status.CONVERT, Status.ACTIVE)
    assert (found.status is Status.SUSPENDED) == bool(suspended)


def test_of_two_that_ran_out_with_the_school_year_the_latest_begin_counts() -> None:
    old, new = enrolment("2025-09-01", "2026-08-31"), enrolment("2026-01-08", "2026-08-31", klas="1B")
    assert present_enrolment([old, new], date(2026, 9, 10)) is new
    assert present_enrolment([new, old], date(2026, 9, 10)) is new


@pytest.mark.parametrize(
    ("rule", "born", "reason"),
    [
        (KleuterRule.NONE, date(2015, 3, 7), "too-young"),
        (KleuterRule.LEERPLICHT, date(2024, 3, 7), "too-young"),
        (KleuterRule.LEERPLICHT, None, "birth-date-missing"),
        (KleuterRule.ALL, None, None),
        (KleuterRule.LEERPLICHT, date(2021, 3, 7), None),
    ],
)
def test_why_a_kleuter_gets_no_account(rule: KleuterRule, born: date | None, reason: str | None) -> None:
    only = enrolment(hoofdstructuur="111")
    status = Status.INELIGIBLE if reason else Status.NONE
    assert status_of(person(only, born=born), TODAY, rule) == PupilStatus(status, only, BASIS, reason)


def test_a_status_names_the_enrolment_and_the_type_with_and_without_account() -> None:
    only = enrolment()
    moved = enrolment(hoofdstructuur="311", type_=GEVORDERD)
    assert status_of(person(only, account=account()), TODAY, KleuterRule.ALL) == PupilStatus(
        Status.ACTIVE, only, BASIS
    )
    # A suspended account keeps its type, whatever the enrolment asks for.
    suspended = status_of(person(moved, account=account(suspended="hand")), TODAY, KleuterRule.ALL)
    assert suspended == PupilStatus(Status.SUSPENDED, moved, BASIS)
    assert status_of(person(), TODAY, KleuterRule.ALL) == PupilStatus(Status.LEFT, None, None, "left")


def test_natural_order_splits_numbers_from_letters_and_ignores_capitals() -> None:
    assert natural_order("10A") == ((0, 10), (1, "a"))
    assert natural_order("OKAN 2b") == ((1, "okan "), (0, 2), (1, "b"))
    assert natural_order("") == ()


def test_natural_order_puts_class_2a_before_10a() -> None:
    assert sorted(["10A", "2b", "2A", "1C"], key=natural_order) == ["1C", "2A", "2b", "10A"]


def test_class_list_order_is_school_class_naam_voornaam_and_stamnummer() -> None:
    present = replace(enrolment(klas="10A"), stamnummer="0042")
    child = replace(person(present), naam="Wiśniewski", voornaam="Zoë")
    pupil = Pupil(child, status_of(child, TODAY, KleuterRule.NONE))
    assert class_list_order(pupil) == (
        "030569", natural_order("10A"), "wisniewski", "zoe", "0042",
    )  # fmt: skip


def test_with_status_keeps_each_person_with_the_status_of_that_date_and_rule() -> None:
    kleuter = person(enrolment(hoofdstructuur="111"))
    leaver = person(enrolment(end="2026-12-01"))
    seen = set()
    for on in (TODAY, date(2026, 12, 24)):
        for rule in (KleuterRule.NONE, KleuterRule.ALL):
            pupils = with_status([kleuter, leaver], on, rule)
            assert pupils == [
                Pupil(kleuter, status_of(kleuter, on, rule)),
                Pupil(leaver, status_of(leaver, on, rule)),
            ]
            seen.add(tuple(pupil.status for pupil in pupils))
    assert len(seen) == 4, "the date and the rule have to matter in this example"
