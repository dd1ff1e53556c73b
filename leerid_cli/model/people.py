"""What the register holds of a child: enrolments and at most one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class AccountType(StrEnum):
    """Follows the enrolment: basis for primary and special education, else gevorderd."""

    BASIS = "basis"
    GEVORDERD = "gevorderd"


class PasswordKind(StrEnum):
    """Word and picture belong to basis accounts, temporary to gevorderd ones."""

    WORD = "word"
    PICTURE = "picture"
    TEMPORARY = "temporary"


class Status(StrEnum):
    """Where a pupil stands, in order of precedence (contract §1)."""

    SUSPENDED = "suspended"
    CONVERT = "convert"
    ACTIVE = "active"
    LEFT = "left"
    INELIGIBLE = "ineligible"
    NONE = "none"


class OfficialState(StrEnum):
    """What is known of a pupil's rijksregister- or bisnummer; the number itself is never held."""

    VALID = "valid"
    MISSING = "missing"
    INVALID = "invalid"


class Departure(StrEnum):
    """How a pupil is gone from a school: as such, as last year's leaver, or to another school that is known."""

    DEPARTURE = "departure"
    YEAR = "year"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Gone:
    """That a complete export of a school no longer had a pupil: since when, and how."""

    on: date
    how: Departure


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One inschrijving of a pupil in a school; `begin` or `end` None means open on that side.

    `gone` belongs to the key and is the same in all its enrolments; none of them counts while it is set.
    """

    school: str
    stamnummer: str
    hoofdstructuur: str = ""
    type: AccountType = AccountType.BASIS
    vestigingsplaats: str = ""
    administratieve_groep: str = ""
    administratieve_groep_omschrijving: str = ""
    klas: str = ""
    begin: date | None = None
    end: date | None = None
    gone: Gone | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The enrolment's key: (instellingsnummer, stamnummer)."""
        return (self.school, self.stamnummer)


@dataclass(frozen=True, slots=True)
class Account:
    """A LeerID account as the store holds it; the hash is a bcrypt string and stays out of `repr`."""

    username: str
    type: AccountType
    password_kind: PasswordKind
    password_hash: str = field(repr=False)
    must_change: bool
    token: str
    suspended: str = ""
    batch: str = ""

    @property
    def password_known(self) -> bool:
        """False for an account that was taken over without its password: then the hash is ''."""
        return bool(self.password_hash)


@dataclass(frozen=True, slots=True)
class Person:
    """One child: at most one account for life, any number of enrolments."""

    id: int
    naam: str
    voornaam: str
    birth_date: date | None
    gender: str
    official: OfficialState
    official_hash: str = field(default="", repr=False)
    enrolments: tuple[Enrolment, ...] = ()
    account: Account | None = None
