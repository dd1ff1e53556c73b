"""The limits on departures and changes of an import, exactly at their edges (docs/contract.md §5, "Leaving").

Who is counted, what is reported, and what an accepted number lets through.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from test_import_plan import carried_out
from test_leaving import (
    TODAY,
    A,
    B,
    child,
    codes,
    full,
    key,
    lose_class,
    rename,
    renumber,
    row_of,
    school_of,
)

from leerid_cli.model.people import Departure, Enrolment, Gone, Person
from leerid_cli.model.plans import ImportPlan

SEPTEMBER = date(2026, 9, 15)
LAST_YEAR = date(2026, 8, 31)


def with_history(pupil: Person, *enrolments: Enrolment) -> Person:
    return replace(pupil, enrolments=enrolments)


def gone_since(pupil: Person, days: int) -> Person:
    mark = Gone(TODAY - timedelta(days), Departure.DEPARTURE)
    return replace(pupil, enrolments=tuple(replace(one, gone=mark) for one in pupil.enrolments))


def message(done: ImportPlan) -> str:
    (withheld,) = done.withheld
    return withheld.message


def renewed(pupils: Sequence[Person]) -> list:  # type: ignore[type-arg]
    return [row_of(pupil, begin=date(2026, 9, 1), end=date(2027, 8, 31)) for pupil in pupils]


# Who has left, and how.


def test_who_was_in_another_school_once_and_leaves_this_one_has_left() -> None:
    pupils = school_of(10)
    once = replace(pupils[0].enrolments[0], school=B, begin=date(2020, 9, 1), end=date(2021, 3, 1))
    pupils[0] = with_history(pupils[0], once, *pupils[0].enrolments)
    done = full(pupils, map(row_of, pupils[1:]))
    assert (done.left, done.moved, done.suspend) == ((key(1),), (), (1,))


def test_who_is_in_another_school_until_a_day_to_come_has_moved_there() -> None:
    pupils = school_of(10)
    there = replace(pupils[0].enrolments[0], school=B, end=TODAY + timedelta(1))
    pupils[0] = with_history(pupils[0], *pupils[0].enrolments, there)
    done = full(pupils, map(row_of, pupils[1:]))
    assert (done.left, done.moved, done.suspend) == ((), (key(1),), ())


def test_who_is_missing_in_both_schools_has_left_both() -> None:
    both = [*school_of(10), *school_of(10, B)]
    there = replace(both[0].enrolments[0], school=B, stamnummer="500")
    both[0] = with_history(both[0], *both[0].enrolments, there)
    done = full(both, map(row_of, both[1:]))
    assert (set(done.left), done.moved, done.suspend) == ({key(1), key(500, B)}, (), (1,))


def test_a_school_of_which_only_a_row_that_cannot_be_used_is_in_the_file_is_in_the_file() -> None:
    pupils = [*school_of(10), *school_of(3, B)]
    done = full(pupils, map(row_of, pupils[:10]), unusable=[key(1, B)])
    assert (done.left, done.judged) == ((key(2, B), key(3, B)), (A, B))


def test_a_row_without_legible_school_names_no_school() -> None:
    assert full(school_of(10), map(row_of, school_of(10)), illegible=[""]).judged == (A,)


@pytest.mark.parametrize("first", [date(2024, 9, 1), None])
def test_whether_somebody_finished_is_told_by_the_enrolment_that_began_last(first: date | None) -> None:
    pupils = school_of(10, end=LAST_YEAR)
    earlier = replace(pupils[0].enrolments[0], begin=first, end=date(2025, 6, 30))
    pupils[0] = with_history(pupils[0], earlier, *pupils[0].enrolments)
    done = full(pupils, renewed(pupils[1:]), SEPTEMBER)
    assert done.left == (key(1),)
    (change,) = [change for change in done.registrations if change.key == key(1)]
    assert {enrolment.gone for enrolment in change.enrolments} == {Gone(SEPTEMBER, Departure.YEAR)}


# What counts.


def test_who_left_in_the_last_seven_days_counts_once() -> None:
    """4 left this week and 4 more would: 8 of 96, below 10 percent. With the first 4 counted twice: 12."""
    pupils = [gone_since(pupil, 3) if pupil.id <= 4 else pupil for pupil in school_of(100)]
    assert len(full(pupils, map(row_of, pupils[8:])).left) == 4


def test_a_class_is_that_of_the_enrolment_that_holds() -> None:
    """All 5 of class 3A leave. That they would be in 4A, with 5 others, from January on does not matter."""
    pupils = [child(n, klas="3A" if n <= 5 else "4A" if n <= 10 else f"{n}B") for n in range(1, 101)]
    for n in range(5):
        now = pupils[n].enrolments[0]
        pupils[n] = with_history(pupils[n], now, replace(now, klas="4A", begin=date(2027, 1, 8)))
    done = full(pupils, map(row_of, pupils[5:]))
    assert codes(done) == [(A, "class-gone")]
    assert "all pupils of class 3A are missing" in message(done)


def test_the_class_of_those_without_a_new_enrolment_is_their_last() -> None:
    """An enrolment that ended on 31 August makes nobody leave, so these pupils are still class 6L."""
    pupils = school_of(100)
    for n in range(5):
        pupils[n] = with_history(
            pupils[n],
            *(
                replace(pupils[n].enrolments[0], klas=klas, begin=date(year, 9, 1), end=date(year + 1, 8, 31))
                for klas, year in (("4L", 2022), ("5L", 2023), ("6L", 2024))
            ),
        )
    done = full(pupils, map(row_of, pupils[5:]))
    assert codes(done) == [(A, "class-gone")]
    assert "all pupils of class 6L are missing" in message(done)


def test_one_departure_beside_year_leavers_is_not_a_class_gone_whole() -> None:
    pupils = [child(n, klas="6A" if n <= 6 else f"{n}B", end=LAST_YEAR) for n in range(1, 101)]
    pupils[5] = with_history(pupils[5], replace(pupils[5].enrolments[0], end=None))
    done = full(pupils, renewed(pupils[6:]), SEPTEMBER)
    assert (codes(done), len(done.left)) == ([], 6)


def test_a_class_that_moves_to_another_school_is_not_gone() -> None:
    pupils = [child(n, klas="3A" if n <= 5 else f"{n}B") for n in range(1, 101)]
    there = [
        row_of(pupil, school=B, stamnummer=f"7{pupil.id}", begin=date(2026, 11, 23)) for pupil in pupils[:5]
    ]
    done = full(pupils, [*there, *map(row_of, pupils[5:])])
    assert (done.withheld, len(done.moved)) == ((), 5)


# Changes that are no loss.


def test_coming_back_is_no_lost_value() -> None:
    pupils = school_of(100)
    before = [gone_since(pupil, 30) if pupil.id <= 11 else pupil for pupil in pupils]
    done = full(before, map(row_of, pupils))
    assert (done.withheld, done.counts["returned"]) == ((), 11)


def test_an_end_that_is_taken_away_is_no_lost_value() -> None:
    pupils = [child(n, end=date(2027, 6, 30)) for n in range(1, 101)]
    done = full(pupils, [row_of(pupil, end=None) for pupil in pupils])
    assert (done.withheld, done.counts["changed"]) == ((), 100)


# Two schools, and the accepted number.


def test_changes_are_withheld_in_each_school_that_has_too_many() -> None:
    pupils = [*school_of(30), *school_of(30, B)]
    done = full(pupils, map(lose_class, pupils))
    assert codes(done) == [(A, "mass-lost-values"), (B, "mass-lost-values")]
    assert (done.counts["changed"], done.registrations) == (0, ())


def test_an_accepted_number_lets_changes_through_even_where_a_row_is_illegible() -> None:
    """An accepted number overrides everything but illegible rows, and these withhold only departures."""
    pupils = school_of(100)
    rows = [*map(lose_class, pupils[:20]), *map(row_of, pupils[20:99])]
    done = full(pupils, rows, illegible=[A], accepted={A: 21})
    assert (codes(done), done.left, done.counts["changed"]) == ([(A, "illegible-row")], (), 20)
    done = full(pupils, rows, illegible=[A], accepted={A: 20})
    assert (codes(done), done.counts["changed"]) == ([(A, "illegible-row")], 0)


def test_year_leavers_are_part_of_the_number() -> None:
    pupils = [child(n, klas=f"{n}B", end=LAST_YEAR) for n in range(1, 101)]
    rows = renewed(pupils[36:])
    assert [withheld.pupils for withheld in full(pupils, rows, SEPTEMBER).withheld] == [36]
    assert len(full(pupils, rows, SEPTEMBER, accepted={A: 36}).left) == 36


def test_year_leavers_are_withheld_by_an_illegible_row_too() -> None:
    pupils = [child(n, klas=f"{n}B", end=LAST_YEAR) for n in range(1, 101)]
    done = full(pupils, renewed(pupils[1:]), SEPTEMBER, illegible=[A])
    assert (codes(done), done.left) == ([(A, "illegible-row")], ())


def test_an_accepted_number_goes_in_summer_as_well() -> None:
    pupils = school_of(30)
    rows = list(map(row_of, pupils[6:]))
    assert len(full(pupils, rows, date(2026, 7, 15), accepted={A: 6}).left) == 6
    assert full(pupils, rows, date(2026, 7, 15), accepted={A: 5}).left == ()


def test_too_many_changes_are_said_aloud_in_summer_as_well() -> None:
    pupils = school_of(30)
    done = full(pupils, map(lose_class, pupils[6:]), date(2026, 7, 15))
    assert [(withheld.code, withheld.quiet) for withheld in done.withheld] == [("mass-lost-values", False)]


# What it says.


def test_summer_is_told_with_the_school_and_the_number() -> None:
    pupils = school_of(10)
    (one,) = full(pupils, map(row_of, pupils[2:]), date(2026, 7, 15)).withheld
    assert (one.school, one.code, one.pupils, one.quiet) == (A, "summer", 2, True)
    assert one.message.startswith(f"{A}: 2 departures are withheld, for it is summer")


def test_an_illegible_row_is_to_be_corrected_and_no_number_is_offered() -> None:
    pupils = school_of(10)
    said = message(full(pupils, map(row_of, pupils[1:]), illegible=[A]))
    assert said.startswith(f"school {A}: 1 pupil withheld: a row shows no legible school and stamnummer")
    assert said.endswith("Correct that row and import again.")


@pytest.mark.parametrize(
    ("accepted", "end"),
    [({}, f"--accept {A}:6"), ({A: 5}, f"--accept {A}:6 (5 was accepted)")],
)
def test_departures_are_told_with_their_share_and_the_way_out(accepted: dict[str, int], end: str) -> None:
    pupils = school_of(30)
    said = message(full(pupils, map(row_of, pupils[6:]), accepted=accepted))
    assert said.startswith(f"school {A}: 6 pupils withheld: 6 of 30 pupils would leave. ")
    assert said.endswith(end)


def test_those_of_the_last_seven_days_are_told() -> None:
    pupils = [gone_since(pupil, 3) if pupil.id <= 2 else pupil for pupil in school_of(30)]
    said = message(full(pupils, map(row_of, pupils[6:])))
    assert "4 of 28 pupils would leave (2 in the last seven days)." in said


def test_year_leavers_are_told_apart() -> None:
    pupils = [child(n, klas=f"{n}B", end=LAST_YEAR) for n in range(1, 101)]
    said = message(full(pupils, renewed(pupils[36:]), SEPTEMBER))
    assert "36 of 100 pupils would leave after their last school year" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lose_class, "6 of 30 pupils would lose a value that is filled in now"),
        (rename, "6 of 30 pupils would change name"),
        (renumber, "6 of 30 pupils would come back under another stamnummer."),
    ],
)
def test_changes_are_told_with_their_number(change: object, words: str) -> None:
    pupils = school_of(30)
    done = full(pupils, [*map(change, pupils[:6]), *map(row_of, pupils[6:])])  # type: ignore[call-overload]
    assert words in message(done)


def test_what_was_carried_out_is_not_withheld_again() -> None:
    pupils = school_of(30)
    rows = list(map(row_of, pupils[6:]))
    assert full(carried_out(pupils, full(pupils, rows, accepted={A: 6})), rows).is_empty
