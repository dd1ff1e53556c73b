"""The status of a pupil on a date: which enrolment counts, and which account type and status follow from it.

The rules are docs/contract.md §1 and §5. Digit 1 of a hoofdstructuur is the level, digit 2 is 1 for ordinary
and 2 for special education (docs/sources.md, "Hoofdstructuur"); which account type follows from it is
docs/sources.md, "The LeerID manual" §1. When an enrolment ends: docs/sources.md, "DISCIMUS".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from leerid_cli.model.people import (
    AccountType,
    Enrolment,
    KleuterRule,
    OfficialState,
    Person,
    Pupil,
    PupilStatus,
    Status,
    StatusReason,
)
from leerid_cli.rules.usernames import fold

# A hoofdstructuur that is not in here has no LeerID accounts.
TYPE_OF_HOOFDSTRUCTUUR = {
    **dict.fromkeys(("111", "121", "211", "221", "321"), AccountType.BASIS),
    **dict.fromkeys(("311", "312", "313"), AccountType.GEVORDERD),
}
KLEUTER = ("111", "121")
# Compulsory education begins on 1 September of the year in which a child reaches this age (docs/sources.md,
# "Kleuters").
LEERPLICHT_AGE = 5
# In that year most children go to the lager onderwijs.
LAGER_AGE = 6


def reference_date(today: date) -> date:
    """Return the date for which status is computed: today, from 15 to 31 August the coming 1 September."""
    if today.month == 8 and today.day >= 15:
        return date(today.year, 9, 1)
    return today


def _includes(enrolment: Enrolment, on: date) -> bool:
    begun = enrolment.begin is None or enrolment.begin <= on
    return begun and (enrolment.end is None or on <= enrolment.end)


def _ran_out(enrolment: Enrolment, on: date) -> bool:
    """Tell whether an enrolment ended on the last 31 August before the date; that alone is not leaving."""
    year = on.year if on >= date(on.year, 9, 1) else on.year - 1
    return enrolment.end == date(year, 8, 31)


def has_ended(enrolment: Enrolment, on: date) -> bool:
    """Tell whether an enrolment ended before the date, not on 31 August (docs/contract.md §5, "Leaving")."""
    end = enrolment.end
    return end is not None and end < on and (end.month, end.day) != (8, 31)


def _begin(enrolment: Enrolment) -> date:
    return enrolment.begin or date.min


def present_enrolment(
    enrolments: Iterable[Enrolment], on: date, keep: AccountType | None = None
) -> Enrolment | None:
    """Return the enrolment that counts on a date, None where none does (docs/contract.md §1).

    It is one that includes the date, else the next to come, else one that ended on the last 31 August.
    Enrolments of a school that the pupil has left do not count. Of several that include the date, those of
    the type `keep` (that of the pupil's account) go first, then the one that began last.
    """
    known = tuple(enrolment for enrolment in enrolments if enrolment.gone is None)
    if current := [enrolment for enrolment in known if _includes(enrolment, on)]:
        return max(current, key=lambda enrolment: (enrolment.type == keep, _begin(enrolment)))
    if coming := [enrolment for enrolment in known if enrolment.begin and enrolment.begin > on]:
        return min(coming, key=_begin)
    return max((e for e in known if _ran_out(e, on)), key=_begin, default=None)


def _ineligible(person: Person, enrolment: Enrolment, on: date, kleuter: KleuterRule) -> StatusReason | None:
    """Return why a person with this enrolment may not get an account on the date, None if the person may."""
    if person.official is OfficialState.MISSING:
        return StatusReason.NUMBER_MISSING
    if person.official is OfficialState.INVALID:
        return StatusReason.NUMBER_INVALID
    if kleuter is KleuterRule.ALL or not _may_be_kleuter(person, enrolment):
        return None
    known = enrolment.hoofdstructuur in KLEUTER
    if known and kleuter is KleuterRule.NONE:
        return StatusReason.TOO_YOUNG
    if person.birth_date is None:
        return StatusReason.BIRTH_DATE_MISSING
    age = LEERPLICHT_AGE if kleuter is KleuterRule.LEERPLICHT else LAGER_AGE
    from_date = date(person.birth_date.year + age, 9, 1)
    return None if max(on, _begin(enrolment)) >= from_date else StatusReason.TOO_YOUNG


def _may_be_kleuter(person: Person, enrolment: Enrolment) -> bool:
    """Tell whether a child is a kleuter, or can be one by the birth date where the hoofdstructuur is unknown."""
    unknown = not enrolment.hoofdstructuur and enrolment.type is AccountType.BASIS
    return enrolment.hoofdstructuur in KLEUTER or (unknown and person.birth_date is not None)


def status_of(person: Person, on: date, kleuter: KleuterRule) -> PupilStatus:
    """Return the status of a person on a date (docs/contract.md §1).

    `kleuter` is the setting `accounts.kleuter`.
    """
    account = person.account
    enrolment = present_enrolment(person.enrolments, on, account.type if account else None)
    wanted = enrolment.type if enrolment else None
    if account:
        if account.suspended:
            return PupilStatus(Status.SUSPENDED, enrolment, account.type)
        moved = wanted not in (None, account.type)
        return PupilStatus(Status.CONVERT if moved else Status.ACTIVE, enrolment, wanted or account.type)
    if enrolment is None:
        return PupilStatus(Status.LEFT, None, None, StatusReason.LEFT)
    reason = _ineligible(person, enrolment, on, kleuter)
    return PupilStatus(Status.INELIGIBLE if reason else Status.NONE, enrolment, wanted, reason)


def class_list_order(pupil: Pupil) -> tuple[object, ...]:
    """Return the sort key of cards and lists: school, class, naam, voornaam (docs/contract.md §8)."""
    enrolment, person = pupil.enrolment, pupil.person
    return (
        enrolment.school,
        natural_order(enrolment.klas),
        fold(person.naam),
        fold(person.voornaam),
        enrolment.stamnummer,
    )


def natural_order(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key under which class 2A comes before 10A."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def with_status(persons: Iterable[Person], on: date, kleuter: KleuterRule) -> list[Pupil]:
    """Return persons with their status on a date, as `status_of` computes it."""
    return [Pupil(person, status_of(person, on, kleuter)) for person in persons]
