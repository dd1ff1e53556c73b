"""What the files of an import would change in each school: the pupils before, changed and new ones.

`intake.guard` decides which changes look like a damaged file, `intake.leaving` who has left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.matching import Key, Matcher, is_live
from leerid_cli.model.people import Departure, Enrolment, OfficialState
from leerid_cli.model.plans import PersonFacts
from leerid_cli.rules.pupil_status import present_enrolment

# Earlier departures of so many days are counted with those of today.
COUNTED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Change:
    """A pupil of whom the files would change something.

    `klas` is the class on the date of the import, `row` the last row of the pupil in the files; `before` and
    `now` are the personal data, `old` and `new` the enrolments, without and with the rows.
    """

    key: Key
    person: int
    klas: str
    row: PupilRow
    before: PersonFacts
    now: PersonFacts
    old: tuple[Enrolment, ...]
    new: tuple[Enrolment, ...]

    def renewed(self) -> Iterator[tuple[Enrolment, Enrolment]]:
        """Yield (enrolment before, enrolment after) for each begin that both have."""
        before = {enrolment.begin: enrolment for enrolment in self.old}
        return ((before[one.begin], one) for one in self.new if one.begin in before)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A pupil whose key was not registered before.

    `known` are the registered enrolments, in any school, of the same person or of a possible double.
    """

    key: Key
    person: int
    row: PupilRow
    known: tuple[Enrolment, ...]


@dataclass
class SchoolImport:
    """What an import would do to one school.

    `active` are the keys of its pupils, newcomers included, `classes` these by class; `recent` counts the
    departures of the last days; `going` are the keys of pupils who would leave. `order` are the keys in the
    order of the files, `invalid` those with a wrong official number where a valid one is registered.
    `registered` are the last enrolments before the import, also of pupils who left.
    `suspicious` are the keys with changes that are not taken over, by code, `dropped` those of them whose
    rows are left out as a whole.
    """

    number: str = ""
    active: set[Key] = field(default_factory=set)
    classes: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    recent: dict[Departure, int] = field(default_factory=lambda: defaultdict(int))
    going: dict[Key, Departure] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    order: dict[Key, None] = field(default_factory=dict)
    registered: list[Enrolment] = field(default_factory=list)
    invalid: list[Key] = field(default_factory=list)
    suspicious: dict[str, set[Key]] = field(default_factory=dict)
    dropped: set[Key] = field(default_factory=set)

    def count(self, key: Key, enrolments: Sequence[Enrolment], today: date) -> None:
        """Count a key among the pupils of the school, in the class of today, if its enrolments make one."""
        if is_live(enrolments, today):
            self.active.add(key)
            self.classes[(present_enrolment(enrolments, today) or enrolments[-1]).klas].add(key)

    def leaving(self, *how: Departure) -> set[Key]:
        """Return the keys of pupils who would leave in one of these ways."""
        return {key for key, departure in self.going.items() if departure in how}

    def renumbered(self) -> set[Key]:
        """Return the new keys of pupils whom the school had under another key."""
        return {
            arrival.key
            for arrival in self.arrivals
            if any(enrolment.school == self.number for enrolment in arrival.known)
        }


def survey(matcher: Matcher, rows: Sequence[PupilRow], today: date) -> dict[str, SchoolImport]:
    """Return the schools of the register as they are before the import, and what the rows would change.

    `matcher` has the register before, and as the rows would make it. A pupil who left in the last days is
    counted in `recent`, unless this import brings the pupil back.
    """
    schools: dict[str, SchoolImport] = defaultdict(SchoolImport)
    for key, enrolments in matcher.enrolments.items():
        gone = matcher.after[key][0].gone
        if gone and gone.on > today - timedelta(days=COUNTED_DAYS):
            schools[key[0]].recent[gone.how] += 1
        schools[key[0]].count(key, enrolments, today)
        schools[key[0]].registered.append(enrolments[-1])
    _add_rows(matcher, rows, schools, today)
    for number, school in schools.items():
        school.number = number
    _add_newcomers(matcher, schools, today)
    return schools


def _add_rows(
    matcher: Matcher, rows: Sequence[PupilRow], schools: Mapping[str, SchoolImport], today: date
) -> None:
    last = _last_rows(rows)
    for key in last:
        schools[key[0]].order[key] = None
    for key, person, _is_new in matcher.accepted:
        old, new = tuple(matcher.enrolments.get(key, ())), matcher.after.get(key, ())
        if not new:
            continue  # an answer keeps the row out
        if not old:
            is_known = person in matcher.before or key in matcher.doubles
            known = tuple(_known(matcher, key, person)) if is_known else ()
            arrival = Arrival(key, person, last[key], known)
            schools[key[0]].arrivals.append(arrival)
            continue
        was = matcher.before[matcher.former.get(key, person)]
        if was.official is OfficialState.VALID and last[key].facts.official is OfficialState.INVALID:
            schools[key[0]].invalid.append(key)
        if old != new or matcher.before.get(person) != matcher.persons[person]:
            klas = (present_enrolment(old, today) or old[-1]).klas
            change = Change(key, person, klas, last[key], was, matcher.persons[person], old, new)
            schools[key[0]].changes.append(change)


def _last_rows(rows: Iterable[PupilRow]) -> dict[Key, PupilRow]:
    """Return the row of each key that begins last, in the order of the files."""
    last: dict[Key, PupilRow] = {}
    for row in rows:
        other = last.setdefault(row.enrolment.key, row)
        if (row.enrolment.begin or date.min) > (other.enrolment.begin or date.min):
            last[row.enrolment.key] = row
    return last


def _known(matcher: Matcher, key: Key, person: int) -> Iterator[Enrolment]:
    """Yield the registered enrolments of a person, and of the registered possible doubles."""
    others = matcher.doubles.get(key, ())
    for known in {person, *(double for double in others if double in matcher.before)}:
        for other in matcher.keys[known] if others or known in matcher.before else ():
            yield from matcher.enrolments.get(other, ())


def _add_newcomers(matcher: Matcher, schools: Mapping[str, SchoolImport], today: date) -> None:
    """Count the new pupils too: else a withheld file would pass the second time, when they are registered.

    Why: docs/decisions/034-newcomers-count.md.
    """
    for school in schools.values():
        again = school.renumbered()
        for arrival in school.arrivals:
            if arrival.key not in again:
                school.count(arrival.key, matcher.after[arrival.key], today)
