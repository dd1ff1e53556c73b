"""The import plan: who is who, what is held, and that the same import again changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leerid_cli.intake import import_plan as planning
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.matching import Pupils, Rules
from leerid_cli.model.people import (
    Account,
    AccountType,
    Enrolment,
    OfficialState,
    PasswordKind,
    Person,
    SuspendedBy,
)
from leerid_cli.model.plans import ImportPlan, PersonFacts

ALL = frozenset(
    (
        "school", "stamnummer", "naam", "voornaam", "birth_date", "gender", "official_number", "hoofdstructuur",
        "vestigingsplaats", "administratieve_groep", "administratieve_groep_omschrijving", "klas", "begin", "end",
    )
)  # fmt: skip
BORN = date(2015, 3, 7)
TODAY = date(2026, 11, 24)
ACCOUNT = Account("emma.peeters", AccountType.BASIS, PasswordKind.WORD, "$2b$", False, "t")


def plan(rows: Sequence[PupilRow], register: Sequence[Person]) -> ImportPlan:
    return planning.plan_import(Pupils(rows), register, Rules(TODAY))


def facts(
    naam: str = "Peeters",
    voornaam: str = "Emma",
    born: date | None = BORN,
    hash_: str = "",
    gender: str = "V",
) -> PersonFacts:
    state = OfficialState.VALID if hash_ else OfficialState.MISSING
    return PersonFacts(naam, voornaam, born, gender, state, hash_)


def pupil_row(
    key: str = "1",
    known: PersonFacts | None = None,
    school: str = "030569",
    columns: frozenset[str] = ALL,
    **more: object,
) -> PupilRow:
    values: dict[str, object] = {"klas": "5A", "hoofdstructuur": "211", "begin": date(2026, 9, 1)} | more
    enrolment = Enrolment(school, key, **values)  # type: ignore[arg-type]
    return PupilRow("pupils.csv", 2, known or facts(), enrolment, columns)


def carried_out(register: list[Person], done: ImportPlan) -> list[Person]:
    """Return the register as it is after a plan, as `store.imports.apply` makes it."""
    persons = {person.id: person for person in register}
    ids: dict[int, int] = {}
    for change in done.persons:
        known = change.facts
        ids[change.person] = change.person if change.person > 0 else len(persons) + 1
        old = persons.get(ids[change.person])
        persons[ids[change.person]] = Person(
            ids[change.person], known.naam, known.voornaam, known.birth_date, known.gender, known.official,
            known.official_hash, old.enrolments if old else (), old.account if old else None,
        )  # fmt: skip
    for registration in done.registrations:
        number = ids.get(registration.person, registration.person)
        others = tuple(e for e in persons[number].enrolments if e.key != registration.key)
        persons[number] = replace(persons[number], enrolments=(*others, *registration.enrolments))
    for number in done.suspend:
        persons[number] = _with_suspended(persons[number], SuspendedBy.IMPORT)
    for number in done.reactivate:
        persons[number] = _with_suspended(persons[number], SuspendedBy.NOBODY)
    return list(persons.values())


def _with_suspended(person: Person, suspended: SuspendedBy) -> Person:
    assert person.account
    return replace(person, account=replace(person.account, suspended=suspended))


def register(*rows: PupilRow) -> list[Person]:
    return carried_out([], plan(rows, []))


def codes(done: ImportPlan) -> list[str]:
    return [problem.code for problem in done.problems]


def test_new_pupils_are_registered_and_the_same_again_changes_nothing() -> None:
    rows = [pupil_row("1"), pupil_row("2", facts(voornaam="Jan"))]
    done = plan(rows, [])
    assert done.counts["new"] == 2
    again = plan(rows, carried_out([], done))
    assert (again.persons, again.registrations) == ((), ())
    assert again.counts["unchanged"] == 2


def test_one_number_is_one_child_in_two_schools() -> None:
    rows = [pupil_row("1", facts(hash_="h")), pupil_row("9", facts(hash_="h"), school="041871")]
    (only,) = register(*rows)
    assert {enrolment.key for enrolment in only.enrolments} == {("030569", "1"), ("041871", "9")}


def test_a_move_to_another_school_is_the_same_child() -> None:
    before = register(pupil_row("1", facts(hash_="h")))
    done = plan([pupil_row("7", facts(hash_="h"), school="041871")], before)
    assert done.counts["changed"] == 1
    assert len(carried_out(before, done)) == 1


def test_the_same_stamnummer_in_two_schools_is_two_children() -> None:
    assert len(register(pupil_row("1"), pupil_row("1", facts(voornaam="Jan"), school="041871"))) == 2


def test_a_corrected_spelling_and_a_class_change_are_taken_over() -> None:
    before = register(pupil_row("1", facts("Wisniewski", "Lukasz", hash_="h")))
    done = plan([pupil_row("1", facts("Wiśniewski", "Łukasz", hash_="h"), klas="5B")], before)
    assert done.counts["changed"] == 1
    assert done.persons[0].fields == ("naam", "voornaam")
    assert done.registrations[0].fields == ("klas",)


def test_a_new_number_for_the_same_key_and_birth_date_is_the_same_child() -> None:
    before = register(pupil_row("1", facts(hash_="bis")))
    done = plan([pupil_row("1", facts(hash_="rijksregister"))], before)
    assert done.problems == ()
    assert carried_out(before, done)[0].official_hash == "rijksregister"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (pupil_row("1", facts("Maes", "Noor", date(2014, 1, 1))), "other-birth-date-and-name"),
        (pupil_row("1", facts(hash_="of two")), "two-persons"),
        (pupil_row("1", facts(voornaam="Wout")), "other-voornaam"),
        (pupil_row("5", facts("Maes", "Wout", hash_="of one")), "one-number-two-names"),
    ],
)
def test_conflicts_are_held_and_change_nothing(row: PupilRow, code: str) -> None:
    before = register(
        pupil_row("1", facts(hash_="of one")),
        pupil_row("2", facts("Janssens", "Jef", date(2016, 1, 1), "of two")),
    )
    done = plan([row], before)
    assert codes(done) == [code]
    assert (done.persons, done.registrations, done.counts["held"]) == ((), (), 1)


def test_a_row_that_another_row_of_the_file_clears_up_is_not_held() -> None:
    before = register(pupil_row("1", facts(voornaam="Emmy", hash_="a")))
    moved = pupil_row("2", facts(voornaam="Emma", hash_="a"), school="041871")
    done = plan([pupil_row("1", facts(born=date(2014, 1, 1))), moved], before)
    assert done.problems == ()
    assert (
        plan([pupil_row("1", facts(born=date(2014, 1, 1))), moved], carried_out(before, done)).registrations
        == ()
    )


def test_a_row_held_for_a_number_that_the_same_file_gives_up_settles_at_once() -> None:
    """One row gives Emma another number, so in the same import her former number can be Emmy's."""
    before = register(pupil_row("1", facts(hash_="a")), pupil_row("3", facts(hash_="a"), school="041871"))
    rows = [
        pupil_row("1"),
        pupil_row("2", facts(voornaam="Emmy", hash_="a")),
        pupil_row("3", facts(hash_="b"), school="041871"),
    ]
    after = carried_out(before, plan(rows, before))
    again = plan(rows, after)
    assert (again.persons, again.registrations) == ((), ())
    assert {person.voornaam: person.official_hash for person in after} == {"Emma": "b", "Emmy": "a"}


