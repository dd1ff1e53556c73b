"""Matching the rows of an import to the persons of the register (docs/contract.md §5, "Identity").

A person is known by keys (instellingsnummer, stamnummer) and by the keyed hash of the official number. Where
these two, or key and name, mean different children, the rows are held: nothing is overwritten, and nobody is
merged by guess. That one pupil may have several rows is docs/sources.md, "DISCIMUS".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property

from leerid_cli.intake import held_rows
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.hold_reasons import SIBLINGS, held, why_held
from leerid_cli.intake.likeness import (
    contradiction_under_key,
    contradiction_under_number,
    differences,
    facts_of,
    full_name,
    identity,
    is_other_child,
    keys_by_name,
    other_voornaam_same_birth_date,
    without_number,
)
from leerid_cli.intake.official import gender_of
from leerid_cli.model.people import Account, Enrolment, OfficialState, Person
from leerid_cli.model.plans import DOUBLE, HeldRow, Past, PersonFacts
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
"""(instellingsnummer, stamnummer)."""


@dataclass(frozen=True, slots=True)
class Pupils:
    """What the files of one import have: usable rows, and what can be read of the others.

    `unusable` are the keys of rows that cannot be used, but show that their pupil is in the school;
    `unusable_facts` are the personal data in such rows. `illegible` are the schools with a row whose
    stamnummer cannot be read, '' where its school cannot be read either.
    """

    rows: Sequence[PupilRow]
    unusable: frozenset[Key] = frozenset()
    illegible: frozenset[str] = frozenset()
    unusable_facts: tuple[PersonFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The date of an import, and what its operator allowed and answered.

    `full`: the files are complete, so pupils who are missing in them have left. `max_departures` is a
    percentage. `accepted` are the numbers of `--accept`, by school. `answers` says for (school, stamnummer,
    `likeness.identity`) which person the rows mean; None: they change nothing that contradicts the register.
    `reserved` are persons for whom another run is making cards: they are merged with nobody now. `past` is what is
    known of earlier imports; `older`: files of an earlier school year are let in; `encoding_named`: the operator
    named it, so names of new pupils are taken as they are.
    """

    today: date
    full: bool = False
    max_departures: float = 10
    accepted: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, str], int | None] = field(default_factory=dict)
    reserved: Collection[int] = ()
    past: Past = field(default_factory=Past)
    older: bool = False
    encoding_named: bool = False


def match(rows: Sequence[PupilRow], register: Iterable[Person], rules: Rules) -> Matcher:
    """Return the register as it would be after these rows, and what was held or reported on the way."""
    matcher = Matcher(register, rules, rows)
    by_key: dict[Key, list[PupilRow]] = defaultdict(list)
    for row in rows:
        by_key[row.enrolment.key].append(row)
    for group in by_key.values():
        group.sort(key=lambda row: row.enrolment.begin or date.min)
    # Not in the order of the file: else importing the same rows again, in another order, could change
    # something.
    pending = sorted(by_key.values(), key=_rank)
    # A row can correct what made another one look contradictory, so the others are tried again as long as
    # some fit.
    while held := [group for group in pending if not matcher.add(group)]:
        if len(held) == len(pending):
            break
        pending = held
    for group in held:
        matcher.hold(group)
    return matcher


