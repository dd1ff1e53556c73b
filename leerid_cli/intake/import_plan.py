"""Planning an import: a pure function from rows of files, register and date to an `ImportPlan`.

`store.imports` carries the plan out. Planning the same files again then gives an empty plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from leerid_cli.intake import leaving
from leerid_cli.intake.guard import judge as guard
from leerid_cli.intake.guard.check import state
from leerid_cli.intake.likeness import is_same_child
from leerid_cli.intake.matching import Key, Matcher, Pupils, Rules, is_live, match
from leerid_cli.intake.survey import survey
from leerid_cli.model.people import Departure, Gone, OfficialState, Person, SuspendedBy
from leerid_cli.model.plans import DOUBLE, ImportPlan, Merge, PersonChange, PersonFacts, RegistrationChange

# At most so often are held rows tried again.
ROUNDS = 10
Names = tuple[str, ...]
"""Names of fields."""
# The counts of the report that a plan has (docs/contract.md §4).
COUNTS = ("new", "changed", "unchanged", "returned", "left", "withheld", "held", "rejected")


def plan_import(pupils: Pupils, register: Iterable[Person], rules: Rules) -> ImportPlan:
    """Return what an import of these files would change in the register, on the date of the rules.

    Where rows are held, they are planned again on the register as it would be, because other rows can have
    corrected what they contradict. Otherwise they would go through only when the same files are imported
    again.
    """
    persons = list(register)
    result = _planned(pupils, persons, rules)
    for _round in range(ROUNDS):
        if result.merges or not any(hold.code != DOUBLE for hold in result.holds):
            break
        again = _planned(pupils, carried_out(persons, result), rules)
        if again.is_empty:
            break
        result = _combined(result, again)
    return result


def _planned(pupils: Pupils, persons: Sequence[Person], rules: Rules) -> ImportPlan:
    """Return the plan of one round, without the rows that must not be taken over."""
    matcher = match(pupils.rows, persons, rules)
    schools = survey(matcher, pupils.rows, rules.today)
    judged = guard.judge(schools, matcher, rules)
    verdict = leaving.judge(matcher, schools, pupils, rules)
    kept = guard.kept_rows(pupils.rows, verdict.dropped, judged, verdict.accepted)
    if kept is not pupils.rows:
        # A pupil who is shown by a row that is not taken over has not left.
        out = verdict.dropped | judged.refused
        shown = {person for key, person, _is_new in matcher.accepted if key in out}
        gone = {key: how for key, how in verdict.gone.items() if matcher.by_key[key] not in shown}
        verdict = replace(verdict, gone=gone)
        matcher = match(kept, persons, rules)
    _mark(matcher, verdict.gone, rules.today)
    matcher.problems += judged.named
    result = _result(matcher, verdict)
    details = guard.all_details(schools, (one.school for one in verdict.withheld), judged)
    return replace(
        result,
        details=details,
        former=tuple(_former(result, matcher)),
        too_old=judged.too_old,
        on=rules.today,
    )


def _former(result: ImportPlan, matcher: Matcher) -> Iterator[tuple[Key, str]]:
    """Yield the keys whose data change, each with the fingerprint of what the register has now."""
    changed = {change.key for change in result.registrations}
    for change in result.persons:
        changed |= matcher.keys.get(change.person, set())
    for key in changed & matcher.enrolments.keys():
        owner = matcher.former.get(key, matcher.by_key[key])
        yield key, state(matcher.before[owner], matcher.enrolments[key])


def carried_out(register: Iterable[Person], done: ImportPlan) -> list[Person]:
    """Return the register as it is after a plan without merges; new persons keep their negative id."""
    persons = {person.id: person for person in register}
    for change in done.persons:
        old = persons.get(change.person)
        facts = {name: getattr(change.facts, name) for name in PersonFacts.__dataclass_fields__}
        persons[change.person] = replace(old, **facts) if old else Person(change.person, **facts)
    owners = {enrolment.key: person.id for person in persons.values() for enrolment in person.enrolments}
    for registration in done.registrations:
        if former := persons.get(owners.get(registration.key, 0)):
            kept = tuple(e for e in former.enrolments if e.key != registration.key)
            persons[former.id] = replace(former, enrolments=kept)
        owner = persons[registration.person]
        persons[owner.id] = replace(owner, enrolments=(*owner.enrolments, *registration.enrolments))
    for ids, suspended in ((done.suspend, SuspendedBy.IMPORT), (done.reactivate, SuspendedBy.NOBODY)):
        for number in ids:
            if account := persons[number].account:
                persons[number] = replace(persons[number], account=replace(account, suspended=suspended))
    return list(persons.values())


def _combined(first: ImportPlan, second: ImportPlan) -> ImportPlan:
    """Return as one plan what two plans do; the second was made for the register as it is after the first."""
    persons = {change.person: change for change in (*first.persons, *second.persons)}
    registrations = {change.key: change for change in (*first.registrations, *second.registrations)}
    cleared = first.counts["held"] - second.counts["held"]
    warnings = tuple(problem for problem in first.problems if problem.warning)
    return replace(
        second,
        persons=tuple(persons.values()),
        registrations=tuple(registrations.values()),
        counts=first.counts | {"changed": first.counts["changed"] + cleared, "held": second.counts["held"]},
        problems=(*warnings, *(problem for problem in second.problems if not problem.warning)),
        suspend=tuple(sorted({*first.suspend, *second.suspend} - set(second.reactivate))),
        reactivate=tuple(sorted({*first.reactivate, *second.reactivate} - set(second.suspend))),
        left=tuple(sorted({*first.left, *second.left})),
        moved=tuple(sorted({*first.moved, *second.moved})),
        returned=tuple(sorted({*first.returned, *second.returned})),
        renumbered=tuple(sorted({*first.renumbered, *second.renumbered})),
        holds=(*(hold for hold in first.holds if hold.code == DOUBLE), *second.holds),
        withheld=first.withheld or second.withheld,
        changed_fields=first.changed_fields | second.changed_fields,
    )


def link(register: Iterable[Person], keys: Collection[Key], into: int, today: date) -> ImportPlan:
    """Return the plan that gives these keys to person `into` (an id): the same child was registered twice.

    A record that has no key left becomes part of `into`, if nothing in the two contradicts it; its account
    becomes that of `into`, unless both have one: then it stays with the record that has no key.
    """
    matcher = Matcher(register, Rules(today))
    for key in keys:
        matcher.assign(key, into)
    for merge in tuple(_merges(matcher)):
        known, same = matcher.persons[into], matcher.persons[merge.person]
        if known.official is not OfficialState.VALID and same.official is OfficialState.VALID:
            known = replace(known, official=same.official, official_hash=same.official_hash)
        matcher.persons[into] = replace(known, birth_date=known.birth_date or same.birth_date)
    return _result(matcher, leaving.Verdict({}, frozenset(), (), ()))


def _mark(matcher: Matcher, gone: Mapping[Key, Departure], today: date) -> None:
    """Mark the enrolments of every key that is gone with the date and the way of leaving."""
    for key, how in gone.items():
        matcher.after[key] = tuple(
            replace(enrolment, gone=Gone(today, how)) for enrolment in matcher.after[key]
        )


def _result(matcher: Matcher, verdict: leaving.Verdict) -> ImportPlan:
    """Return as a plan what matching changed, and what the check of departures decided."""
    changed_persons, changed_keys = matcher.changed_persons(), matcher.changed_keys()
    merges = tuple(dict.fromkeys(_merges(matcher)))
    back = _back(matcher, merges)
    returned = tuple(key for key, person, _new in matcher.accepted if _returns(matcher, key, person, back))
    left = tuple(sorted(key for key, how in verdict.gone.items() if how is not Departure.MOVE))
    renumbered = dict(_renumbered(matcher, verdict.gone.keys() - set(left)))
    result = ImportPlan(
        persons=tuple(
            PersonChange(person, matcher.persons[person], names) for person, names in changed_persons.items()
        ),
        registrations=tuple(
            RegistrationChange(key, matcher.by_key[key], matcher.after[key], names)
            for key, names in changed_keys.items()
        ),
        counts=dict.fromkeys(COUNTS, 0),
        problems=tuple(matcher.problems),
        suspend=tuple(sorted(_leavers(matcher, verdict.gone))),
        reactivate=tuple(sorted(back)),
        left=left,
        moved=tuple(sorted(verdict.gone.keys() - set(left) - renumbered.keys())),
        returned=returned,
        renumbered=tuple(sorted(renumbered.items())),
        holds=tuple(matcher.holds),
        settled=tuple(key for key, _person, _new in matcher.accepted),
        withheld=verdict.withheld,
        judged=verdict.judged,
        merges=merges,
    )
    _count(result, matcher, changed_persons, changed_keys)
    return result


def _back(matcher: Matcher, merges: Iterable[Merge]) -> set[int]:
    """Return the persons whose account an import had suspended, and who are in a school again."""
    accounts = {**matcher.accounts, **{m.into: matcher.accounts[m.person] for m in merges if m.with_account}}
    shown = {person for _key, person, _is_new in matcher.accepted} | {merge.into for merge in merges}
    return {
        person
        for person in shown & accounts.keys()
        if accounts[person].suspended is SuspendedBy.IMPORT and matcher.is_somewhere(person)
    }


def _returns(matcher: Matcher, key: Key, person: int, back: Collection[int]) -> bool:
    """Tell whether a row brings a pupil back into a school, or an account back from suspension."""
    before, after = matcher.enrolments.get(key), matcher.after[key]
    was_gone = bool(before) and before[0].gone is not None  # type: ignore[index]
    return (was_gone and after[0].gone is None) or person in back


def _renumbered(matcher: Matcher, moved: Iterable[Key]) -> Iterator[tuple[Key, Key]]:
    """Yield the keys that are gone with the one that the same pupil has in the same school now.

    Of several, the one that is new in this import comes last.
    """
    for key in moved:
        others = matcher.keys[matcher.by_key[key]] - {key}
        for other in sorted(others, key=lambda other: (other not in matcher.enrolments, other)):
            if other[0] == key[0] and is_live(matcher.after[other], matcher.rules.today):
                yield key, other


def _leavers(matcher: Matcher, gone: Iterable[Key]) -> set[int]:
    """Return the persons whose account is to be suspended: they left a school, and are in no other one."""
    persons = {matcher.by_key[key] for key in gone}
    return {
        person
        for person in persons & matcher.accounts.keys()
        if not matcher.accounts[person].suspended and not matcher.is_somewhere(person)
    }


def _merges(matcher: Matcher) -> Iterable[Merge]:
    """Yield the persons whose last key an answer gave to another person who can be the same child.

    They must look alike before the answer too: a row that a wrong answer gives to a twin makes the two alike.
    Where both have an account there is no merge, because one account would be left without a person.
    """
    before, after = matcher.before, matcher.persons
    for key, former in matcher.former.items():
        into = matcher.by_key[key]
        if matcher.keys[former] or former == into or former not in before:
            continue
        account = former in matcher.accounts
        alike = is_same_child(before[former], before.get(into, after[into]))
        alike = alike and is_same_child(after[former], after[into])
        if alike and not (account and into in matcher.accounts):
            yield Merge(former, into, account)


def _count(
    result: ImportPlan, matcher: Matcher, persons: Mapping[int, Names], keys: Mapping[Key, Names]
) -> None:
    """Fill in the counts of a plan: each key of the files once; beside them who left, is held or withheld."""
    returned, counts = set(result.returned), result.counts
    fields: Counter[str] = Counter()
    for key, person, is_new in matcher.accepted:
        changed = person in persons or key in keys
        name = "new" if is_new else "returned" if key in returned else "changed" if changed else "unchanged"
        counts[name] += 1
        if name == "changed":
            fields.update({*persons.get(person, ()), *keys.get(key, ())})
    result.changed_fields.update(fields.most_common())
    counts["left"] = len(result.left)
    counts["held"] = sum(hold.code != DOUBLE for hold in result.holds)
    counts["withheld"] = sum(withheld.pupils for withheld in result.withheld)
