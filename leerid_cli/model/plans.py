"""What an import would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from leerid_cli.model.people import Enrolment, OfficialState
from leerid_cli.model.reports import Problem


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What an enrolment file says of a child, apart from where it goes to school."""

    naam: str
    voornaam: str
    birth_date: date | None
    gender: str
    official: OfficialState
    official_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """New facts for the person with this id; a negative id stands for one that is new in this plan."""

    person: int
    facts: PersonFacts
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegistrationChange:
    """All enrolments that a key (instellingsnummer, stamnummer) of this person has from now on."""

    key: tuple[str, str]
    person: int
    enrolments: tuple[Enrolment, ...]
    fields: tuple[str, ...] = ()


DOUBLE = "possible-double"
"""The code of a pupil who is registered, but may be somebody who was registered already."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Rows of one key that contradict what is known, kept until somebody answers (`conflicts`).

    `persons` are the children it may be about; `rows` is JSON, empty where the pupil is registered
    all the same and only may be somebody's double.
    """

    key: tuple[str, str]
    code: str
    persons: tuple[int, ...]
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What an import did not do to a school because it looks like a mistake; `pupils` counts those concerned."""

    school: str
    code: str
    pupils: int
    message: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Two records that are one child: `person` goes into `into`, with its account where `with_account`.

    Where an account stays behind because both had one, it is suspended.
    """

    person: int
    into: int
    with_account: bool


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would change, its counts, and what it held, withheld or warns about.

    `suspend` and `reactivate` are persons whose account follows them out of, or back to, school;
    `left`, `moved` and `returned` the keys behind it; `settled` the keys no longer held; `judged`
    the schools whose departures were looked for; `changed_fields` how many changed pupils change in which field.
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
    holds: tuple[HeldRow, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    judged: tuple[str, ...] = ()
    merges: tuple[Merge, ...] = ()
    changed_fields: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True where carrying it out would change nothing about any child."""
        return not (self.persons or self.registrations or self.suspend or self.reactivate or self.merges)
