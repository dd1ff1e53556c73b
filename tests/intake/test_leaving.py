"""Leaving a school, and what withholds departures: docs/contract.md §5, "Leaving", sentence by sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from test_import_plan import BORN, carried_out, facts, pupil_row

from leerid_cli.intake import import_plan as planning
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.likeness import identity
from leerid_cli.intake.matching import Pupils, Rules
from leerid_cli.model.people import (
    Account,
    AccountType,
    Departure,
    Enrolment,
    Gone,
    OfficialState,
    PasswordKind,
    Person,
    SuspendedBy,
)
from leerid_cli.model.plans import ImportPlan, PersonFacts

TODAY = date(2026, 11, 24)
A, B = "030569", "041871"


def key(number: int, school: str = A) -> tuple[str, str]:
    return (school, str(number))


def child(number: int, school: str = A, klas: str = "", end: date | None = None, **more: object) -> Person:
    """Return a child with an account, by default in a class of three, too few to be missed as a class."""
    enrolment = Enrolment(
        school, str(number), "211", klas=klas or f"{number // 3}A", begin=date(2025, 9, 1), end=end
    )
    account = Account(f"u{school}{number}", AccountType.BASIS, PasswordKind.WORD, "$2b$", False, f"t{number}")
    number_of_person = number if school == A else 10_000 + number
    name, hashed = f"Kind{number}{school[-1]}", f"{school}-{number}"
    person = Person(
        number_of_person, "Peeters", name, BORN, "V", OfficialState.VALID, hashed, (enrolment,), account
    )
    return replace(person, **more)  # type: ignore[arg-type]


def row_of(person: Person, **more: object) -> PupilRow:
    """Return the row of a child in the school's export; `more` are changed fields of the enrolment."""
    enrolment = person.enrolments[-1]
    known = facts(person.naam, person.voornaam, person.birth_date, person.official_hash, person.gender)
    row = pupil_row(enrolment.stamnummer, known, enrolment.school)
    return replace(row, enrolment=replace(enrolment, gone=None, **more))  # type: ignore[arg-type]


def school_of(count: int, school: str = A, **more: object) -> list[Person]:
    return [child(number, school, **more) for number in range(1, count + 1)]  # type: ignore[arg-type]


def full(
    register: Sequence[Person],
    rows: Iterable[PupilRow],
    today: date = TODAY,
    unusable: Iterable[tuple[str, str]] = (),
    illegible: Iterable[str] = (),
    facts: Iterable[PersonFacts] = (),
    **rules: object,
) -> ImportPlan:
    pupils = Pupils(tuple(rows), frozenset(unusable), frozenset(illegible), tuple(facts))
    return planning.plan_import(pupils, register, Rules(today, **({"full": True} | rules)))  # type: ignore[arg-type]


def codes(done: ImportPlan) -> list[tuple[str, str]]:
    return [(withheld.school, withheld.code) for withheld in done.withheld]


def test_without_full_nobody_leaves() -> None:
    pupils = school_of(10)
    done = full(pupils, map(row_of, pupils[1:]), full=False)
    assert done.is_empty
    assert done.withheld == ()


def test_who_is_in_the_complete_export_no_more_has_left_and_the_account_is_suspended() -> None:
    pupils = school_of(10)
    done = full(pupils, map(row_of, pupils[1:]))
    assert (done.left, done.suspend, done.counts["left"], done.counts["unchanged"]) == ((key(1),), (1,), 1, 9)
    (change,) = done.registrations
    assert change.enrolments[0].gone == Gone(TODAY, Departure.DEPARTURE)


def test_a_school_that_is_not_in_the_file_loses_nobody() -> None:
    done = full([*school_of(10), *school_of(10, B)], map(row_of, school_of(10)))
    assert done.is_empty


def test_a_row_that_ended_before_today_is_a_departure_but_not_one_that_ran_out_on_31_august() -> None:
    pupils = school_of(10)
    rows = [row_of(pupil) for pupil in pupils[2:]]
    ended, ran_out = row_of(pupils[0], end=TODAY - timedelta(1)), row_of(pupils[1], end=date(2026, 8, 31))
    done = full(pupils, [ended, ran_out, *rows])
    assert done.left == (key(1),)
    assert full(pupils, [row_of(pupils[0], end=TODAY), ran_out, *rows]).left == ()


@pytest.mark.parametrize("unusable", [True, False])
def test_a_row_that_cannot_be_used_shows_its_pupil_all_the_same(unusable: bool) -> None:
    pupils = school_of(10)
    done = full(pupils, map(row_of, pupils[1:]), unusable=[key(1)] if unusable else [])
    assert done.left == (() if unusable else (key(1),))


