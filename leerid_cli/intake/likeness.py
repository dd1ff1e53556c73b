"""Whether two records can be one child, from what an enrolment file says of it; decides nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from leerid_cli.model.people import OfficialState, Person
from leerid_cli.model.plans import PersonFacts
from leerid_cli.rules.usernames import fold, unlike


def facts_of(person: Person) -> PersonFacts:
    """Return what an enrolment file could say of a registered person."""
    return PersonFacts(
        person.naam,
        person.voornaam,
        person.birth_date,
        person.gender,
        person.official,
        person.official_hash,
    )


def identity(facts: PersonFacts) -> str:
    """Return a fingerprint of whom a row means; an answer holds as long as the file says the same."""
    born = facts.birth_date.isoformat() if facts.birth_date else ""
    return sha256("\0".join((facts.naam, facts.voornaam, born, facts.official_hash)).encode()).hexdigest()


def full_name(facts: PersonFacts) -> str:
    """Return the name as it is compared: without accents, blanks and case."""
    return fold(f"{facts.voornaam} {facts.naam}").replace(" ", "")


def is_same_child(one: PersonFacts, other: PersonFacts) -> bool:
    """Tell whether nothing speaks against two records being one child."""
    return not other_pupil(one, other)


def without_number(facts: PersonFacts) -> PersonFacts:
    """Return facts whose official number turned out to be another child's."""
    return replace(facts, official=OfficialState.INVALID, official_hash="")


def other_child(one: PersonFacts, other: PersonFacts) -> bool:
    """Tell whether two records have another birth date and another name."""
    born = one.birth_date and other.birth_date and one.birth_date != other.birth_date
    return bool(born) and full_name(one) != full_name(other)


def other_pupil(known: PersonFacts, facts: PersonFacts) -> str:
    """Return the code of what speaks against a known key meaning this child."""
    if other_child(known, facts):
        return "other-birth-date-and-name"
    return "other-voornaam" if unlike(known.voornaam, facts.voornaam) else ""


def other_name(known: PersonFacts, facts: PersonFacts) -> str:
    """Return the code of what speaks against a known number meaning this child."""
    return "one-number-two-names" if unlike(known.voornaam, facts.voornaam) else ""