def test_two_rows_for_one_child_that_differ_settle_in_any_order_and_the_one_with_a_number_is_believed() -> (
    None
):
    rows = [pupil_row("1", facts(born=date(2014, 1, 1))), pupil_row("2", facts(hash_="a"), school="041871")]
    before = register(pupil_row("1", facts(voornaam="Emmy", hash_="a")))
    for order in (rows, rows[::-1]):
        (only,) = carried_out(before, plan(order, before))
        assert (only.voornaam, only.birth_date) == ("Emma", BORN)
        assert plan(order, [only]).persons == ()


def twins() -> list[Person]:
    return register(pupil_row("1"), pupil_row("2", facts(voornaam="Emmy")))


@pytest.mark.parametrize(
    "rows",
    [
        [pupil_row("1", facts(voornaam="Emmy")), pupil_row("2")],
        [pupil_row("1", facts(voornaam="Emmy"))],
        [pupil_row("1", facts(voornaam="Emmy", hash_="new")), pupil_row("2")],
    ],
    ids=["exchanged", "only one of them", "with a number that nobody has"],
)
def test_twins_of_nearly_one_voornaam_are_asked_about(rows: list[PupilRow]) -> None:
    done = plan(rows, twins())
    assert set(codes(done)) == {"perhaps-siblings"}
    assert (done.persons, done.registrations, done.counts["held"]) == ((), (), len(rows))


