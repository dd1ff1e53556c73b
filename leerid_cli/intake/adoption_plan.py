"""Planning `adopt`: a pure function from rows of existing accounts, and the register, to an `AdoptionPlan`.

Every username in the files is in use at LeerID, so none of them is given out here, whatever else is wrong
with its row (docs/decisions/022-adopted-usernames-are-kept.md). Where file and register, or two rows,
contradict each other, the account is not taken over. The codes of problems are listed in docs/formats.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _
from leerid_cli.intake.adoption_flaws import KINDS, flaws
from leerid_cli.intake.adoption_rows import AdoptionRow
from leerid_cli.intake.bundled_accounts import MUST_CHANGE
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import Account, AccountType, PasswordKind, Person
from leerid_cli.model.reports import Problem
from leerid_cli.rules import lookalikes, passwords
from leerid_cli.rules.pictograms import Catalogue
from leerid_cli.rules.usernames import flaw, unlike

_TYPE_OF_KIND = {
    PasswordKind.WORD: AccountType.BASIS,
    PasswordKind.PICTURE: AccountType.BASIS,
    PasswordKind.TEMPORARY: AccountType.GEVORDERD,
}
# A gevorderd password of so many characters or more is one that the pupil chose; shorter ones are temporary
# (docs/sources.md, "The LeerID manual" §1).
_CHOSEN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Registered:
    """A person of the register, with the account type and, for a basis account, the kind of password.

    `type` follows from the enrolment, `basis_kind` from the settings.
    """

    person: Person
    type: AccountType
    basis_kind: PasswordKind


@dataclass(frozen=True, slots=True)
class Known:
    """What the plan has to know.

    `usernames` are all that are issued, adopted or reserved, in small letters, with the id of their person,
    None for nobody's. `portal_url` is the setting with `{token}`; `school` is that of `--school`, '' where
    not given. `newer`: the files were made after all that stands in the store, so usernames and addresses in them
    hold too, where otherwise those of the store do.
    """

    pupils: Sequence[Registered]
    usernames: Mapping[str, int | None]
    catalogue: Catalogue
    portal_url: str
    school: str = ""
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Adoption:
    """An account to take over for one registered pupil, as it will be.

    `credential` None: the files do not have the password. `token` '': a new one is drawn. `account` is the
    one that the pupil has here already, None where there is none.
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
        """True where the pupil has to replace the password at the first sign-in.

        Where the file does not say, the length of the password tells.
        """
        if self.kind is not PasswordKind.TEMPORARY or self.credential is None:
            return False
        said = self.row.cell(MUST_CHANGE)
        return said == "true" if said else len(self.credential.text) < _CHOSEN_LENGTH


@dataclass(frozen=True, slots=True)
class AdoptionPlan:
    """What `adopt` would do.

    `adoptions` are the accounts to take over, `usernames` all usernames of the files, which are never given
    out here, `problems` has at least one for each row that is left out. `other_addresses` counts the
    addresses that do not fit the setting `portal.url`.
    """

    adoptions: tuple[Adoption, ...]
    usernames: tuple[str, ...]
    problems: tuple[Problem, ...]
    other_addresses: int = 0


@dataclass(slots=True)
class _Claim:
    """A row without mistakes of its own: it says that the pupil with this key has this username.

    `type` and `kind` are None where the row does not say; `pupil` is None where nobody in the register has
    the key.
    """

    row: AdoptionRow
    key: tuple[str, str]
    username: str
    type: AccountType | None
    kind: PasswordKind | None
    pupil: Registered | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def child(self) -> object:
        """What is the same in all rows of one child: the id of the person, or the key if not registered."""
        return self.pupil.person.id if self.pupil else self.key

    def clash(self, column: str, code: str, message: str) -> None:
        """Report a contradiction in a column; the account is then not taken over."""
        self.problems.append(self.row.problem(column, code, message))


def plan_adoption(rows: Sequence[AdoptionRow], known: Known) -> AdoptionPlan:
    """Return what taking over the accounts in these rows would do."""
    return _Planner(known).plan(rows)


def usernames(rows: Iterable[AdoptionRow]) -> tuple[str, ...]:
    """Return every possible username in the rows, each once; capitals make no difference."""
    sound = (username for row in rows if not flaw(username := row.cell("username")))
    return tuple({username.lower(): username for username in sound}.values())


