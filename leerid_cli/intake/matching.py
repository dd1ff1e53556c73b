"""Who is who: the rows of an import matched to the children of the register (contract §5, Identity).

A child is known by the key (instellingsnummer, stamnummer) and by the keyed hash of the official
number. Where the two, or the key and the name, tell of different children, the rows are held:
nothing is overwritten, nobody is merged by guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date

from leerid_cli.i18n import _
from leerid_cli.intake import held_rows
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.likeness import (
    facts_of,
    full_name,
    identity,
    other_child,
    other_name,
    other_pupil,
    without_number,
)
from leerid_cli.model.people import Account, Enrolment, OfficialState, Person
from leerid_cli.model.plans import DOUBLE, HeldRow, PersonFacts
from leerid_cli.model.reports import Problem
from leerid_cli.rules.pupil_status import has_ended
from leerid_cli.rules.usernames import fold

_FACT_COLUMNS = ("naam", "voornaam", "birth_date", "gender")
_ENROLMENT_COLUMNS = tuple(
    field.name
    for field in fields(Enrolment)
    if field.name not in ("school", "stamnummer", "type", "begin", "gone")
)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pupils:
    """What the files of one import say.

    `unusable` are the keys of rows that cannot be used but show that their pupil is there, and
    `unusable_facts` what such rows say of the child; `illegible` the schools in which a row does not even
    show that, '' where its school is unknown too.
    """

    rows: Sequence[PupilRow]
    unusable: frozenset[Key] = frozenset()
    illegible: frozenset[str] = frozenset()
    unusable_facts: tuple[PersonFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The day on which an import is judged, and what its operator allowed and answered.

    `max_departures` is a percentage; `accepted` the number of pupils a school may lose or have changed at
    once; `answers` says for (school, stamnummer, identity) which person is meant, None to keep the register.
    """

    today: date
    full: bool = False
    max_departures: float = 10
    accepted: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, str], int | None] = field(default_factory=dict)


def match(rows: Sequence[PupilRow], register: Iterable[Person], rules: Rules) -> Matcher:
    """Return the rows matched to the register, with what they change there."""
    matcher = Matcher(register, rules)
    by_key: dict[Key, list[PupilRow]] = defaultdict(list)
    for row in rows:
        by_key[row.enrolment.key].append(row)
    for group in by_key.values():
        group.sort(key=lambda row: row.enrolment.begin or date.min)
    # The order in which a file lists its rows must not matter, or importing it twice would not settle.
    pending = sorted(by_key.values(), key=_rank)
    # What one row corrects may clear up what another seemed to contradict: held is what stays so.
    while held := [group for group in pending if not matcher.add(group)]:
        if len(held) == len(pending):
            break
        pending = held
    for group in held:
        matcher.hold(group)
    return matcher