def test_a_held_row_shows_its_pupil() -> None:
    pupils = school_of(10)
    held = replace(row_of(pupils[0]), facts=facts("Maes", "Noor", date(2013, 1, 1), pupils[1].official_hash))
    done = full(pupils, [held, *map(row_of, pupils[1:])])
    assert (done.counts["held"], done.left) == (1, ())


@pytest.mark.parametrize(("illegible", "withheld"), [(A, [A]), ("", [A, B]), (B, [B])])
def test_an_illegible_row_withholds_the_departures_of_its_school_or_of_all(
    illegible: str, withheld: list[str]
) -> None:
    pupils = [*school_of(10), *school_of(10, B)]
    rows = [row_of(pupil) for pupil in pupils if pupil.enrolments[0].stamnummer != "1"]
    accepted = {A: 1, B: 1}  # overrides all but illegible rows
    done = full(pupils, rows, illegible=[illegible], accepted=accepted)
    assert codes(done) == [(school, "illegible-row") for school in withheld]
    assert {school for school, _number in done.left} == {A, B} - set(withheld)


@pytest.mark.parametrize(
    ("of", "gone", "goes"), [(5, 3, True), (100, 10, True), (100, 11, False), (30, 4, False)]
)
def test_more_than_three_and_ten_percent_are_withheld_and_all_else_goes_through(
    of: int, gone: int, goes: bool
) -> None:
    pupils = school_of(of)
    rows = [row_of(pupil) for pupil in pupils[gone:]]
    rows[-1] = row_of(pupils[-1], klas="9Z")
    done = full(pupils, rows)
    assert len(done.left) == (gone if goes else 0)
    assert done.counts["changed"] == 1
    assert done.counts["withheld"] == (0 if goes else gone)
    assert codes(done) == ([] if goes else [(A, "mass-departures")])


def test_the_limit_is_that_of_the_command_line() -> None:
    pupils = school_of(100)
    rows = list(map(row_of, pupils[11:]))
    assert len(full(pupils, rows, max_departures=11).left) == 11
    assert full(pupils, rows[1:], max_departures=11).left == ()


def test_exactly_the_accepted_number_goes() -> None:
    pupils = school_of(30)
    rows = [row_of(pupil) for pupil in pupils[6:]]
    for accepted, left in ((5, 0), (7, 0), (6, 6)):
        done = full(pupils, rows, accepted={A: accepted})
        assert len(done.left) == left, accepted
    assert full(pupils, rows, accepted={B: 6}).left == ()
    assert f"--accept {A}:6" in full(pupils, rows).withheld[0].message


def test_a_school_that_trips_does_not_stop_another() -> None:
    pupils = [*school_of(30), *school_of(30, B)]
    rows = [row_of(pupil) for pupil in pupils if pupil.id not in (1, 2, 3, 4, 10_001)]
    done = full(pupils, rows)
    assert (done.left, codes(done)) == ((key(1, B),), [(A, "mass-departures")])


def test_the_last_seven_days_count() -> None:
    """Nine of a hundred left in several imports; two more make eleven, of the ninety-one who are left."""
    pupils = school_of(100)
    for days, goes in ((6, False), (7, True)):
        gone = Gone(TODAY - timedelta(days), Departure.DEPARTURE)
        before = [
            replace(pupil, enrolments=(replace(pupil.enrolments[0], gone=gone),)) if pupil.id <= 9 else pupil
            for pupil in pupils
        ]
        done = full(before, map(row_of, pupils[11:]))
        assert len(done.left) == (2 if goes else 0)


def test_a_class_of_five_gone_whole_is_withheld_but_not_a_renamed_one() -> None:
    pupils = [child(n, klas="3A" if n <= 5 else f"{n}B") for n in range(1, 101)]
    rows = list(map(row_of, pupils[5:]))
    done = full(pupils, rows)
    assert (done.left, codes(done)) == ((), [(A, "class-gone")])
    assert "3A" in done.withheld[0].message
    renamed = [row_of(pupil, klas="4A") for pupil in pupils[:5]]
    assert full(pupils, [*renamed, *rows]).withheld == ()
    assert len(full(pupils, [renamed[0], *rows]).left) == 4, "one of the class is still there"
    four = [child(n, klas="3A" if n <= 4 else f"{n}B") for n in range(1, 101)]
    assert len(full(four, map(row_of, four[4:])).left) == 4


