"""One check of the guard: what it looks for, and from how many pupils on it takes a file for damaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from leerid_cli.intake.matching import Key, Matcher
from leerid_cli.intake.survey import SchoolImport
from leerid_cli.model.people import Enrolment
from leerid_cli.model.plans import Past, PersonFacts

Limit = tuple[int, float]
"""More pupils than the first number, and more than the second percent of them, are too many."""
# Of a school, and of a class.
SCHOOL: Limit = (3, 10)
CLASS: Limit = (3, 30)
# Of values that hardly ever change: birth dates, genders, official numbers.
RARE: Limit = (3, 3)
# More than a person's mistake, however many pupils there are.
ANY: Limit = (2, 0)
NONE: Limit = (0, 0)
Found = Mapping[Key, str]
"""Keys of pupils, each with the class that it counts for ('' for none)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may look at beside one school."""

    matcher: Matcher
    schools: Mapping[str, SchoolImport]
    today: date
    past: Past
    full: bool = False

    def is_missing(self, key: Key) -> bool:
        """Tell whether a pupil is missing in the complete file of the school."""
        school = self.schools[key[0]]
        return self.full and bool(school.order) and key not in school.order


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of change that can be damage.

    `find` returns the pupils of a school with such a change; `words` says it for the user, with `{n}` and
    `{active}`. Beyond `school`, or beyond `klas` in one class, their rows are withheld. Up to there the
    change is a person's mistake: where the check has `columns`, the values of these are not taken over, and
    the pupils are named. `contradicts`: never accepted, because the register knows better; such values are
    not taken over, however many they are.
    """

    code: str
    find: Callable[[SchoolImport, Context], Found]
    words: Callable[[], str]
    school: Limit = SCHOOL
    klas: Limit | None = None
    columns: frozenset[str] = frozenset()
    contradicts: bool = False

    def too_many(self, school: SchoolImport, found: Found) -> set[Key]:
        """Return the pupils whose rows are to be withheld."""
        if exceeds(len(found), len(school.active), self.school):
            return set(found)
        if self.klas is None:
            return set()
        classes = Counter(found.values())
        full = {
            klas
            for klas, count in classes.items()
            if klas and exceeds(count, len(school.classes.get(klas, ())), self.klas)
        }
        return {key for key, klas in found.items() if klas in full}


def exceeds(count: int, of: int, limit: Limit) -> bool:
    """Tell whether so many of these pupils are too many."""
    few, percent = limit
    return count > few and count * 100 > percent * of


def school_year(day: date | None) -> int:
    """Return the calendar year in which the school year of a day began, 0 for no day."""
    return 0 if day is None else day.year - (day < date(day.year, 9, 1))


def state(facts: PersonFacts, enrolments: Iterable[Enrolment]) -> str:
    """Return a fingerprint (hexadecimal) of all that an import can change of a pupil."""
    shown = (facts, facts.official_hash, *(replace(one, gone=None) for one in enrolments))
    return sha256(repr(shown).encode()).hexdigest()[:32]
