"""`ImportPlan`: what an import would change in the register, and the values it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from leerid_cli.model.people import Enrolment, OfficialState
from leerid_cli.model.reports import Problem


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The personal data of a child in an enrolment file: everything but its enrolments.

    `official_hash` is the keyed hash of the official number, '' unless `official` is valid.
    """

    naam: str
    voornaam: str
    birth_date: date | None
    gender: str
    official: OfficialState
    official_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """New personal data of the person with this id; a negative id means a person who is new in this plan.

    `fields` names what changes, and is empty for a new person.
    """

    person: int
    facts: PersonFacts
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistrationChange:
    """All enrolments of a key (instellingsnummer, stamnummer) after the import, and the person it belongs to.

    `fields` names what changes.
    """

    key: tuple[str, str]
    person: int
    enrolments: tuple[Enrolment, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of earlier imports: the day of the last one by school, and what the newest one changed.

    `former` has, by key, the fingerprint (`intake.guard.check.state`) of a pupil as it was before the newest
    import that changed something in the school.
    """

    imported: Mapping[str, date] = field(default_factory=dict)
    former: Mapping[tuple[str, str], str] = field(default_factory=dict)


DOUBLE = "possible-double"
"""The code of a pupil who is registered, but may be the same child as another registered pupil."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """The rows of one key that contradict the register, kept until somebody answers (`leerid conflicts`).

    `code` is the reason (`intake.hold_reasons.why_held`); `persons` are the ids of the persons that the rows may
    be about; `rows` is JSON (`intake.held_rows`), empty for a possible double, whose rows were imported.
    """

    key: tuple[str, str]
    code: str
    persons: tuple[int, ...]
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A value that an import did not take over: the pupil's key, the field, and the value before and in the file.

    Official numbers are not in it.
    """

    key: tuple[str, str]
    field: str
    old: str
    new: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Departures or changes that an import does not carry out for a school, because they look like a mistake.

    `code` is the reason (docs/formats.md), `pupils` the number of pupils concerned, `message` the text for
    the user. `quiet`: this is expected (in summer), so the exit code stays 0.
    """

    school: str
    code: str
    pupils: int
    message: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Two persons of the register are one child: person `person` becomes part of person `into` (both ids).

    `with_account`: the account of `person` becomes that of `into`.
    """

    person: int
    into: int
    with_account: bool


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would change in the register, and what there is to report about it.

    A key is (instellingsnummer, stamnummer). `persons` and `registrations` are the changes; `suspend` and
    `reactivate` ids of persons whose account is suspended because they left every school, or made active
    again because they are back. `left`, `moved` and `returned` are keys of pupils who left a school, moved to
    another one, or are back; `renumbered` pairs of keys, the old and the new one, of pupils who have another
    stamnummer in the same school. `holds` are rows that are kept for an answer, `settled` keys that are no longer
    held, `withheld` what is not carried out for a school. `judged` are the schools in which departures were
    looked for. `counts` are those of the report (docs/contract.md §4), `changed_fields` says how many pupils
    change in which field.

    Of the import guard: `details` are values that were not taken over; `former` has, for each pupil who
    changes, a fingerprint of what the register has now; `too_old` counts, by school, the pupils for whom the
    register already has a later school year. `on` is the date of the import.
    """

    persons: tuple[PersonChange, ...]
    registrations: tuple[RegistrationChange, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...]
    suspend: tuple[int, ...] = ()
    reactivate: tuple[int, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    returned: tuple[tuple[str, str], ...] = ()
    renumbered: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()
    holds: tuple[HeldRow, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    judged: tuple[str, ...] = ()
    merges: tuple[Merge, ...] = ()
    changed_fields: dict[str, int] = field(default_factory=dict)
    details: tuple[Detail, ...] = ()
    former: tuple[tuple[tuple[str, str], str], ...] = ()
    too_old: dict[str, int] = field(default_factory=dict)
    on: date | None = None

    @property
    def is_empty(self) -> bool:
        """True where the plan changes no person, enrolment or account."""
        return not (self.persons or self.registrations or self.suspend or self.reactivate or self.merges)