@pytest.mark.parametrize(
    ("today", "goes"),
    [(date(2026, 9, 1), True), (date(2026, 10, 31), True), (date(2026, 11, 1), False)],
)
def test_year_leavers_have_a_limit_of_their_own_in_september_and_october(today: date, goes: bool) -> None:
    """35 of 100 pupils were in their last year, and all of them leave, which is normal."""
    pupils = [child(n, klas="6A" if n <= 35 else f"{n}B", end=date(2026, 8, 31)) for n in range(1, 101)]
    rows = [row_of(pupil, begin=date(2026, 9, 1), end=date(2027, 8, 31)) for pupil in pupils[35:]]
    done = full(pupils, rows, today)
    assert len(done.left) == (35 if goes else 0)
    if goes:
        assert codes(full(pupils, rows[1:], today)) == [(A, "mass-year-leavers")]
        assert done.registrations[0].enrolments[0].gone == Gone(today, Departure.YEAR)


def test_who_is_found_in_another_school_moved_and_keeps_the_account() -> None:
    pupils = school_of(10)
    moving = [
        row_of(pupil, school=B, stamnummer=f"7{pupil.id}", begin=date(2026, 11, 23)) for pupil in pupils[:6]
    ]
    done = full(pupils, [*map(row_of, pupils[6:]), *moving])
    assert (done.suspend, done.left, done.withheld, len(done.moved)) == ((), (), (), 6)
    after = carried_out(pupils, done)
    assert after[0].enrolments[0].gone == Gone(TODAY, Departure.MOVE)
    again = full(after, [*map(row_of, pupils[6:]), *moving])
    assert again.is_empty


@pytest.mark.parametrize("today", [date(2026, 7, 1), date(2026, 8, 31)])
def test_in_summer_departures_are_withheld_quietly(today: date) -> None:
    pupils = school_of(10)
    done = full(pupils, map(row_of, pupils[5:]), today)
    assert (done.left, done.counts["withheld"], [w.quiet for w in done.withheld]) == ((), 5, [True])
    for day in (date(2026, 6, 30), date(2026, 9, 1)):
        assert full(pupils, map(row_of, pupils[1:]), day).left == (key(1),)


def test_who_comes_back_gets_the_account_back() -> None:
    pupils = school_of(10)
    gone = carried_out(pupils, full(pupils, map(row_of, pupils[1:])))
    done = full(gone, map(row_of, pupils), full=False)
    assert (done.reactivate, done.returned, done.counts["returned"]) == ((1,), (key(1),), 1)
    ended = [row_of(pupils[0], end=TODAY - timedelta(3)), *map(row_of, pupils[1:])]
    assert full(gone, ended).reactivate == ()


def test_who_comes_back_in_another_school_gets_the_account_back() -> None:
    pupils = school_of(10)
    gone = carried_out(pupils, full(pupils, map(row_of, pupils[1:])))
    elsewhere = replace(row_of(pupils[0]), enrolment=replace(pupils[0].enrolments[0], school=B))
    done = full(gone, [elsewhere], full=False)
    assert (done.reactivate, done.counts["returned"], done.counts["new"]) == ((1,), 1, 0)


def test_an_account_suspended_by_hand_stays_so() -> None:
    pupils = school_of(10)
    by_hand = [
        replace(pupils[0], account=replace(pupils[0].account, suspended=SuspendedBy.HAND)),
        *pupils[1:],
    ]  # type: ignore[type-var]
    done = full(by_hand, map(row_of, pupils[1:]))
    assert (done.left, done.suspend) == ((key(1),), ())
    assert full(carried_out(by_hand, done), map(row_of, pupils)).reactivate == ()


def test_who_is_in_two_schools_and_leaves_one_keeps_the_account() -> None:
    pupils = school_of(10)
    both = replace(
        pupils[0], enrolments=(pupils[0].enrolments[0], replace(pupils[0].enrolments[0], school=B))
    )
    done = full([both, *pupils[1:]], map(row_of, pupils[1:]))
    assert (done.suspend, done.moved) == ((), (key(1),))


def test_two_halves_one_after_the_other_leave_everybody() -> None:
    pupils = school_of(100)
    for half in (pupils[:50], pupils[50:]):
        done = full(pupils, map(row_of, half))
        assert (done.left, codes(done)) == ((), [(A, "mass-departures")])


@pytest.mark.parametrize("other", [("Maes", "Noor"), ("Peeters", "Kind20")])
def test_who_is_named_in_a_held_row_is_shown_by_it(other: tuple[str, str]) -> None:
    """A row has the number of the first pupil, under a new key or that of the second pupil: both are held."""
    pupils = school_of(10)
    known = facts(*other, date(2013, 1, 1), pupils[0].official_hash)
    for at in (key(99), key(2)):
        held = replace(row_of(pupils[1]), facts=known)
        held = replace(held, enrolment=replace(held.enrolment, stamnummer=at[1]))
        done = full(pupils, [held, *map(row_of, pupils[1:] if at == key(99) else pupils[2:])])
        assert (done.counts["held"], done.left, done.suspend) == (1, (), ())


