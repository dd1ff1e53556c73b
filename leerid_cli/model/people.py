"""What the register holds of a child: personal data, enrolments, at most one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class AccountType(StrEnum):
    """The type of an account; it follows from the enrolment (docs/sources.md, "The LeerID manual" §1)."""

    BASIS = "basis"  # primary and special education
    GEVORDERD = "gevorderd"  # ordinary secondary education


class PasswordKind(StrEnum):
    """The kind of a password (docs/contract.md §6; docs/sources.md, "The LeerID manual" §1)."""

    WORD = "word"  # of a basis account: a word with digits
    PICTURE = "picture"  # of a basis account: eight pictures
    TEMPORARY = "temporary"  # of a gevorderd account, also after the pupil has chosen another password


class Status(StrEnum):
    """The status of a pupil; the first member that applies counts (docs/contract.md §1)."""

    SUSPENDED = "suspended"  # has an account that is suspended
    CONVERT = "convert"  # has an account of another type than the enrolment asks for
    ACTIVE = "active"  # has an account
    LEFT = "left"  # has no account, and no enrolment that counts
    INELIGIBLE = "ineligible"  # has no account and may not get one now; `StatusReason` says why
    NONE = "none"  # has no account and may get one


class StatusReason(StrEnum):
    """Why a pupil has no account and gets none now (docs/contract.md §1 and §6)."""

    LEFT = "left"  # no enrolment counts
    NUMBER_MISSING = "number-missing"  # no rijksregister- or bisnummer
    NUMBER_INVALID = "number-invalid"  # a wrong one
    TOO_YOUNG = "too-young"  # a kleuter who gets no account yet by `KleuterRule`
    BIRTH_DATE_MISSING = "birth-date-missing"  # a kleuter of unknown age


class KleuterRule(StrEnum):
    """Which kleuters get an account: the setting `accounts.kleuter` (docs/contract.md §6)."""

    NONE = "none"  # no kleuter
    LEERPLICHT = "leerplicht"  # from the school year in which the child has to go to school
    ALL = "all"  # every kleuter


class SuspendedBy(StrEnum):
    """Who suspended an account. In a condition it is true where the account is suspended."""

    NOBODY = ""  # the account is not suspended
    IMPORT = "import"  # the pupil left every school; an import lifts it when the pupil is back
    HAND = "hand"  # the command `suspend`; only `reactivate` lifts it


class OfficialState(StrEnum):
    """What is known about a pupil's rijksregister- or bisnummer; the number itself is never kept."""

    VALID = "valid"  # its keyed hash is kept
    MISSING = "missing"
    INVALID = "invalid"  # a number was given, but it is wrong


class Departure(StrEnum):
    """How a pupil left a school (docs/contract.md §5, "Leaving")."""

    DEPARTURE = "departure"  # during the school year
    YEAR = "year"  # after the last school year: a year leaver
    MOVE = "move"  # the pupil is in another school of the register


@dataclass(frozen=True, slots=True)
class Gone:
    """The mark of a pupil who left a school: the day of the import that found it, and how the pupil left."""

    on: date
    how: Departure


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One enrolment (inschrijving) of a pupil in a school, from `begin` to `end`, both included.

    `school` is the instellingsnummer (six digits); None as `begin` or `end`: open on that side. `gone` is set
    where the pupil left the school: it is the same in all enrolments with this key, and none of them counts
    then.
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
        """The key (instellingsnummer, stamnummer), which means one pupil of one school."""
        return (self.school, self.stamnummer)


@dataclass(frozen=True, slots=True)
class Account:
    """A LeerID account as the store holds it.

    `password_hash` is a bcrypt string and is left out of `repr`; `must_change`: the pupil has to replace the
    password at the first sign-in; `token` is the random part of the address on the card; `batch` is the id of
    the batch that last gave it a password or a card, '' where none did.
    """

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
        """False for an account that was adopted without its password; its hash is ''."""
        return bool(self.password_hash)


@dataclass(frozen=True, slots=True)
class Person:
    """One child: any number of enrolments, at most one account for life.

    `id` is the number in the store; `official_hash` is the keyed hash of the official number, '' unless
    `official` is valid.
    """

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
    """A pupil's status on a date, as `rules.pupil_status.status_of` computes it.

    `enrolment` is the one that counts, None where none does. `type` is the account type that it asks for; of
    a suspended account, or without such an enrolment, the type of the account; None where there is neither.
    `reason` says why the pupil has no account and gets none now; None where the pupil has one or may get one.
    """

    status: Status
    enrolment: Enrolment | None
    type: AccountType | None
    reason: StatusReason | None = None


@dataclass(frozen=True, slots=True)
class Pupil:
    """A person, and the status on the reference date (`rules.pupil_status.reference_date`)."""

    person: Person
    on_date: PupilStatus

    @property
    def status(self) -> Status:
        """The status on the reference date."""
        return self.on_date.status

    @property
    def reason(self) -> StatusReason | None:
        """Why the pupil has no account and gets none now; None where the pupil has one or may get one."""
        return self.on_date.reason

    @property
    def enrolment(self) -> Enrolment:
        """The enrolment that counts; where none does, the last one; an empty one if there is none."""
        return self.on_date.enrolment or max(
            self.person.enrolments,
            key=lambda enrolment: enrolment.begin or date.min,
            default=Enrolment("", ""),
        )

    @property
    def type(self) -> AccountType:
        """The account type on the reference date; where there is none, the type of the last enrolment."""
        return self.on_date.type or self.enrolment.type

    @property
    def id(self) -> str:
        """The pupil id SCHOOL/STAMNUMMER; of an account without any enrolment, the username."""
        account = self.person.account
        return account.username if account and not self.person.enrolments else "/".join(self.enrolment.key)
