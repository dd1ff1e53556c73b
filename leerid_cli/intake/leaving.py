"""Who has left a school, and whether the file may be broken instead (docs/contract.md §5, "Leaving").

A pupil has left a school when a complete export of it does not show the pupil any more. All departures of a
school are withheld where they are too many at once, or a whole class, or where a row cannot be read; also
where too many of its pupils would lose a value, change name, or come back under another stamnummer. When
enrolments end: docs/sources.md, "DISCIMUS".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from leerid_cli.i18n import _, plural
from leerid_cli.intake.matching import Key, Matcher, Pupils, Rules, is_live
from leerid_cli.model.people import Departure, Enrolment
from leerid_cli.model.plans import PersonFacts, Withheld
from leerid_cli.rules.pupil_status import has_ended, present_enrolment

# So many departures or changes are never too many.
FEW = 3
# Above so many percent of a school's pupils, changes and departures of year leavers are too many.
CHANGES_PERCENT = 10
YEAR_LEAVERS_PERCENT = 35
# Imports in these months can find year leavers; in summer, nobody leaves.
YEAR_LEAVERS_MONTHS = (9, 10)
SUMMER_MONTHS = (7, 8)
# From this size on, a class that is gone whole withholds the departures.
CLASS_SIZE = 5
# Earlier departures of so many days are counted with those of today.
COUNTED_DAYS = 7


@dataclass
class _School:
    """What an import would do to one school.

    `active` are the keys of its pupils, `classes` these by class; `recent` counts the departures of the last
    days; `going` are the keys of pupils who would leave; `changes` the keys with suspicious changes, by code.
    """

    active: set[Key] = field(default_factory=set)
    classes: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    recent: dict[Departure, int] = field(default_factory=lambda: defaultdict(int))
    going: dict[Key, Departure] = field(default_factory=dict)
    changes: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))

    def count(self, key: Key, enrolments: Sequence[Enrolment], today: date) -> None:
        """Count a key among the pupils of the school, in the class of today, if its enrolments make one."""
        if is_live(enrolments, today):
            self.active.add(key)
            self.classes[(present_enrolment(enrolments, today) or enrolments[-1]).klas].add(key)

    def leaving(self, *how: Departure) -> set[Key]:
        """Return the keys of pupils who would leave in one of these ways."""
        return {key for key, departure in self.going.items() if departure in how}


@dataclass(frozen=True)
class Verdict:
    """What an import may do.

    `gone` are the keys of pupils who left, and how; `dropped` the keys whose rows must not be taken over;
    `withheld` says for the user what is not carried out and why; `judged` are the schools in which departures
    were looked for.
    """

    gone: Mapping[Key, Departure]
    dropped: frozenset[Key]
    withheld: tuple[Withheld, ...]
    judged: tuple[str, ...]


def judge(matcher: Matcher, pupils: Pupils, rules: Rules) -> Verdict:
    """Return who has left the schools of the files, and what is withheld.

    `matcher` has the register before, and as the rows would make it.
    """
    schools = _schools(matcher, rules.today)
    _find_changes(matcher, schools)
    _add_newcomers(matcher, schools, rules.today)
    judged = _judged(pupils) if rules.full else set()
    present = _present(matcher, pupils, rules.today)
    for number in judged:
        for key in _missing(matcher, number, present):
            schools[number].going[key] = _how(matcher, key, present, judged, rules.today)
    gone: dict[Key, Departure] = {}
    dropped: set[Key] = set()
    withheld = []
    for number, school in sorted(schools.items()):
        decision = _decide(number, school, pupils, rules)
        withheld += [decision] if decision else []
        if decision is None:
            gone |= school.going
        elif not decision.quiet:
            dropped |= _changing(school, number, rules)
    return Verdict(gone, frozenset(dropped), tuple(withheld), tuple(sorted(judged)))


def _schools(matcher: Matcher, today: date) -> dict[str, _School]:
    """Return the schools of the register as they are before the import.

    A pupil who left in the last days is counted in `recent`, unless this import brings the pupil back.
    """
    schools: dict[str, _School] = defaultdict(_School)
    for key, enrolments in matcher.enrolments.items():
        gone = matcher.after[key][0].gone
        if gone and gone.on > today - timedelta(days=COUNTED_DAYS):
            schools[key[0]].recent[gone.how] += 1
        schools[key[0]].count(key, enrolments, today)
    return schools


def _add_newcomers(matcher: Matcher, schools: dict[str, _School], today: date) -> None:
    """Count the new pupils too: else a withheld file would pass the second time, when they are registered.

    Why: docs/decisions/034-newcomers-count.md.
    """
    for key, _person, _is_new in matcher.accepted:
        school = schools[key[0]]
        if key not in matcher.enrolments and key not in school.changes["mass-new-keys"]:
            school.count(key, matcher.after[key], today)


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


def _find_changes(matcher: Matcher, schools: dict[str, _School]) -> None:
    """Note in `changes` the pupils who would lose a value, change name, or come under a new key."""
    for key, person, _is_new in matcher.accepted:
        changes = schools[key[0]].changes
        known = matcher.before.get(person)
        if (known and _loses(known, matcher.persons[person])) or _lost(
            matcher.enrolments.get(key, ()), matcher.after[key]
        ):
            changes["mass-lost-values"].add(key)
        now = matcher.persons[person]
        if known and (known.naam, known.voornaam) != (now.naam, now.voornaam):
            changes["mass-renamed"].add(key)
        old_keys = {old for old in matcher.keys[person] - {key} if old[0] == key[0]}
        again = any(double in matcher.before for double in matcher.doubles.get(key, ()))
        if key not in matcher.enrolments and (again or old_keys & matcher.enrolments.keys()):
            changes["mass-new-keys"].add(key)


def _loses(before: PersonFacts | Enrolment, after: PersonFacts | Enrolment) -> bool:
    """Tell whether a field that was filled in is empty now."""
    names = [field.name for field in fields(before) if field.name not in ("gone", "official_hash", "end")]
    return any(getattr(before, name) and not getattr(after, name) for name in names)


def _lost(before: Sequence[Enrolment], after: Sequence[Enrolment]) -> bool:
    """Tell whether an enrolment lost a value; those with the same begin are compared."""
    old = {enrolment.begin: enrolment for enrolment in before}
    return any(new.begin in old and _loses(old[new.begin], new) for new in after)


def _changing(school: _School, number: str, rules: Rules) -> set[Key]:
    """Return the keys with changes that are too many, none where the operator accepted their number."""
    keys = _too_many_changes(school)
    return set() if rules.accepted.get(number) == _total(school) else set().union(*keys.values())


def _too_many_changes(school: _School) -> dict[str, set[Key]]:
    """Return the keys with changes that are too many, by code."""
    active = len(school.active)
    return {
        code: keys for code, keys in school.changes.items() if _exceeds(len(keys), active, CHANGES_PERCENT)
    }


def _exceeds(count: int, of: int, percent: float) -> bool:
    return count > FEW and count * 100 > percent * of


def _total(school: _School) -> int:
    """Return the number that `--accept-departures` must name: departures, and changes that are too many.

    Moves to another school are not counted (docs/decisions/018-one-number-accepts-a-school.md).
    """
    going = school.leaving(Departure.DEPARTURE, Departure.YEAR)
    return len(going.union(*_too_many_changes(school).values()))


def _decide(number: str, school: _School, pupils: Pupils, rules: Rules) -> Withheld | None:
    """Return what is withheld for a school and why, None where everything may be carried out."""
    going = school.leaving(Departure.DEPARTURE, Departure.YEAR)
    total = _total(school)
    accepted = rules.accepted.get(number) == total
    if going and rules.today.month in SUMMER_MONTHS and not (accepted or _too_many_changes(school)):
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
    return Withheld(number, code, total, f"{message}. {_way_out(number, total, code, rules)}")


def _way_out(number: str, total: int, code: str, rules: Rules) -> str:
    """Return for the user what to do about departures that are withheld."""
    if code == "illegible-row":
        return _("Correct that row and import again.")
    text = _("If the file is right, import it with --accept-departures {school}:{n}").format(
        school=number, n=total
    )
    accepted = rules.accepted.get(number)
    if accepted is None:
        return text
    return f"{text} " + _("({accepted} was accepted)").format(accepted=accepted)


def _reasons(school: _School, rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield (code, text for the user) for everything about a school that looks like a mistake in the file."""
    active = len(school.active)
    for code, keys in _too_many_changes(school).items():
        yield code, _change_words(code, len(keys), active)
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


def _whole_classes(school: _School) -> Iterable[str]:
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


def _change_words(code: str, count: int, active: int) -> str:
    text = {
        "mass-lost-values": _("{n} of {active} pupils would lose a value that is filled in now"),
        "mass-renamed": _("{n} of {active} pupils would change name"),
        "mass-new-keys": _("{n} of {active} pupils would come back under another stamnummer"),
    }[code]
    return text.format(n=count, active=active)