def test_a_row_that_cannot_be_used_shows_its_child_under_any_key() -> None:
    """The row has a new stamnummer, but the number, or the name and birth date, of a registered pupil."""
    pupils = school_of(10)
    numbered, named = row_of(pupils[0]).facts, replace(row_of(pupils[1]).facts, official_hash="")
    rows = list(map(row_of, pupils[2:]))
    assert full(pupils, rows, unusable=[key(98), key(99)], facts=[numbered, named]).left == ()
    assert full(pupils, rows, unusable=[key(98), key(99)]).left == (key(1), key(2))


def test_who_moves_into_a_school_whose_changes_are_withheld_stays_where_they_were() -> None:
    pupils = [*school_of(50), *school_of(50, B)]
    mover = pupils[-1]
    moved = replace(row_of(mover), enrolment=replace(mover.enrolments[0], school=A, stamnummer="777"))
    moved = replace(moved, facts=replace(moved.facts, gender=""))
    rows = [*map(lose_class, pupils[:50]), moved, *map(row_of, pupils[50:-1])]
    done = full(pupils, rows)
    assert codes(done) == [(A, "mass-lost-values")]
    after = carried_out(pupils, done)
    assert (done.suspend, done.left) == ((), ())
    assert full(after, rows).suspend == ()


def test_who_may_be_shown_under_a_new_number_does_not_leave_until_somebody_said_it_is_another_child() -> None:
    pupils = school_of(10)
    rows = [renumber_without_number(pupils[0]), *map(row_of, pupils[1:])]
    done = full(pupils, rows)
    assert ([hold.code for hold in done.holds], done.left) == (["possible-double"], ())
    after = carried_out(pupils, done)
    assert full(after, rows).is_empty
    answers = {(*rows[0].enrolment.key, identity(rows[0].facts)): None}
    assert full(after, rows, answers=answers).left == (key(1),)


def lose_class(pupil: Person) -> PupilRow:
    return row_of(pupil, klas="")


def rename(pupil: Person) -> PupilRow:
    row = row_of(pupil)
    return replace(row, facts=replace(row.facts, naam="Pieters"))


def renumber(pupil: Person) -> PupilRow:
    row = row_of(pupil)
    return replace(row, enrolment=replace(row.enrolment, stamnummer="N" + row.enrolment.stamnummer))


def renumber_without_number(pupil: Person) -> PupilRow:
    row = renumber(pupil)
    return replace(row, facts=replace(row.facts, official=OfficialState.MISSING, official_hash=""))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lose_class, "mass-lost-values"),
        (rename, "mass-renamed"),
        (renumber, "mass-new-keys"),
        (renumber_without_number, "mass-new-keys"),
    ],
)
@pytest.mark.parametrize("is_full", [True, False])
def test_the_gate_holds_mass_changes(change: object, code: str, is_full: bool) -> None:
    pupils = school_of(100)
    few = [change(pupil) for pupil in pupils[:10]]  # type: ignore[operator]
    assert full(pupils, [*few, *map(row_of, pupils[10:])], full=is_full).withheld == ()
    many = [change(pupil) for pupil in pupils[:11]]  # type: ignore[operator]
    rows = [*many, *(row_of(pupil, end=date(2027, 6, 30)) for pupil in pupils[11:])]
    done = full(pupils, rows, full=is_full)
    assert codes(done) == [(A, code)]
    assert (done.counts["withheld"], done.counts["changed"], done.left) == (11, 89, ())
    accepted = full(pupils, rows, full=is_full, accepted={A: 11})
    assert accepted.withheld == ()
    assert not full(carried_out(pupils, accepted), rows, full=is_full).withheld


def test_the_same_file_does_not_pass_the_second_time_because_of_who_was_new_in_it() -> None:
    """Four of thirty are too many. Of forty, with ten new pupils, they are not, in either import."""
    pupils = school_of(30)
    new = [row_of(child(number)) for number in range(101, 111)]
    rows = [*new, *map(row_of, pupils[4:])]
    first = full(pupils, rows)
    assert full(carried_out(pupils, first), rows).is_empty


def test_changes_and_departures_of_a_school_are_accepted_as_one_number() -> None:
    pupils = school_of(100)
    rows = [*map(lose_class, pupils[:20]), *map(row_of, pupils[20:90])]
    done = full(pupils, rows)
    assert (codes(done), done.counts["withheld"], done.left) == ([(A, "mass-lost-values")], 30, ())
    accepted = full(pupils, rows, accepted={A: 30})
    assert (len(accepted.left), accepted.counts["changed"]) == (10, 20)
