"""Checks of pupils who are new in a school: known elsewhere, under another number, or too old or young for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import ANY, CLASS, SCHOOL, Check, Context, Found, school_year
from leerid_cli.intake.guard.persons import where
from leerid_cli.intake.survey import Arrival, Change, SchoolImport
from leerid_cli.model.people import AccountType, Enrolment
from leerid_cli.rules.pupil_status import has_ended

# Ages, in the calendar year in which a school year begins, by the first digit of the hoofdstructuur.
AGES = {"1": (2, 8), "2": (5, 15), "3": (11, 26)}
# Of pupils without hoofdstructuur, by account type.
AGES_OF_TYPE = {AccountType.BASIS: (2, 22), AccountType.GEVORDERD: (11, 26)}


def _renumbered(school: SchoolImport, _context: Context) -> Found:
    """Return the new keys of pupils whom the school has under another one, with the class that they had."""
    return {
        arrival.key: enrolment.klas
        for arrival in school.arrivals
        for enrolment in arrival.known
        if enrolment.school == school.number
    }


def _without_zeros(school: SchoolImport, _context: Context) -> Found:
    """Return the new keys that are those of the same pupils but for zeros in front."""
    return {
        arrival.key: known.klas
        for arrival in school.arrivals
        for known in arrival.known
        if known.school == school.number and known.stamnummer.lstrip("0") == arrival.key[1].lstrip("0")
    }


def _elsewhere(school: SchoolImport, context: Context, *, same_begin: bool) -> Found:
    """Return the new pupils who are in another school of the register in the same school year.

    `same_begin`: if enrolments of more than a few of them begin on the same day, or have no begin. A pupil
    who goes from lager to secundair is none of them, but in the same enrolment.
    """
    found, equal = {}, set()
    for arrival in school.arrivals:
        for known in arrival.known:
            if known.school == school.number or known.gone or has_ended(known, context.today):
                continue
            if _goes(known, arrival, context):
                continue
            if _overlap(known, arrival.row.enrolment) or _same_number(school, known, arrival):
                found[arrival.key] = arrival.row.enrolment.klas
                equal |= {arrival.key} if _equal(known, arrival) else set()
    return found if (len(equal) > ANY[0]) == same_begin else {}


def _goes(known: Enrolment, arrival: Arrival, context: Context) -> bool:
    """Tell whether a pupil leaves the other school for a later enrolment under another stamnummer: a move."""
    begin = arrival.row.enrolment.begin
    later = begin is not None and known.begin is not None and begin > known.begin
    return later and known.stamnummer != arrival.key[1] and context.is_missing(known.key)


def _same_number(school: SchoolImport, known: Enrolment, arrival: Arrival) -> bool:
    """Tell whether a pupil comes to a known school under the stamnummer of another one.

    A school whose number is not known may be one that got a new number, with all of its pupils.
    """
    secondary = known.hoofdstructuur[:1] in "12" and arrival.row.enrolment.hoofdstructuur[:1] == "3"
    return bool(school.registered) and not secondary and known.stamnummer == arrival.key[1]


def _equal(known: Enrolment, arrival: Arrival) -> bool:
    begin = arrival.row.enrolment.begin
    same = known.begin == begin or known.stamnummer == arrival.key[1]
    return same or begin is None or known.begin is None


def _overlap(known: Enrolment, new: Enrolment) -> bool:
    if known.hoofdstructuur[:1] in "12" and new.hoofdstructuur[:1] == "3" and known.hoofdstructuur:
        return False
    if known.begin is None or new.begin is None:
        return True
    if known.end is not None and known.end < new.begin:
        return False
    return school_year(known.begin) == school_year(new.begin)


def _wrong_age(school: SchoolImport, context: Context) -> Found:
    """Return the pupils whose age is not that of their new hoofdstructuur or account type."""
    found = {
        arrival.key: arrival.row.enrolment.klas
        for arrival in school.arrivals
        if _is_wrong(arrival.row.enrolment, arrival.row.facts.birth_date, context.today)
    }
    if len(found) > len(school.arrivals) / 2:
        found = {arrival.key: arrival.row.enrolment.klas for arrival in school.arrivals}
    for change in school.changes:
        if _relevant(change) and _is_wrong(change.new[-1], change.now.birth_date, context.today):
            found[change.key] = change.klas
    return found


def _relevant(change: Change) -> bool:
    old, new = change.old[-1], change.new[-1]
    was, now = (old.hoofdstructuur, old.type), (new.hoofdstructuur, new.type)
    return was != now or change.before.birth_date != change.now.birth_date


def _is_wrong(enrolment: Enrolment, born: date | None, today: date) -> bool:
    if born is None:
        return False
    age = school_year(enrolment.begin or today) - born.year
    youngest, oldest = AGES.get(enrolment.hoofdstructuur[:1], AGES_OF_TYPE[enrolment.type])
    if enrolment.hoofdstructuur[1:2] == "2":
        oldest = max(oldest, 26)
    return not youngest <= age <= oldest


def _only_first_rows(school: SchoolImport, context: Context) -> Found:
    """Return the new pupils without class, where only the first row of a class has one: cells were merged."""
    filled = {arrival.key: arrival.row.enrolment.klas for arrival in school.arrivals}
    blank = [key for key in filled if not filled[key]]
    if not 0 < len(filled) - len(blank) < len(blank) / 2 or _alone(school, filled) is None:
        return {}
    return {key: "" for key in blank}


def _alone(school: SchoolImport, filled: dict[tuple[str, str], str]) -> bool | None:
    """Return True where the first row has a class and no two in a row have one, else None."""
    cells = list(_in_order(school, filled))
    two = any(one and other for one, other in pairwise(cells))
    return True if cells and cells[0] and not two else None


def _in_order(school: SchoolImport, filled: dict[tuple[str, str], str]) -> Iterator[str]:
    return (filled[key] for key in school.order if key in filled)


def _twice(school: SchoolImport, context: Context) -> Found:
    """Return the new keys of a number that another row of the school has too."""
    matcher = context.matcher
    seen: dict[str, tuple[str, str]] = {}
    found = {}
    arrivals = {arrival.key: arrival for arrival in school.arrivals if arrival.row.facts.official_hash}
    if not arrivals:
        return {}
    for key in sorted(school.order, key=lambda one: one in arrivals):
        person = matcher.by_key.get(key)
        number = matcher.persons[person].official_hash if person is not None else ""
        if number and seen.setdefault(number, key) != key and key in arrivals:
            found[key] = ""
    return found


def _loses(change: Change) -> bool:
    """Tell whether a value that is filled in would be empty."""
    facts = ("naam", "voornaam", "birth_date", "gender")
    if any(getattr(change.before, name) and not getattr(change.now, name) for name in facts):
        return True
    names = (
        "hoofdstructuur",
        "vestigingsplaats",
        "administratieve_groep",
        "administratieve_groep_omschrijving",
        "klas",
    )
    return any(
        getattr(old, name) and not getattr(new, name) for old, new in change.renewed() for name in names
    )


CHECKS = (
    Check(
        "mass-lost-values",
        where(_loses),
        lambda: _("{n} of {active} pupils would lose a value that is filled in now"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "mass-new-keys",
        _renumbered,
        lambda: _("{n} of {active} pupils would come back under another stamnummer"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "stamnummers-without-zeros",
        _without_zeros,
        lambda: _("the stamnummers of {n} of {active} pupils would differ in nothing but zeros in front"),
        ANY,
    ),
    Check(
        "in-another-school",
        lambda school, context: _elsewhere(school, context, same_begin=True),
        lambda: _("{n} pupils are in another school in the same enrolment"),
        ANY,
    ),
    Check(
        "moving-in-mass",
        lambda school, context: _elsewhere(school, context, same_begin=False),
        lambda: _("{n} pupils would come from another school in the middle of the school year"),
        SCHOOL,
    ),
    Check(
        "wrong-age",
        _wrong_age,
        lambda: _("the age of {n} of {active} pupils is not that of their hoofdstructuur or account type"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "classes-in-first-rows-only",
        _only_first_rows,
        lambda: _("{n} new pupils have no class, because only the first row of each class names it"),
        SCHOOL,
    ),
)
# The new pupils of a file that is damaged for a whole school.
OTHERS = Check(
    "new-pupils-of-a-damaged-file",
    lambda _school, _context: {},
    lambda: _("{n} new pupils are in the same file"),
)
TWICE = Check(
    "official-number-twice",
    _twice,
    lambda: _("the official number stands in two rows of this school"),
)
