"""Rows of accounts that exist already, and the register, to what is taken over: one pure planner.

LeerID issued these usernames, so each one is kept from being given out here, whatever else is wrong
with its row. Where file and register, or two rows, contradict each other nothing is taken over.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _
from leerid_cli.intake.adoption_rows import AdoptionRow, whole_number
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import Account, AccountType, PasswordKind, Person
from leerid_cli.model.reports import Problem
from leerid_cli.rules import passwords
from leerid_cli.rules.pictograms import Catalogue
from leerid_cli.rules.usernames import flaw, unlike

_KINDS = {
    "woord": PasswordKind.WORD,
    "afbeelding": PasswordKind.PICTURE,
    "tijdelijk": PasswordKind.TEMPORARY,
    **{kind.value: kind for kind in PasswordKind},
}
_TYPE_OF_KIND = {
    PasswordKind.WORD: AccountType.BASIS,
    PasswordKind.PICTURE: AccountType.BASIS,
    PasswordKind.TEMPORARY: AccountType.GEVORDERD,
}
# From this length on a gevorderd password is one that the pupil chose (the LeerID manual §1).
_CHOSEN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Registered:
    """A person of the register, the account type the enrolment asks for, the kind a basis account would have."""

    person: Person
    type: AccountType
    basis_kind: PasswordKind


@dataclass(frozen=True, slots=True)
class Known:
    """What is here already: the pupils, the usernames that cannot be given out (whose, None: nobody's)."""

    pupils: Sequence[Registered]
    usernames: Mapping[str, int | None]
    catalogue: Catalogue
    portal_url: str
    school: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """The account of one registered pupil as the files tell it; `account`: the one that is here already.

    `credential` None: the files do not tell the password. `token` '': a new one is to be drawn.
    """

    row: AdoptionRow
    person: Person
    username: str
    type: AccountType
    kind: PasswordKind
    credential: Credential | None
    token: str
    account: Account | None

    @property
    def must_change(self) -> bool:
        """True where the password is one that the pupil has to replace at the first sign-in."""
        known = self.credential
        return self.kind is PasswordKind.TEMPORARY and known is not None and len(known.text) < _CHOSEN_LENGTH


@dataclass(frozen=True, slots=True)
class AdoptionPlan:
    """What the files come to: accounts, all usernames that are in use, problems, addresses of another portal."""

    adoptions: tuple[Adoption, ...]
    usernames: tuple[str, ...]
    problems: tuple[Problem, ...]
    other_addresses: int = 0


@dataclass(slots=True)
class _Claim:
    """A row that is understood: this key has this username; `pupil` None: nobody registered has the key."""

    row: AdoptionRow
    key: tuple[str, str]
    username: str
    type: AccountType | None
    kind: PasswordKind | None
    pupil: Registered | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def child(self) -> object:
        """What tells one child from another: the person, or the key of one who is not registered."""
        return self.pupil.person.id if self.pupil else self.key

    def clash(self, column: str, code: str, message: str) -> None:
        self.problems.append(self.row.problem(column, code, message))


def plan_adoption(rows: Sequence[AdoptionRow], known: Known) -> AdoptionPlan:
    """Return what taking over these rows would do; `problems` has one at least for each row that is left out."""
    return _Planner(known).plan(rows)


def usernames(rows: Iterable[AdoptionRow]) -> tuple[str, ...]:
    """Return every username of the rows that can be one, each once in whatever case."""
    sound = (username for row in rows if not flaw(username := row.cell("username")))
    return tuple({username.lower(): username for username in sound}.values())


class _Planner:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.by_key = {
            enrolment.key: pupil for pupil in known.pupils for enrolment in pupil.person.enrolments
        }
        self.by_number: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        for school, stamnummer in self.by_key:
            self.by_number[school, stamnummer.lstrip("0")].add((school, stamnummer))
        schools = {school for school, _stamnummer in self.by_key}
        self.school = known.school or (schools.pop() if len(schools) == 1 else "")
        self.tokens = {
            pupil.person.account.token: pupil.person.id for pupil in known.pupils if pupil.person.account
        }
        self.problems: list[Problem] = []
        self.other_addresses = 0

    def plan(self, rows: Sequence[AdoptionRow]) -> AdoptionPlan:
        claims = [claim for row in rows if (claim := self._understood(row))]
        for claim in claims:
            self._find(claim)
        self._compare_rows(claims)
        by_child: dict[object, list[_Claim]] = defaultdict(list)
        for claim in claims:
            self.problems += claim.problems
            if not claim.problems:
                by_child[claim.child].append(claim)
        adoptions = [found for group in by_child.values() if (found := self._adoption(group))]
        return AdoptionPlan(tuple(adoptions), usernames(rows), tuple(self.problems), self.other_addresses)

    def _understood(self, row: AdoptionRow) -> _Claim | None:
        """Return what a row says by itself; None, with every problem reported, where that is nothing."""
        if found := [row.problem(*problem) for problem in flaws(row)]:
            self.problems += found
            return None
        key = (_school(row) or self.school, _stamnummer(row))
        type_, kind = row.cell("type").lower(), _KINDS.get(row.cell("kind").lower())
        return _Claim(row, key, row.cell("username"), AccountType(type_) if type_ else None, kind)

    def _find(self, claim: _Claim) -> None:
        """Find whose key it is, by the stamnummer without leading zeros if need be, and compare the names."""
        key = claim.key
        if key not in self.by_key:
            alike = self.by_number.get((key[0], key[1].lstrip("0")), set())
            key = next(iter(alike)) if len(alike) == 1 else key
        claim.pupil = self.by_key.get(key)
        if claim.pupil is None:
            message = _(
                "this pupil is not in the register: import the enrolments, then adopt again; "
                "the username is not given to anybody else meanwhile"
            )
            claim.clash("stamnummer", "not-registered", message)
            return
        person, row = claim.pupil.person, claim.row
        for column, name in (("voornaam", person.voornaam), ("naam", person.naam)):
            if unlike(name, row.cell(column)):
                message = _(
                    "the pupil with this stamnummer has a wholly different name in the register; "
                    "is the school right? If it is the same child, correct the name in the file"
                )
                claim.clash(column, "other-name", message)
                return

    def _compare_rows(self, claims: Sequence[_Claim]) -> None:
        """Report every row that contradicts another: one username for two children, one child with two."""
        children: dict[str, set[object]] = defaultdict(set)
        names: dict[object, set[str]] = defaultdict(set)
        typed: dict[object, set[str]] = defaultdict(set)
        for claim in claims:
            children[claim.username.lower()].add(claim.child)
            names[claim.child].add(claim.username.lower())
            typed[claim.child].add(claim.row.cell("password"))
        for claim in claims:
            if len(children[claim.username.lower()]) > 1:
                message = _("this username stands with two pupils in the files")
                claim.clash("username", "one-username-two-pupils", message)
            if len(names[claim.child]) > 1:
                message = _("this pupil stands with two usernames in the files")
                claim.clash("username", "one-pupil-two-usernames", message)
            elif len(typed[claim.child] - {""}) > 1:
                message = _("this pupil stands with two passwords in the files")
                claim.clash("password", "one-pupil-two-passwords", message)

    def _adoption(self, group: Sequence[_Claim]) -> Adoption | None:
        """Return the account that the rows of one child tell; None, with the clash reported, where it cannot be."""
        claim = max(group, key=lambda claim: bool(claim.row.cell("password")))
        pupil = claim.pupil
        assert pupil is not None  # noqa: S101 (a row without was reported)
        self._compare_with_store(claim, pupil.person)
        account = pupil.person.account
        type_, kind = self._type_and_kind(claim, pupil)
        credential = self._credential(claim, type_, kind)
        token = "" if account else self._token(claim, pupil.person)
        if claim.problems:
            self.problems += claim.problems
            return None
        return Adoption(
            claim.row, pupil.person, account.username if account else claim.username, type_, kind,
            credential, account.token if account else token, account,
        )  # fmt: skip

    def _compare_with_store(self, claim: _Claim, person: Person) -> None:
        owner = self.known.usernames.get(claim.username.lower())
        if person.account and person.account.username.lower() != claim.username.lower():
            message = _("this pupil has an account with another username here: {username}")
            claim.clash("username", "other-username", message.format(username=person.account.username))
        elif owner not in (None, person.id):
            message = _("this username belongs to another pupil here; `leerid show {username}` tells which")
            claim.clash("username", "username-taken", message.format(username=claim.username))

    def _type_and_kind(self, claim: _Claim, pupil: Registered) -> tuple[AccountType, PasswordKind]:
        """Follow what the row says, then what the password looks like, the account here, the enrolment."""
        text, kind, account = claim.row.cell("password"), claim.kind, pupil.person.account
        pictures = self.known.catalogue.read_words(text)
        if kind is None and claim.type is not AccountType.GEVORDERD and pictures:
            kind = PasswordKind.PICTURE
        type_ = claim.type or (_TYPE_OF_KIND[kind] if kind else account.type if account else pupil.type)
        if kind is None and type_ is AccountType.GEVORDERD:
            kind = PasswordKind.TEMPORARY
        kind = kind or (PasswordKind.WORD if text else pupil.basis_kind)
        if kind not in passwords.kinds_of(type_):
            message = _("a {type} account cannot have a password of the kind {kind}")
            claim.clash("kind", "password-kind", message.format(type=type_, kind=kind))
        return type_, kind

    def _credential(self, claim: _Claim, type_: AccountType, kind: PasswordKind) -> Credential | None:
        text = claim.row.cell("password")
        if not text:
            return None
        try:
            return passwords.foreign(kind, text, self.known.catalogue)
        except RefusedError as error:
            claim.clash("password", "password", error.message)
            return None

    def _token(self, claim: _Claim, person: Person) -> str:
        """Return the token of the row's address; '' where there is none, or it is of another portal."""
        url = claim.row.cell("url")
        before, _placeholder, after = self.known.portal_url.partition("{token}")
        token = url.removeprefix(before).removesuffix(after)
        if url != f"{before}{token}{after}" or not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", token):
            self.other_addresses += bool(url)
            return ""
        if self.tokens.setdefault(token, person.id) != person.id:
            claim.clash("url", "address-taken", _("this address belongs to another pupil"))
        return token


def flaws(row: AdoptionRow) -> Iterator[tuple[str, str, str]]:
    """Yield (column, code, message) of everything in a row that cannot be used, whatever is registered."""
    school, stamnummer = _school(row), _stamnummer(row)
    if why := flaw(row.cell("username")):
        yield "username", "username", why
    if not stamnummer:
        yield "stamnummer", "no-stamnummer", _("the stamnummer is empty")
    elif not re.fullmatch(r"[^\s/,;]{1,30}", stamnummer):
        yield "stamnummer", "stamnummer", _("this is no stamnummer")
    if school and not re.fullmatch(r"[0-9]{6}", school):
        yield "school", "school", _("an instellingsnummer has six digits")
    if row.cell("type").lower() not in ("", *AccountType):
        yield "type", "type", _("the type is basis or gevorderd")
    if row.cell("kind").lower() not in ("", *_KINDS):
        yield "kind", "password-kind", _("the kind of password is woord, afbeelding or tijdelijk")


def _school(row: AdoptionRow) -> str:
    number = whole_number(row.cell("school"))
    # Software that takes it for a number drops the leading zero.
    return number.zfill(6) if re.fullmatch(r"[0-9]{5}", number) else number


def _stamnummer(row: AdoptionRow) -> str:
    return whole_number(row.cell("stamnummer"))