def test_a_twin_under_the_key_of_one_who_comes_under_a_new_key_is_asked_about() -> None:
    rows = [pupil_row("1", facts(voornaam="Emmy")), pupil_row("2")]
    done = plan(rows, register(pupil_row("1")))
    assert set(codes(done)) == {"perhaps-siblings", "possible-double"}
    assert [person.voornaam for person in carried_out(register(pupil_row("1")), done)] == ["Emma", "Emma"]


@pytest.mark.parametrize(
    ("row", "before"),
    [
        (pupil_row("1", facts(voornaam="Emmy")), register(pupil_row("1"))),
        (pupil_row("1", facts(voornaam="Emmá")), twins()),
        (pupil_row("1", facts(voornaam="Ema")), twins()),
        (pupil_row("1", facts(voornaam="Emmy", hash_="h")), register(pupil_row("1", facts(hash_="h")))),
    ],
    ids=["no sibling", "an accent", "a name of nobody", "the number confirms it"],
)
def test_a_corrected_voornaam_is_taken_over(row: PupilRow, before: list[Person]) -> None:
    done = plan([row], before)
    assert (done.problems, done.changed_fields.get("voornaam")) == ((), 1)


def test_two_children_under_one_key_in_one_file_are_held() -> None:
    rows = [pupil_row("1"), pupil_row("1", facts("Maes", "Noor", date(2014, 1, 1)), begin=date(2026, 10, 1))]
    done = plan(rows, [])
    assert codes(done) == ["two-children-one-key"] * 2
    assert done.persons == ()


def test_the_number_confirms_a_wholly_different_voornaam() -> None:
    before = register(pupil_row("1", facts(voornaam="Emma", hash_="h")))
    done = plan([pupil_row("1", facts(voornaam="Wout", hash_="h"))], before)
    assert done.problems == ()


def test_same_name_and_birth_date_under_a_new_key_is_reported_and_not_merged() -> None:
    before = register(pupil_row("1"))
    done = plan([pupil_row("2")], before)
    assert codes(done) == ["possible-double"]
    assert done.problems[0].warning
    assert done.counts["new"] == 1
    assert len(carried_out(before, done)) == 2


@pytest.mark.parametrize("voornaam", ["Jan", "Emmy"])
def test_twins_with_one_number_are_held_and_never_merged(voornaam: str) -> None:
    rows = [pupil_row("1", facts(hash_="h")), pupil_row("2", facts(voornaam=voornaam, hash_="h"))]
    done = plan(rows, [])
    assert codes(done) == ["one-number-two-names"]
    (only,) = carried_out([], done)
    assert only.voornaam == "Emma"
    assert plan(rows[1:], [only]).persons == ()


def test_a_file_with_and_one_without_begin_dates_give_one_enrolment() -> None:
    before = register(pupil_row("1"))
    poor = pupil_row("1", klas="5B", begin=None, columns=ALL - {"begin", "end"})
    (only,) = carried_out(before, plan([pupil_row("1"), poor], before))
    assert len({enrolment.begin for enrolment in only.enrolments}) == len(only.enrolments)


def test_a_row_without_begin_beside_two_begins_doubles_none() -> None:
    before = register(pupil_row("1"), pupil_row("1", begin=date(2026, 10, 15), klas="5B"))
    poor = pupil_row("1", klas="5C", begin=None, columns=ALL - {"begin", "end"})
    (only,) = carried_out(before, plan([poor, pupil_row("1")], before))
    assert [(e.begin, e.klas) for e in only.enrolments] == [
        (date(2026, 9, 1), "5A"),
        (date(2026, 10, 15), "5C"),
    ]