class Matcher:
    """The register as it is while the rows of an import are matched to it, one key after the other.

    `before` and `persons` are the facts by person before and after (a negative id is new in this
    import), `enrolments` and `after` the enrolments by key, `by_key` and `keys` who has which.
    """

    def __init__(self, register: Iterable[Person], rules: Rules) -> None:
        self.rules = rules
        self.persons: dict[int, PersonFacts] = {}  # a negative id is new in this plan
        self.before: dict[int, PersonFacts] = {}
        self.by_key: dict[Key, int] = {}
        self.by_hash: dict[str, int] = {}
        self.by_former_hash: dict[str, int] = {}
        self.by_birth: dict[tuple[str, date], set[int]] = defaultdict(set)
        self.enrolments: dict[Key, list[Enrolment]] = {}
        self.keys: dict[int, set[Key]] = defaultdict(set)
        self.accounts: dict[int, Account] = {}
        self.doubles: dict[Key, set[int]] = {}
        self.former: dict[Key, int] = {}
        self.accepted: list[tuple[Key, int, bool]] = []
        self.newest = 0
        self.ranks: dict[int, tuple[object, ...]] = {}
        self.problems: list[Problem] = []
        self.holds: list[HeldRow] = []
        self.after: dict[Key, tuple[Enrolment, ...]] = {}
        for person in register:
            self._learn(person)
        self.newest = min([0, *self.persons])
        self.after = {key: tuple(enrolments) for key, enrolments in self.enrolments.items()}

    def _learn(self, person: Person) -> None:
        facts = facts_of(person)
        self.before[person.id] = facts
        self._know(person.id, facts)
        for enrolment in person.enrolments:
            self.take(enrolment.key, person.id)
            self.enrolments.setdefault(enrolment.key, []).append(enrolment)
        if person.account:
            self.accounts[person.id] = person.account

    def take(self, key: Key, person: int) -> None:
        """Let a key be this person's, whoever had it."""
        former = self.by_key.get(key, person)
        if former != person:
            self.former[key] = former
            self.keys[former].discard(key)
        self.by_key[key] = person
        self.keys[person].add(key)

    def _know(self, person: int, facts: PersonFacts) -> None:
        former = self.persons[person].official_hash if person in self.persons else ""
        if former not in ("", facts.official_hash):
            del self.by_hash[former]
            self.by_former_hash[former] = person
        self.persons[person] = facts
        if facts.official_hash:
            self.by_hash[facts.official_hash] = person
        if facts.birth_date:
            self.by_birth[full_name(facts), facts.birth_date].add(person)

    def add(self, group: list[PupilRow]) -> bool:
        """Plan all rows of one key, in order of begin, of which the last knows the child's facts best.

        Returns False, with nothing planned, where the rows contradict what is known.
        """
        row, key = group[-1], group[-1].enrolment.key
        if (answer := (*key, identity(row.facts))) in self.rules.answers:
            person, group = self._answered(group, self.rules.answers[answer])
        elif self._conflict(group):
            return False
        else:
            person = self.by_key.get(key)
            person = self._of_hash(row.facts) if person is None else person
        is_new = person is None
        if person is None:
            self.newest -= 1
            person = self.newest
            self._warn_of_double(row)
        if group:
            self._change_facts(person, group[-1])
            self._change_enrolments(key, person, group)
        self.accepted.append((key, person, is_new))
        return True

    def _answered(self, group: list[PupilRow], linked: int | None) -> tuple[int | None, list[PupilRow]]:
        """Return whom the rows mean by the answer of a person, and the rows as far as that lets them stand.

        Linked, the row is believed, but for a number that another child has. Kept, nothing is taken over
        that contradicts the child of the key; where there is none, the row is a child without that number.
        """
        facts = group[-1].facts
        group = [row for row in group if not other_child(row.facts, facts)]
        of_key = self.by_key.get(group[-1].enrolment.key)
        person = linked if linked in self.persons else of_key
        if person is None:
            own = facts if self._of_hash(facts) is None else without_number(facts)
            return None, [replace(row, facts=own) for row in group]
        known = self.persons[person]
        if person != linked:
            return person, [replace(row, facts=known) for row in group if not other_pupil(known, row.facts)]
        if self.by_hash.get(facts.official_hash, person) != person:
            facts = replace(facts, official=known.official, official_hash=known.official_hash)
        return person, [replace(row, facts=facts) for row in group]

    def _of_hash(self, facts: PersonFacts) -> int | None:
        """Return who has the number, or had it until a row of this import brought a newer one.

        A former number that comes with a wholly different name never was that child's.
        """
        former = self.by_former_hash.get(facts.official_hash)
        if former is not None and other_name(self.persons[former], facts):
            former = None
        return self.by_hash.get(facts.official_hash, former)

    def _conflict(self, group: list[PupilRow]) -> str:
        """Return the code of what contradicts itself, '' where nothing does."""
        facts = group[-1].facts
        of_key, of_hash = self.by_key.get(group[-1].enrolment.key), self.by_hash.get(facts.official_hash)
        if any(other_child(row.facts, facts) for row in group[:-1]):
            return "two-children-one-key"
        if of_key is None:
            of_hash = self._of_hash(facts)
            if of_hash is None:
                return ""
            if self._second_stamnummer(of_hash, group[-1]):
                return "one-number-two-names"
            return self._contradiction(of_hash, facts, other_name)
        if of_hash is None:
            return self._contradiction(of_key, facts, other_pupil)
        return "two-persons" if of_key != of_hash else ""

    def _second_stamnummer(self, person: int, row: PupilRow) -> bool:
        """Tell whether a school gives the number to a second pupil of its own under another voornaam: twins."""
        has_school = any(school == row.enrolment.school for school, _number in self.keys[person])
        return has_school and fold(row.facts.voornaam) != fold(self.persons[person].voornaam)

    def _contradiction(
        self, person: int, facts: PersonFacts, judge: Callable[[PersonFacts, PersonFacts], str]
    ) -> str:
        """Judge a row against the person as registered and as this import has made them: either may fit."""
        now = judge(self.persons[person], facts)
        return now and judge(self.before.get(person, self.persons[person]), facts)

    def hold(self, group: list[PupilRow]) -> None:
        """Report the rows of one key as held, with the contradiction."""
        code = self._conflict(group)
        key, facts = group[-1].enrolment.key, group[-1].facts
        for row in group:
            self.problems.append(Problem(code, _held(why_held(code)), row.file, row.line, "stamnummer"))
        concerned = dict.fromkeys((self.by_key.get(key), self._of_hash(facts), *sorted(self.possibly(facts))))
        persons = tuple(person for person in concerned if person is not None)
        self.holds.append(HeldRow(key, code, persons, held_rows.dumps(group)))

    def _warn_of_double(self, row: PupilRow) -> None:
        facts = row.facts
        alike = self.by_birth.get((full_name(facts), facts.birth_date)) if facts.birth_date else None
        if alike:
            self.problems.append(
                Problem(DOUBLE, why_held(DOUBLE), row.file, row.line, "stamnummer", warning=True)
            )
            self.holds.append(HeldRow(row.enrolment.key, DOUBLE, tuple(sorted(alike))))
            self.doubles[row.enrolment.key] = set(alike)

    def _change_facts(self, person: int, row: PupilRow) -> None:
        """Take over what the file knows; a column it lacks, or a number it lacks, takes nothing away.

        Of several rows for one child the one of the highest rank is believed.
        """
        known = self.persons.get(person)
        facts = row.facts
        if known and self.ranks.get(person, ()) > _rank([row]):
            return
        self.ranks[person] = _rank([row])
        if known:
            kept = {column: getattr(known, column) for column in _FACT_COLUMNS if column not in row.columns}
            if facts.official is not OfficialState.VALID and (
                known.official is OfficialState.VALID or "official_number" not in row.columns
            ):
                kept |= {"official": known.official, "official_hash": known.official_hash}
            facts = replace(facts, **kept)
        self._know(person, facts)

    def _change_enrolments(self, key: Key, person: int, group: list[PupilRow]) -> None:
        """Replace the key's enrolments from the first begin in the file on; earlier ones stay history."""
        before = self.enrolments.get(key, [])
        completed = [self._complete(row, before) for row in group]
        new = list({enrolment.begin: enrolment for enrolment in completed}.values())
        first = min(enrolment.begin or date.min for enrolment in new)
        after = [old for old in before if (old.begin or date.min) < first] + new
        after.sort(key=lambda enrolment: enrolment.begin or date.min)
        back = not all(has_ended(row.enrolment, self.rules.today) for row in group)
        gone = before[0].gone if before and not back else None
        self.take(key, person)
        self.after[key] = tuple(
            enrolment if enrolment.gone == gone else replace(enrolment, gone=gone) for enrolment in after
        )

    @staticmethod
    def _complete(row: PupilRow, before: list[Enrolment]) -> Enrolment:
        """Return the row's enrolment with what its file has no column for taken from the register."""
        old = next(
            (old for old in before if old.begin == row.enrolment.begin), before[-1] if before else None
        )
        if old is None:
            return row.enrolment
        kept = {column: getattr(old, column) for column in _ENROLMENT_COLUMNS if column not in row.columns}
        if "begin" not in row.columns:
            kept |= {"begin": old.begin}
        return replace(row.enrolment, **kept)

    def possibly(self, facts: PersonFacts) -> set[int]:
        """Return whom facts may mean: who has the number, and all of that name and birth date."""
        of_hash = self._of_hash(facts) if facts.official_hash else None
        alike = self.by_birth.get((full_name(facts), facts.birth_date), set()) if facts.birth_date else set()
        return alike | ({of_hash} if of_hash is not None else set())

    def open_doubles(self, person: int) -> Iterator[Key]:
        """Yield the keys of others with this person's name and birth date of whom nobody said that they are others."""
        facts = self.persons[person]
        alike = self.by_birth.get((full_name(facts), facts.birth_date), set()) if facts.birth_date else set()
        for other in alike - {person}:
            named = identity(self.persons[other])
            if not any((*key, named) in self.rules.answers for key in self.keys[other]):
                yield from self.keys[other]

    def changed_persons(self) -> dict[int, tuple[str, ...]]:
        """Return who is new or changed, with the fields that are."""
        return {
            person: tuple(_differences([self.before[person]], [known])) if person in self.before else ()
            for person, known in self.persons.items()
            if known != self.before.get(person)
        }

    def changed_keys(self) -> dict[Key, tuple[str, ...]]:
        """Return the keys whose enrolments, or whose child, are not what they were, with the fields that differ."""
        return {
            key: tuple(_differences(self.enrolments.get(key, ()), after))
            for key, after in self.after.items()
            if tuple(self.enrolments.get(key, ())) != after or key in self.former
        }

    def is_somewhere(self, person: int) -> bool:
        """Tell whether a person is in any school by now: not gone, and not ended otherwise than on 31 August."""
        return any(is_live(self.after[key], self.rules.today) for key in self.keys[person])


