"""Who has left a school, and whether the file may be broken instead (docs/contract.md §5, "Leaving").

A pupil has left a school when a complete export of it does not show the pupil any more. All departures of a
school are withheld where they are too many at once, or a whole class, or where a row cannot be read; also
where too many of its pupils would lose a value, change name, or come back under another stamnummer. When
enrolments end: docs/sources.md, "DISCIMUS".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from leerid_cli.i18n import _, plural
from leerid_cli.intake.guard.judge import words
from leerid_cli.intake.guard.messages import examples
from leerid_cli.intake.matching import Key, Matcher, Pupils, Rules, is_live
from leerid_cli.intake.survey import SchoolImport
from leerid_cli.model.people import Departure
from leerid_cli.model.plans import Withheld
from leerid_cli.rules.pupil_status import has_ended

# So many departures or changes are never too many.
FEW = 3
# Above so many percent of a school's pupils, departures of year leavers are too many.
YEAR_LEAVERS_PERCENT = 35
# Imports in these months can find year leavers; in summer, nobody leaves.
YEAR_LEAVERS_MONTHS = (9, 10)
SUMMER_MONTHS = (7, 8)
# From this size on, a class that is gone whole withholds the departures.
CLASS_SIZE = 5
# So many reasons a message has at most.
MOST_REASONS = 3


@dataclass(frozen=True)
class Verdict:
    """What an import may do.

    `gone` are the keys of pupils who left, and how; `dropped` the keys whose rows must not be taken over;
    `withheld` says for the user what is not carried out and why; `judged` are the schools in which departures
    were looked for, `accepted` those whose departures and changes the operator accepted.
    """

    gone: Mapping[Key, Departure]
    dropped: frozenset[Key]
    withheld: tuple[Withheld, ...]
    judged: tuple[str, ...]
    accepted: frozenset[str] = frozenset()


def judge(matcher: Matcher, schools: Mapping[str, SchoolImport], pupils: Pupils, rules: Rules) -> Verdict:
    """Return who has left the schools of the files, and what is withheld.

    `matcher` has the register before, and as the rows would make it; `schools` what the guard found in it.
    """
    judged = _judged(pupils) if rules.full else set()
    present = _present(matcher, pupils, rules.today)
    for number in judged:
        for key in _missing(matcher, number, present):
            schools[number].going[key] = _how(matcher, key, present, judged, rules.today)
    gone: dict[Key, Departure] = {}
    dropped: set[Key] = set()
    withheld: list[Withheld] = []
    accepted: set[str] = set()
    for number, school in sorted(schools.items()):
        decision = _decide(number, school, pupils, rules)
        withheld += [decision] if decision else []
        if decision is None:
            gone |= school.going
        if rules.accepted.get(number) == _total(school):
            accepted.add(number)
        else:
            dropped |= school.dropped
    return Verdict(gone, frozenset(dropped), tuple(withheld), tuple(sorted(judged)), frozenset(accepted))


def _judged(pupils: Pupils) -> set[str]:
    """Return the schools of which the files have at least one row."""
    numbers = {row.enrolment.school for row in pupils.rows}
    return (numbers | {school for school, _number in pupils.unusable} | pupils.illegible) - {""}


def _missing(matcher: Matcher, school: str, present: Collection[Key]) -> Iterator[Key]:
    """Yield the keys of pupils of a school who are missing in the files for the first time.

    A pupil with a possible double in the files is not missing
    (docs/decisions/019-a-possible-double-does-not-leave.md).
    """
    for key, enrolments in matcher.enrolments.items():
        if key[0] != school or key in present or enrolments[0].gone:
            continue
        if not any(double in present for double in matcher.open_doubles(matcher.by_key[key])):
            yield key


def _present(matcher: Matcher, pupils: Pupils, today: date) -> set[Key]:
    """Return the keys of pupils whom the files show: by an enrolment that has not ended, or an unusable row.

    A held row shows everybody whom it may be about; a row that cannot be used shows everybody with its
    official number, or its name and birth date, under all their keys
    (docs/decisions/044-held-rows-show-their-pupils.md).
    """
    shown = {row.enrolment.key for row in pupils.rows if not has_ended(row.enrolment, today)}
    shown |= pupils.unusable | {hold.key for hold in matcher.holds}
    persons = {person for hold in matcher.holds if hold.rows for person in hold.persons}
    for facts in pupils.unusable_facts:
        persons |= matcher.possible_persons(facts)
    return shown.union(*(matcher.keys[person] for person in persons))


def _how(
    matcher: Matcher, key: Key, present: Collection[Key], judged: Collection[str], today: date
) -> Departure:
    """Return how a missing pupil has left: for another school, after the last school year, or otherwise."""
    others = matcher.keys[matcher.by_key[key]] - {key}
    if any(
        is_live(matcher.after[other], today) and (other in present or other[0] not in judged)
        for other in others
    ):
        return Departure.MOVE
    last = max(matcher.enrolments[key], key=lambda enrolment: enrolment.begin or date.min)
    ran_out = last.end is not None and last.end < today and (last.end.month, last.end.day) == (8, 31)
    return Departure.YEAR if ran_out and today.month in YEAR_LEAVERS_MONTHS else Departure.DEPARTURE


def _exceeds(count: int, of: int, percent: float) -> bool:
    return count > FEW and count * 100 > percent * of


def _total(school: SchoolImport) -> int:
    """Return the number that `--accept` must name: departures, and changes that are withheld.

    Moves to another school are not counted (docs/decisions/018-one-number-accepts-a-school.md).
    """
    going = school.leaving(Departure.DEPARTURE, Departure.YEAR)
    return len(going.union(*school.suspicious.values()))


def _decide(number: str, school: SchoolImport, pupils: Pupils, rules: Rules) -> Withheld | None:
    """Return what is withheld for a school and why, None where everything may be carried out."""
    going = school.leaving(Departure.DEPARTURE, Departure.YEAR)
    total = _total(school)
    accepted = rules.accepted.get(number) == total
    if going and rules.today.month in SUMMER_MONTHS and not (accepted or school.suspicious):
        text = plural(
            "{school}: {n} departure is withheld, for it is summer: between 1 July and 31 August nobody leaves",
            "{school}: {n} departures are withheld, for it is summer: between 1 July and 31 August nobody leaves",
            len(going),
        )
        return Withheld(number, "summer", len(going), text.format(school=number, n=len(going)), quiet=True)
    reasons = {} if accepted else dict(_reasons(school, rules))
    if going and pupils.illegible & {number, ""}:
        reasons = {
            "illegible-row": _("a row shows no legible school and stamnummer, so nobody can be missed")
        }
    if not reasons:
        return None
    code = next(iter(reasons))
    message = plural(
        "school {school}: {n} pupil withheld: {why}", "school {school}: {n} pupils withheld: {why}", total
    ).format(school=number, n=total, why="; ".join(reasons.values()))
    shown = f"{message}; {some}" if (some := examples(school)) else message
    return Withheld(number, code, total, f"{shown}. {_way_out(number, total, code, rules)}")


def _way_out(number: str, total: int, code: str, rules: Rules) -> str:
    """Return for the user what to do about departures that are withheld."""
    if code == "illegible-row":
        return _("Correct that row and import again.")
    text = _("If the file is right, import it with --accept {school}:{n}").format(school=number, n=total)
    accepted = rules.accepted.get(number)
    if accepted is None:
        return text
    return f"{text} " + _("({accepted} was accepted)").format(accepted=accepted)


def _reasons(school: SchoolImport, rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield (code, text for the user) for everything about a school that looks like a mistake in the file."""
    active = len(school.active)
    for code in list(school.suspicious)[:MOST_REASONS]:
        yield code, words(school, code)
    for how, code, percent in (
        (Departure.DEPARTURE, "mass-departures", rules.max_departures),
        (Departure.YEAR, "mass-year-leavers", YEAR_LEAVERS_PERCENT),
    ):
        now, recent = len(school.leaving(how)), school.recent[how]
        if now and _exceeds(now + recent, active, percent):
            yield code, _departure_words(how, now, recent, active)
    if classes := sorted(_whole_classes(school)):
        yield (
            "class-gone",
            _("all pupils of class {classes} are missing").format(classes=", ".join(classes)),
        )


def _whole_classes(school: SchoolImport) -> Iterable[str]:
    """Yield the classes of `CLASS_SIZE` or more of which all pupils would go, not all for other schools.

    Year leavers are not counted (docs/decisions/017-year-leavers-and-the-whole-class.md).
    """
    leavers, left = school.leaving(Departure.YEAR), school.leaving(Departure.DEPARTURE)
    for klas, members in school.classes.items():
        staying = members - leavers
        if klas and len(staying) >= CLASS_SIZE and staying <= school.going.keys() and staying & left:
            yield klas


def _departure_words(how: Departure, now: int, recent: int, active: int) -> str:
    if how is Departure.YEAR:
        text = _("{now} of {active} pupils would leave after their last school year")
    else:
        text = _("{now} of {active} pupils would leave")
    text = text.format(now=now, active=active)
    if recent:
        return f"{text} " + _("({recent} in the last seven days)").format(recent=recent)
    return text