def test_a_child_in_two_schools_with_two_spellings_is_unchanged_the_second_time() -> None:
    rows = [
        pupil_row("1", facts(hash_="h")),
        pupil_row("9", facts(voornaam="Emmá", hash_="h"), school="041871"),
    ]
    assert plan(rows, register(*rows)).counts["unchanged"] == 2


def test_twins_are_no_possible_double() -> None:
    assert (
        codes(plan([pupil_row("1", facts(voornaam="Lena")), pupil_row("2", facts(voornaam="Lina"))], []))
        == []
    )


def test_a_column_that_a_file_lacks_takes_nothing_away() -> None:
    before = register(pupil_row("1", facts(hash_="h"), vestigingsplaats="2", end=date(2027, 6, 30)))
    lacking = ALL - {"birth_date", "gender", "official_number", "vestigingsplaats", "end"}
    poor = pupil_row("1", PersonFacts("Peeters", "Emma", None, "", OfficialState.MISSING), columns=lacking)
    done = plan([poor], before)
    assert done.counts["unchanged"] == 1
    assert (done.persons, done.registrations) == ((), ())


def test_a_number_that_is_missing_this_time_stays() -> None:
    before = register(pupil_row("1", facts(hash_="h")))
    assert plan([pupil_row("1", facts())], before).persons == ()


def test_enrolments_are_replaced_from_the_first_begin_in_the_file_on() -> None:
    last_year = pupil_row("1", begin=date(2025, 9, 1), end=date(2026, 8, 31), klas="4A")
    wrong = pupil_row("1", begin=date(2026, 10, 1), klas="5B")
    before = register(last_year, pupil_row("1"), wrong)
    done = plan(
        [pupil_row("1", end=date(2026, 10, 14)), pupil_row("1", begin=date(2026, 10, 15), klas="5C")], before
    )
    (registration,) = done.registrations
    assert [(e.klas, e.begin) for e in registration.enrolments] == [
        ("4A", date(2025, 9, 1)),
        ("5A", date(2026, 9, 1)),
        ("5C", date(2026, 10, 15)),
    ]


NAMES = st.sampled_from(["Emma", "Emmy", "Wout", "Łukasz", ""])
ROWS = st.builds(
    lambda school, key, naam, voornaam, born, hash_, klas, begin: pupil_row(
        key, facts(naam, voornaam, born, hash_), school, klas=klas, begin=begin
    ),
    st.sampled_from(["030569", "041871"]),
    st.sampled_from("1234"),
    st.sampled_from(["Peeters", "Maes", "Péeters"]),
    NAMES,
    st.sampled_from([BORN, date(2014, 1, 1), None]),
    st.sampled_from(["", "", "a", "b", "c"]),
    st.sampled_from(["5A", "5B"]),
    st.sampled_from([date(2026, 9, 1), date(2026, 10, 15), None]),
)


def _unique(rows: list[PupilRow]) -> list[PupilRow]:
    return list({(*row.enrolment.key, row.enrolment.begin): row for row in rows}.values())


@settings(max_examples=500, derandomize=True)
@given(st.lists(st.lists(ROWS, max_size=8), max_size=5))
def test_imports_in_any_order_merge_nobody_by_accident_and_settle(files: list[list[PupilRow]]) -> None:
    persons: list[Person] = []
    accounts: dict[int, Account] = {}
    for rows in map(_unique, files):
        persons = carried_out(persons, plan(rows, persons))
        for person in persons:
            accounts.setdefault(person.id, replace(ACCOUNT, username=f"u{person.id}"))
        persons = [replace(person, account=accounts[person.id]) for person in persons]
        keys = [key for person in persons for key in {e.key for e in person.enrolments}]
        hashes = [person.official_hash for person in persons if person.official_hash]
        assert len(keys) == len(set(keys))
        assert len(hashes) == len(set(hashes))
        assert {person.id: person.account for person in persons} == accounts
        again = plan(rows, persons)
        assert (again.persons, again.registrations) == ((), ())
