"""The nouns of the program: frozen values that every room may hold and none may change."""

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


class ExportFormat(StrEnum):
    """What an export is written as."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


class OfficialState(StrEnum):
    """What is known of a pupil's rijksregister- or bisnummer; the number itself is never held."""

    VALID = "valid"
    MISSING = "missing"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Pictogram:
    """One picture of a picture password: a stable two-character code, category, Dutch word, icon file."""

    code: str
    category: str
    word: str
    icon: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A password in clear text, the only type that may hold one; its `repr` hides it.

    `text` is what stands in the workbook (a picture password as its eight words with single
    blanks), `pictures` the eight pictograms of a picture password in category order.
    """

    kind: PasswordKind
    text: str
    pictures: tuple[Pictogram, ...] = ()

    def __repr__(self) -> str:
        return f"Credential({self.kind.value}, hidden)"


@dataclass(frozen=True, slots=True)
class Logo:
    """A school's logo as the data address of a PNG, and its width divided by its height."""

    source: str = field(repr=False)
    ratio: float


@dataclass(frozen=True, slots=True)
class Card:
    """What one child receives on paper, and nothing more.

    `language` is one of `resources.card_languages()`.
    """

    school: str
    school_name: str
    administratieve_groep: str
    klas: str
    naam: str
    voornaam: str
    stamnummer: str
    username: str
    url: str
    type: AccountType
    credential: Credential
    issued: date
    language: str = "nl"
    contact: str = ""
    logo: Logo | None = None


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


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one place of one file; `message` never holds a password or official number."""

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pupil that a command for many left out: its id, status and the reason in words."""

    pupil: str
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a writing command did; `cli.console` turns it into a line or JSON.

    `announcements` are said even under `-q`; `skipped` names pupils that were left out, with the reason;
    `details` stand in the JSON only.
    """

    command: str
    summary: str
    status: str = "ok"
    counts: dict[str, int] = field(default_factory=dict)
    batch: str = ""
    output: str = ""
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    details: dict[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    announcements: tuple[str, ...] = ()


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
class Hold:
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
class SyncPlan:
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
    holds: tuple[Hold, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    withheld: tuple[Withheld, ...] = ()
    judged: tuple[str, ...] = ()
    merges: tuple[Merge, ...] = ()
    changed_fields: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True where carrying it out would change nothing about any child."""
        return not (self.persons or self.registrations or self.suspend or self.reactivate or self.merges)


class Issue(StrEnum):
    """Why an account gets a password; the values stand in the history."""

    CREATED = "account-created"
    RESET = "password-reset"
    CONVERTED = "account-converted"
    RENAMED = "account-renamed"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account as a batch is about to commit it: a new one, or one that exists with a new password.

    The hash stays out of `repr`.
    """

    person: int
    username: str
    type: AccountType
    password_kind: PasswordKind
    password_hash: str = field(repr=False)
    must_change: bool
    token: str
    issue: Issue = Issue.CREATED


@dataclass(frozen=True, slots=True)
class AdoptedAccounts:
    """What `adopt` writes: accounts that are new here, such whose password changes, and usernames to keep free.

    `suspended`: persons who left every school; `printed`: persons who get a card in the batch.
    """

    new: tuple[NewAccount, ...] = ()
    updated: tuple[NewAccount, ...] = ()
    usernames: tuple[str, ...] = ()
    suspended: frozenset[int] = frozenset()
    printed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Batch:
    """The accounts made by one command and the ZIP they are delivered in."""

    id: str
    command: str
    state: str
    stage: str
    final: str
    accounts: int
    sha256: str = ""
    size: int = 0
