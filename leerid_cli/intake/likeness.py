"""Comparing the personal data of two records: can they be one child? `matching` decides what follows from it.

The rules are docs/contract.md §5, "Identity".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256

from leerid_cli.intake.check import PupilRow
from leerid_cli.model.people import OfficialState, Person
from leerid_cli.model.plans import PersonFacts
from leerid_cli.rules.usernames import fold, unlike


def facts_of(person: Person) -> PersonFacts:
    """Return the personal data of a registered person, in the form that an enrolment file has it."""
    return PersonFacts(
        person.naam,
        person.voornaam,
        person.birth_date,
        person.gender,
        person.official,
        person.official_hash,
    )


def identity(facts: PersonFacts) -> str:
    """Return a fingerprint (hexadecimal) of name, birth date and official number.

    An answer to a conflict is kept with it, and applies as long as the files have the same personal data
    (docs/decisions/021-answers-to-conflicts.md).
    """
    born = facts.birth_date.isoformat() if facts.birth_date else ""
    return sha256("\0".join((facts.naam, facts.voornaam, born, facts.official_hash)).encode()).hexdigest()


def full_name(facts: PersonFacts) -> str:
    """Return the full name in the form that is compared: without accents, blanks and capitals."""
    return fold(f"{facts.voornaam} {facts.naam}").replace(" ", "")


def is_same_child(known: PersonFacts, facts: PersonFacts) -> bool:
    """Tell whether two records can be one child: nothing in them contradicts it."""
    return not contradiction_under_key(known, facts)


def without_number(facts: PersonFacts) -> PersonFacts:
    """Return personal data without the official number, which turned out to be another child's."""
    return replace(facts, official=OfficialState.INVALID, official_hash="")


def is_other_child(known: PersonFacts, facts: PersonFacts) -> bool:
    """Tell whether two records differ both in birth date and in name."""
    other_date = known.birth_date and facts.birth_date and known.birth_date != facts.birth_date
    return bool(other_date) and full_name(known) != full_name(facts)


def other_voornaam_same_birth_date(known: PersonFacts, facts: PersonFacts) -> bool:
    """Tell whether two records have the same birth date and both a voornaam, but not the same one.

    Such are the records of twins; were their names exchanged, each account would go to the other child.
    """
    names = {fold(known.voornaam), fold(facts.voornaam)}
    return known.birth_date == facts.birth_date is not None and len(names - {""}) == 2


def contradiction_under_key(known: PersonFacts, facts: PersonFacts) -> str:
    """Return why a row with the key of a known person cannot mean that person, as a code; '' if it can."""
    if is_other_child(known, facts):
        return "other-birth-date-and-name"
    return "other-voornaam" if unlike(known.voornaam, facts.voornaam) else ""


def contradiction_under_number(known: PersonFacts, facts: PersonFacts) -> str:
    """Return why a row with the number of a known person cannot mean that person, as a code; '' if it can."""
    return "one-number-two-names" if unlike(known.voornaam, facts.voornaam) else ""


def differences(before: Sequence[object], after: Sequence[object]) -> list[str]:
    """Return the names of the fields that differ between the last values of two lists."""
    if not before:
        return ["enrolments"]
    old, new = before[-1], after[-1]
    names = [field.name for field in fields(new) if getattr(old, field.name) != getattr(new, field.name)]  # type: ignore[arg-type]
    return names or ["enrolments"]


def keys_by_name(rows: Iterable[PupilRow]) -> dict[tuple[str, date], set[tuple[str, str]]]:
    """Return the keys under which rows have a full name and birth date; rows without birth date are left out."""
    found: dict[tuple[str, date], set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        if row.facts.birth_date:
            found[full_name(row.facts), row.facts.birth_date].add(row.enrolment.key)
    return found
