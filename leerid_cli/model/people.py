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


class StatusReason(StrEnum):
    """Why a pupil without an account gets none."""

    LEFT = "left"
    NUMBER_MISSING = "number-missing"
    NUMBER_INVALID = "number-invalid"
    TOO_YOUNG = "too-young"
    BIRTH_DATE_MISSING = "birth-date-missing"


class KleuterRule(StrEnum):
    """From when kleuters get an account: never, from the school year in which they must go to school, always."""

    NONE = "none"
    LEERPLICHT = "leerplicht"
    ALL = "all"


class SuspendedBy(StrEnum):
    """Who suspended an account; false where nobody did."""

    NOBODY = ""
    IMPORT = "import"
    HAND = "hand"


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
    suspended: SuspendedBy = SuspendedBy.NOBODY
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


@dataclass(frozen=True, slots=True)
class PupilStatus:
    """A pupil's status on a date: the enrolment that counts (None: none) and the account type it asks for.

    `reason` says why there is no account and none may be made, None where that is not so.
    """

    status: Status
    enrolment: Enrolment | None
    type: AccountType | None
    reason: StatusReason | None = None


@dataclass(frozen=True, slots=True)
class Pupil:
    """A person with the status on the reference date (`rules.pupil_status.with_status`)."""

    person: Person
    on_date: PupilStatus

    @property
    def status(self) -> Status:
        """The status on the reference date."""
        return self.on_date.status

    @property
    def reason(self) -> StatusReason | None:
        """Why there is no account and none may be made, None where that is not so."""
        return self.on_date.reason

    @property
    def enrolment(self) -> Enrolment:
        """The enrolment that counts; of a pupil who left, the last one; an empty one where there never was any."""
        return self.on_date.enrolment or max(
            self.person.enrolments,
            key=lambda enrolment: enrolment.begin or date.min,
            default=Enrolment("", ""),
        )

    @property
    def type(self) -> AccountType:
        """The account type that the enrolment asks for; where none counts, that of the account or the last one."""
        return self.on_date.type or self.enrolment.type

    @property
    def id(self) -> str:
        """The pupil id: SCHOOL/STAMNUMMER; the username of an account that no school has a pupil for."""
        account = self.person.account
        return account.username if account and not self.person.enrolments else "/".join(self.enrolment.key)