class Matcher:
    """The register in memory, while the rows of an import are matched to it, one key after the other.

    Persons are meant by their id; a negative id is a person who is new in this import.
    """

    def __init__(self, register: Iterable[Person], rules: Rules, rows: Sequence[PupilRow] = ()) -> None:
        self.rules, self.rows = rules, rows
        # Personal data before the import, and with the rows so far.
        self.before: dict[int, PersonFacts] = {}
        self.persons: dict[int, PersonFacts] = {}
        # Whose a key is, which keys a person has, and whose a key was that a row gave to another person.
        self.by_key: dict[Key, int] = {}
        self.keys: dict[int, set[Key]] = defaultdict(set)
        self.former: dict[Key, int] = {}
        # Whose an official number (as keyed hash) is, and whose it was before a row brought another one.
        self.by_hash: dict[str, int] = {}
        self.by_former_hash: dict[str, int] = {}
        # Who has this full name and birth date.
        self.by_birth: dict[tuple[str, date], set[int]] = defaultdict(set)
        # Enrolments before the import, and with the rows so far.
        self.enrolments: dict[Key, list[Enrolment]] = {}
        self.after: dict[Key, tuple[Enrolment, ...]] = {}
        self.accounts: dict[int, Account] = {}
        # The keys whose rows were taken over: (key, person, whether the person is new).
        self.accepted: list[tuple[Key, int, bool]] = []
        # The rank of the row from which a person's data were taken.
        self.ranks: dict[int, tuple[object, ...]] = {}
        # Of new persons: the registered persons of the same name and birth date.
        self.doubles: dict[Key, set[int]] = {}
        self.holds: list[HeldRow] = []
        self.problems: list[Problem] = []
        for person in register:
            self._add_registered(person)
        self.newest = min([0, *self.persons])  # the last negative id that was given
        self.after = {key: tuple(enrolments) for key, enrolments in self.enrolments.items()}

    def _add_registered(self, person: Person) -> None:
        facts = facts_of(person)
        self.before[person.id] = facts
        self._set_facts(person.id, facts)
        for enrolment in person.enrolments:
            self.assign(enrolment.key, person.id)
            self.enrolments.setdefault(enrolment.key, []).append(enrolment)
        if person.account:
            self.accounts[person.id] = person.account

    def assign(self, key: Key, person: int) -> None:
        """Make a key this person's, whoever had it before."""
        former = self.by_key.get(key, person)
        if former != person:
            self.former[key] = former
            self.keys[former].discard(key)
        self.by_key[key] = person
        self.keys[person].add(key)

    def _set_facts(self, person: int, facts: PersonFacts) -> None:
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
        """Take over the rows of one key, which are in the order of their begin; return whether they fit.

        The personal data are those of the last row. Where the rows contradict the register, or each other,
        nothing is taken over.
        """
        row, key = group[-1], group[-1].enrolment.key
        if self._is_being_served(group):
            return False
        if (answer := (*key, identity(row.facts))) in self.rules.answers:
            person, group = self._apply_answer(group, self.rules.answers[answer])
        elif self._conflict(group):
            return False
        else:
            person = self.by_key.get(key)
            person = self._owner_of_number(row.facts) if person is None else person
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

    def _is_being_served(self, group: list[PupilRow]) -> bool:
        """Tell whether an answer would join two persons now, while a run is making cards for one of them."""
        key = group[-1].enrolment.key
        linked = self.rules.answers.get((*key, identity(group[-1].facts)))
        owner = self.by_key.get(key, linked)
        return linked is not None and owner != linked and not {owner, linked}.isdisjoint(self.rules.reserved)

    def _apply_answer(self, group: list[PupilRow], linked: int | None) -> tuple[int | None, list[PupilRow]]:
        """Return the person whom an answer says the rows mean, and what of the rows the answer lets through.

        The answer is a person (`link`), or None (`keep`). With `link` the rows are taken over, but for an
        official number that another person has. With `keep` nothing is taken over that contradicts the person
        of the key; where the key is nobody's, the rows mean a new person, without an official number that
        another one has.
        """
        facts = group[-1].facts
        group = [row for row in group if not is_other_child(row.facts, facts)]
        key_owner = self.by_key.get(group[-1].enrolment.key)
        person = linked if linked in self.persons else key_owner
        if person is None:
            own = facts if self._owner_of_number(facts) is None else without_number(facts)
            return None, [replace(row, facts=own) for row in group]
        known = self.persons[person]
        if person != linked:
            fitting = [row for row in group if not contradiction_under_key(known, row.facts)]
            return person, [replace(row, facts=known) for row in fitting]
        if self.by_hash.get(facts.official_hash, person) != person:
            facts = replace(facts, official=known.official, official_hash=known.official_hash)
        return person, [replace(row, facts=facts) for row in group]

    def _owner_of_number(self, facts: PersonFacts) -> int | None:
        """Return whose the official number is, or was until a row of this import brought another; else None.

        Where a former number comes with a wholly different name, it was not really that person's.
        """
        former = self.by_former_hash.get(facts.official_hash)
        if former is not None and contradiction_under_number(self.persons[former], facts):
            former = None
        return self.by_hash.get(facts.official_hash, former)

    def _conflict(self, group: list[PupilRow]) -> str:
        """Return why the rows of one key are held, as a code (`why_held`); '' where they fit."""
        row, facts = group[-1], group[-1].facts
        if self._is_being_served(group):
            return "being-served"
        if any(is_other_child(other.facts, facts) for other in group[:-1]):
            return "two-children-one-key"
        key_owner, number_owner = self.by_key.get(row.enrolment.key), self.by_hash.get(facts.official_hash)
        if key_owner is None:
            number_owner = self._owner_of_number(facts)
            if number_owner is None:
                return ""
            if self._second_stamnummer(number_owner, row):
                return "one-number-two-names"
            return self._contradiction(number_owner, facts, contradiction_under_number)
        if number_owner is None:
            contradiction = self._contradiction(key_owner, facts, contradiction_under_key)
            return contradiction or (SIBLINGS if self._perhaps_siblings(key_owner, row) else "")
        return "two-persons" if key_owner != number_owner else ""

    def _second_stamnummer(self, person: int, row: PupilRow) -> bool:
        """Tell whether the row gives a person's number to another pupil of the same school: perhaps twins.

        That is so where the person has a stamnummer in that school already, and the voornaam differs.
        """
        has_school = any(school == row.enrolment.school for school, _number in self.keys[person])
        return has_school and fold(row.facts.voornaam) != fold(self.persons[person].voornaam)

    @cached_property
    def shown(self) -> dict[tuple[str, date], set[Key]]:
        """The keys under which the files have a full name and birth date."""
        return keys_by_name(self.rows)

    def _perhaps_siblings(self, person: int, row: PupilRow) -> bool:
        """Tell whether one of two names that differ in the voornaam is another pupil's, here or in the files."""
        known, facts = self.before[person], row.facts
        if not other_voornaam_same_birth_date(known, facts) or facts.birth_date is None:
            return False
        named_so = self.by_birth.get((full_name(facts), facts.birth_date), set())
        shown = self.shown.get((full_name(known), facts.birth_date), set())
        return bool(named_so - {person} or shown - self.keys[person])

    def _contradiction(
        self, person: int, facts: PersonFacts, compare: Callable[[PersonFacts, PersonFacts], str]
    ) -> str:
        """Return why a row contradicts a person, both as registered and as changed by this import."""
        now = compare(self.persons[person], facts)
        return now and compare(self.before.get(person, self.persons[person]), facts)

    def hold(self, group: list[PupilRow]) -> None:
        """Hold the rows of one key: report why, and keep them for an answer."""
        code = self._conflict(group)
        key, facts = group[-1].enrolment.key, group[-1].facts
        for row in group:
            self.problems.append(Problem(code, held(code), row.file, row.line, "stamnummer"))
        owners = (self.by_key.get(key), self._owner_of_number(facts))
        concerned = dict.fromkeys((*owners, *sorted(self.possible_persons(facts))))
        persons = tuple(person for person in concerned if person is not None)
        self.holds.append(HeldRow(key, code, persons, held_rows.dumps(group)))

    def _warn_of_double(self, row: PupilRow) -> None:
        """Report a new person with the name and birth date of another person."""
        facts = row.facts
        alike = self.by_birth.get((full_name(facts), facts.birth_date)) if facts.birth_date else None
        if alike:
            self.problems.append(
                Problem(DOUBLE, why_held(DOUBLE), row.file, row.line, "stamnummer", warning=True)
            )
            self.holds.append(HeldRow(row.enrolment.key, DOUBLE, tuple(sorted(alike))))
            self.doubles[row.enrolment.key] = set(alike)

    def _change_facts(self, person: int, row: PupilRow) -> None:
        """Take over the personal data of a row, unless those of a row of higher rank were taken over before.

        Columns that its file lacks change nothing, and a missing or wrong official number does not replace a
        valid one.
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
            if gender_of(known.gender) == gender_of(facts.gender):  # m is M
                kept["gender"] = known.gender
            facts = replace(facts, **kept)
        self._set_facts(person, facts)

    def _change_enrolments(self, key: Key, person: int, group: list[PupilRow]) -> None:
        """Replace the enrolments of a key from the first begin in the file on; earlier ones stay.

        Why: docs/decisions/003-enrolments-are-replaced-from-the-first-begin.md.
        """
        before = self.enrolments.get(key, [])
        completed = [self._complete(row, before) for row in group]
        new = list({enrolment.begin: enrolment for enrolment in completed}.values())
        first = min(enrolment.begin or date.min for enrolment in new)
        after = [old for old in before if (old.begin or date.min) < first] + new
        after.sort(key=lambda enrolment: enrolment.begin or date.min)
        back = not all(has_ended(row.enrolment, self.rules.today) for row in group)
        gone = before[0].gone if before and not back else None
        self.assign(key, person)
        self.after[key] = tuple(
            enrolment if enrolment.gone == gone else replace(enrolment, gone=gone) for enrolment in after
        )

    @staticmethod
    def _complete(row: PupilRow, before: list[Enrolment]) -> Enrolment:
        """Return the enrolment of a row, with what its file has no column for as it is in the register."""
        old = next(
            (old for old in before if old.begin == row.enrolment.begin), before[-1] if before else None
        )
        if old is None:
            return row.enrolment
        kept = {column: getattr(old, column) for column in _ENROLMENT_COLUMNS if column not in row.columns}
        if "begin" not in row.columns:
            kept |= {"begin": old.begin}
        return replace(row.enrolment, **kept)

    def possible_persons(self, facts: PersonFacts) -> set[int]:
        """Return the persons that personal data may mean: by official number, or by name and birth date."""
        owner = self._owner_of_number(facts) if facts.official_hash else None
        alike = self.by_birth.get((full_name(facts), facts.birth_date), set()) if facts.birth_date else set()
        return alike | ({owner} if owner is not None else set())

    def open_doubles(self, person: int) -> Iterator[Key]:
        """Yield the keys of a person's possible doubles about whom no answer was given.

        They have the same name and birth date. An answer, `link` or `keep`, settles who they are.
        """
        facts = self.persons[person]
        alike = self.by_birth.get((full_name(facts), facts.birth_date), set()) if facts.birth_date else set()
        for other in alike - {person}:
            fingerprint = identity(self.persons[other])
            if not any((*key, fingerprint) in self.rules.answers for key in self.keys[other]):
                yield from self.keys[other]

    def changed_persons(self) -> dict[int, tuple[str, ...]]:
        """Return the persons who are new or changed, each with the names of the changed fields."""
        return {
            person: tuple(differences([self.before[person]], [known])) if person in self.before else ()
            for person, known in self.persons.items()
            if known != self.before.get(person)
        }

    def changed_keys(self) -> dict[Key, tuple[str, ...]]:
        """Return the keys whose enrolments or person changed, each with the names of the changed fields."""
        return {
            key: tuple(differences(self.enrolments.get(key, ()), after))
            for key, after in self.after.items()
            if tuple(self.enrolments.get(key, ())) != after or key in self.former
        }

    def is_somewhere(self, person: int) -> bool:
        """Tell whether a person is a pupil of any school after the import (`is_live`)."""
        return any(is_live(self.after[key], self.rules.today) for key in self.keys[person])


def is_live(enrolments: Iterable[Enrolment], today: date) -> bool:
    """Tell whether the enrolments of one key make a pupil of the school: one has neither ended nor was left.

    An enrolment that ended on a 31 August does not count as ended (`rules.pupil_status.has_ended`).
    """
    return any(enrolment.gone is None and not has_ended(enrolment, today) for enrolment in enrolments)


def _rank(group: Sequence[PupilRow]) -> tuple[object, ...]:
    """Return how far the rows of a key are trusted, as a sort key: the higher, the more.

    Rows with an official number are above those without, then comes the later begin, then the key. Why:
    docs/decisions/015-rows-in-the-order-of-belief.md.
    """
    row = group[-1]
    return (bool(row.facts.official_hash), row.enrolment.begin or date.min, row.enrolment.key)