def is_live(enrolments: Iterable[Enrolment], today: date) -> bool:
    """Tell whether the enrolments of a key make its pupil one of the school: not gone, not all ended."""
    return any(enrolment.gone is None and not has_ended(enrolment, today) for enrolment in enrolments)


def why_held(code: str) -> str:
    """Return in words what the code of a held row, or of a possible double, stands for."""
    return {
        "two-children-one-key": _("this stamnummer stands for two different children in the file"),
        "two-persons": _("the stamnummer belongs to one pupil and the official number to another"),
        "other-birth-date-and-name": _("the stamnummer belongs to a pupil of another birth date and name"),
        "other-voornaam": _("the stamnummer belongs to a pupil with a wholly different voornaam"),
        "one-number-two-names": _("the official number belongs to a pupil with a different name"),
        DOUBLE: _("a pupil with this name and birth date is registered already under another number"),
    }[code]


def _held(message: str) -> str:
    return _("held, nothing was changed: {why}").format(why=message)


def _rank(group: Sequence[PupilRow]) -> tuple[object, ...]:
    """Return the order in which rows are believed, ascending: with a number, begun last, by key."""
    row = group[-1]
    return (bool(row.facts.official_hash), row.enrolment.begin or date.min, row.enrolment.key)


def _differences(before: Sequence[object], after: Sequence[object]) -> list[str]:
    """Return the names of the fields that differ between the last of two lists of like values."""
    if not before:
        return ["enrolments"]
    old, new = before[-1], after[-1]
    names = [field.name for field in fields(new) if getattr(old, field.name) != getattr(new, field.name)]  # type: ignore[arg-type]
    return names or ["enrolments"]
