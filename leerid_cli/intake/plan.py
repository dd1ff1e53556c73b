"""Pupils and register to plan: one pure function decides who is who and what changes (contract §5).

A child is known by the key (instellingsnummer, stamnummer) and by the keyed hash of the official
number. Where the two, or the key and the name, tell of different children, the rows are held:
nothing is overwritten, nobody is merged by guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import date

from leerid_cli.accounts.names import fold, unlike
from leerid_cli.i18n import _
from leerid_cli.intake.check import PupilRow
from leerid_cli.model import (
    Enrolment,
    OfficialState,
    Person,
    PersonChange,
    PersonFacts,
    Problem,
    RegistrationChange,
    SyncPlan,
)

COUNTS = ("new", "changed", "unchanged", "returned", "left", "withheld", "held", "rejected")
_FACT_COLUMNS = ("naam", "voornaam", "birth_date", "gender")
_ENROLMENT_COLUMNS = tuple(
    field.name for field in fields(Enrolment) if field.name not in ("school", "stamnummer", "type", "begin")
)

Key = tuple[str, str]


def plan(rows: Sequence[PupilRow], register: Iterable[Person]) -> SyncPlan:
    """Return what importing these rows would do to the register; importing the result again is empty."""
    planner = _Planner(register)
    by_key: dict[Key, list[PupilRow]] = defaultdict(list)
    for row in rows:
        by_key[row.enrolment.key].append(row)
    for group in by_key.values():
        group.sort(key=lambda row: row.enrolment.begin or date.min)
    # The order in which a file lists its rows must not matter, or importing it twice would not settle.
    pending = sorted(by_key.values(), key=_rank)
    # What one row corrects may clear up what another seemed to contradict: held is what stays so.
    while held := [group for group in pending if not planner.add(group)]:
        if len(held) == len(pending):
            break
        pending = held
    for group in held:
        planner.hold(group)
    return planner.result()


class _Planner:
    def __init__(self, register: Iterable[Person]) -> None:
        self.persons: dict[int, PersonFacts] = {}  # a negative id is new in this plan
        self.before: dict[int, PersonFacts] = {}
        self.by_key: dict[Key, int] = {}
        self.by_hash: dict[str, int] = {}
        self.by_former_hash: dict[str, int] = {}
        self.by_birth: dict[tuple[str, date], set[int]] = defaultdict(set)
        self.enrolments: dict[Key, list[Enrolment]] = defaultdict(list)
        self.schools: dict[int, set[str]] = defaultdict(set)
        self.accepted: list[tuple[Key, int, bool]] = []
        self.newest = 0
        self.ranks: dict[int, tuple[object, ...]] = {}
        self.counts = dict.fromkeys(COUNTS, 0)
        self.problems: list[Problem] = []
        self.registrations: list[RegistrationChange] = []
        for person in register:
            self._learn(person)

    def _learn(self, person: Person) -> None:
        facts = PersonFacts(
            person.naam,
            person.voornaam,
            person.birth_date,
            person.gender,
            person.official,
            person.official_hash,
        )
        self.before[person.id] = facts
        self._know(person.id, facts)
        for enrolment in person.enrolments:
            self.by_key[enrolment.key] = person.id
            self.schools[person.id].add(enrolment.school)
            self.enrolments[enrolment.key].append(enrolment)

    def _know(self, person: int, facts: PersonFacts) -> None:
        former = self.persons[person].official_hash if person in self.persons else ""
        if former not in ("", facts.official_hash):
            del self.by_hash[former]
            self.by_former_hash[former] = person
        self.persons[person] = facts
        if facts.official_hash:
            self.by_hash[facts.official_hash] = person
        if facts.birth_date:
            self.by_birth[_full_name(facts), facts.birth_date].add(person)

    def add(self, group: list[PupilRow]) -> bool:
        """Plan all rows of one key, in order of begin, of which the last knows the child's facts best.

        Returns False, with nothing planned, where the rows contradict what is known.
        """
        row, key = group[-1], group[-1].enrolment.key
        if self._conflict(group):
            return False
        person = self.by_key.get(key)
        if person is None:
            person = self._of_hash(row.facts)
        is_new = person is None
        if person is None:
            self.newest -= 1
            person = self.newest
            self._warn_of_double(row)
        self._change_facts(person, row)
        self._change_enrolments(key, person, group)
        self.accepted.append((key, person, is_new))
        return True

    def _of_hash(self, facts: PersonFacts) -> int | None:
        """Return who has the number, or had it until a row of this import brought a newer one.

        A former number that comes with a wholly different name never was that child's.
        """
        former = self.by_former_hash.get(facts.official_hash)
        if former is not None and _other_name(self.persons[former], facts):
            former = None
        return self.by_hash.get(facts.official_hash, former)

    def _conflict(self, group: list[PupilRow]) -> str:
        """Return the code of what contradicts itself, '' where nothing does."""
        facts = group[-1].facts
        of_key, of_hash = self.by_key.get(group[-1].enrolment.key), self.by_hash.get(facts.official_hash)
        if any(_other_child(row.facts, facts) for row in group[:-1]):
            return "two-children-one-key"
        if of_key is None:
            of_hash = self._of_hash(facts)
            if of_hash is None:
                return ""
            if self._second_stamnummer(of_hash, group[-1]):
                return "one-number-two-names"
            return self._contradiction(of_hash, facts, _other_name)
        if of_hash is None:
            return self._contradiction(of_key, facts, _other_pupil)
        return "two-persons" if of_key != of_hash else ""

    def _second_stamnummer(self, person: int, row: PupilRow) -> bool:
        """Tell whether a school gives the number to a second pupil of its own under another voornaam: twins."""
        return row.enrolment.school in self.schools[person] and fold(row.facts.voornaam) != fold(
            self.persons[person].voornaam
        )

    def _contradiction(
        self, person: int, facts: PersonFacts, judge: Callable[[PersonFacts, PersonFacts], str]
    ) -> str:
        """Judge a row against the person as registered and as this import has made them: either may fit."""
        now = judge(self.persons[person], facts)
        return now and judge(self.before.get(person, self.persons[person]), facts)

    def hold(self, group: list[PupilRow]) -> None:
        """Report the rows of one key as held, with the contradiction."""
        code = self._conflict(group)
        self.counts["held"] += 1
        message = {
            "two-children-one-key": _("this stamnummer stands for two different children in the file"),
            "two-persons": _("the stamnummer belongs to one pupil and the official number to another"),
            "other-birth-date-and-name": _(
                "the stamnummer belongs to a pupil of another birth date and name"
            ),
            "other-voornaam": _("the stamnummer belongs to a pupil with a wholly different voornaam"),
            "one-number-two-names": _("the official number belongs to a pupil with a different name"),
        }[code]
        for row in group:
            self.problems.append(Problem(code, _held(message), row.file, row.line, "stamnummer"))

    def _warn_of_double(self, row: PupilRow) -> None:
        facts = row.facts
        if facts.birth_date and self.by_birth.get((_full_name(facts), facts.birth_date)):
            message = _("a pupil with this name and birth date is registered already under another number")
            self.problems.append(
                Problem("possible-double", message, row.file, row.line, "stamnummer", warning=True)
            )

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
        before = self.enrolments[key]
        completed = [self._complete(row, before) for row in group]
        new = list({enrolment.begin: enrolment for enrolment in completed}.values())
        first = min(enrolment.begin or date.min for enrolment in new)
        after = [old for old in before if (old.begin or date.min) < first] + new
        after.sort(key=lambda enrolment: enrolment.begin or date.min)
        self.by_key[key] = person
        self.schools[person].add(key[0])
        if before != after:
            changed = _differences(before, after)
            self.registrations.append(RegistrationChange(key, person, tuple(after), tuple(changed)))

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

    def result(self) -> SyncPlan:
        """Return the plan: changed and new persons, changed registrations, counts, problems."""
        changes = []
        for person, known in self.persons.items():
            before = self.before.get(person)
            if known != before:
                names = [] if before is None else _differences([before], [known])
                changes.append(PersonChange(person, known, tuple(names)))
        self._count({change.person for change in changes})
        return SyncPlan(tuple(changes), tuple(self.registrations), self.counts, tuple(self.problems))

    def _count(self, changed_persons: set[int]) -> None:
        changed_keys = {registration.key for registration in self.registrations}
        for key, person, is_new in self.accepted:
            changed = person in changed_persons or key in changed_keys
            self.counts["new" if is_new else "changed" if changed else "unchanged"] += 1


def _held(message: str) -> str:
    return _("held, nothing was changed: {why}").format(why=message)


def _full_name(facts: PersonFacts) -> str:
    return fold(f"{facts.voornaam} {facts.naam}").replace(" ", "")


def _other_child(one: PersonFacts, other: PersonFacts) -> bool:
    born = one.birth_date and other.birth_date and one.birth_date != other.birth_date
    return bool(born) and _full_name(one) != _full_name(other)


def _other_pupil(known: PersonFacts, facts: PersonFacts) -> str:
    """Return the code of what speaks against a known key meaning this child."""
    if _other_child(known, facts):
        return "other-birth-date-and-name"
    return "other-voornaam" if unlike(known.voornaam, facts.voornaam) else ""


def _other_name(known: PersonFacts, facts: PersonFacts) -> str:
    """Return the code of what speaks against a known number meaning this child."""
    return "one-number-two-names" if unlike(known.voornaam, facts.voornaam) else ""


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