class _Planner:
    """Plans the rows of one `adopt` against the register.

    `by_number` has the keys by (school, stamnummer without leading zeros); `school` is that of rows that name
    none.
    """

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
        self._compare_looks(claims)
        by_child: dict[object, list[_Claim]] = defaultdict(list)
        for claim in claims:
            self.problems += claim.problems
            if not claim.problems:
                by_child[claim.child].append(claim)
        adoptions = [found for group in by_child.values() if (found := self._adoption(group))]
        return AdoptionPlan(tuple(adoptions), usernames(rows), tuple(self.problems), self.other_addresses)

    def _understood(self, row: AdoptionRow) -> _Claim | None:
        """Return what a row says, None where it has mistakes, all of which are reported."""
        if found := [row.problem(*problem) for problem in flaws(row)]:
            self.problems += found
            return None
        key = (row.school or self.school, row.stamnummer)
        type_, kind = row.cell("type").lower(), KINDS.get(row.cell("kind").lower())
        return _Claim(row, key, row.cell("username"), AccountType(type_) if type_ else None, kind)

    def _find(self, claim: _Claim) -> None:
        """Find the pupil with the key of a claim, and report where there is none or the names are different.

        A stamnummer that lost its leading zeros is found where only one pupil of the school fits.
        """
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
        """Report rows that contradict each other.

        That is one username for two children, or one child with two usernames or two passwords.
        """
        children: dict[str, set[object]] = defaultdict(set)
        names: dict[object, set[str]] = defaultdict(set)
        given: dict[object, set[str]] = defaultdict(set)  # passwords
        for claim in claims:
            children[claim.username.lower()].add(claim.child)
            names[claim.child].add(claim.username.lower())
            given[claim.child].add(claim.row.cell("password"))
        for claim in claims:
            if len(children[claim.username.lower()]) > 1:
                message = _("this username stands with two pupils in the files")
                claim.clash("username", "one-username-two-pupils", message)
            if len(names[claim.child]) > 1:
                message = _("this pupil stands with two usernames in the files")
                claim.clash("username", "one-pupil-two-usernames", message)
            elif len(given[claim.child] - {""}) > 1:
                message = _("this pupil stands with two passwords in the files")
                claim.clash("password", "one-pupil-two-passwords", message)

    def _compare_looks(self, claims: Sequence[_Claim]) -> None:
        """Report usernames that look like another one, here or in the files, but have other characters."""
        here = lookalikes.by_look(self.known.usernames)
        given = lookalikes.by_look(claim.username for claim in claims)
        for claim in claims:
            look, username = lookalikes.looks(claim.username), claim.username.lower()
            # Of two in the files, the one with unusual characters is in doubt.
            alike = here.get(look, set()) | (set() if username.isascii() else given[look])
            for like in sorted(alike - {username})[:1]:
                message = _("this username looks like {username}, but has other characters: {characters}")
                unusual = lookalikes.unusual(username) or lookalikes.unusual(like)
                text = message.format(username=like, characters=unusual)
                claim.clash("username", "username-looks-alike", text)

    def _adoption(self, group: Sequence[_Claim]) -> Adoption | None:
        """Return the account in the rows of one child; None, with a report, where it cannot be taken over."""
        claim = max(group, key=lambda claim: bool(claim.row.cell("password")))
        pupil = claim.pupil
        assert pupil is not None  # noqa: S101 (claims without a pupil were reported and left out)
        self._compare_with_store(claim, pupil.person)
        account = pupil.person.account
        type_, kind = self._type_and_kind(claim, pupil)
        credential = self._credential(claim, type_, kind)
        username = account.username if account and not self._renamed(claim) else claim.username
        token = self._token(claim, pupil.person) if self.known.newer or not account else ""
        if claim.problems:
            self.problems += claim.problems
            return None
        return Adoption(
            claim.row, pupil.person, username, type_, kind, credential,
            token or (account.token if account else ""), account,
        )  # fmt: skip

    def _compare_with_store(self, claim: _Claim, person: Person) -> None:
        """Report where the pupil has another username here, or another pupil this one."""
        owner, account = self.known.usernames.get(claim.username.lower()), person.account
        if account and account.username.lower() != claim.username.lower() and not self._renamed(claim):
            message = _("this pupil has an account with another username here: {username}")
            claim.clash("username", "other-username", message.format(username=account.username))
        elif owner not in (None, person.id):
            message = _("this username belongs to another pupil here; `leerid show {username}` tells which")
            claim.clash("username", "username-taken", message.format(username=claim.username))

    def _renamed(self, claim: _Claim) -> bool:
        """Tell whether newer files give a pupil another username: with a password, and one that nobody has here.

        One that the pupil had before stands in a ZIP that is older than the store.
        """
        owner = self.known.usernames.get(claim.username.lower())
        return self.known.newer and owner is None and bool(claim.row.cell("password"))

    def _type_and_kind(self, claim: _Claim, pupil: Registered) -> tuple[AccountType, PasswordKind]:
        """Return type of account and kind of password.

        They follow from what the row says, else from what the password looks like, else from the account
        here, else from the enrolment. A kind that the type cannot have is reported.
        """
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
        """Return the password in the row, None where there is none or it cannot be one, which is reported."""
        text = claim.row.cell("password")
        if not text:
            return None
        try:
            return passwords.foreign(kind, text, self.known.catalogue)
        except RefusedError as error:
            claim.clash("password", "password", error.message)
            return None

    def _token(self, claim: _Claim, person: Person) -> str:
        """Return the token in the row's address, '' where it does not fit the setting `portal.url`."""
        url = claim.row.cell("url")
        before, _placeholder, after = self.known.portal_url.partition("{token}")
        token = url.removeprefix(before).removesuffix(after)
        if url != f"{before}{token}{after}" or not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", token):
            self.other_addresses += bool(url) and not person.account
            return ""
        if self.tokens.setdefault(token, person.id) != person.id:
            claim.clash("url", "address-taken", _("this address belongs to another pupil"))
        return token
