"""What an account will be, before anything is made: username, type, kind of password."""

from __future__ import annotations

from leerid_cli import resources
from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.batches import IssueReason
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import Account, AccountType, PasswordKind, Pupil
from leerid_cli.model.requests import AccountProposal, AccountRequest
from leerid_cli.rules import passwords, pictograms
from leerid_cli.rules.usernames import check_username, free_username
from leerid_cli.settings.settings import Settings
from leerid_cli.store import usernames
from leerid_cli.store.connection import Connection


class Proposer:
    """Proposes the accounts of one batch; no two of them get one username."""

    def __init__(self, settings: Settings, connection: Connection) -> None:
        self.settings, self.connection = settings, connection
        self.given: set[str] = set()

    def new(self, pupil: Pupil, request: AccountRequest) -> AccountProposal:
        """Return the account of a pupil who has none; raises RefusedError for a request that cannot be."""
        account_type = pupil.type
        username = self._username(pupil, request)
        kind = _kind(request, account_type, self._configured(pupil, account_type))
        return AccountProposal(
            pupil,
            account_type,
            username,
            kind,
            credential=_typed(request, kind),
            card_language=request.card_language,
        )

    def changed(
        self, pupil: Pupil, account: Account, issue: IssueReason, request: AccountRequest
    ) -> AccountProposal:
        """Return an account with a new password of the same type and kind, under the same username.

        A conversion gives it the type that the enrolment asks for; renaming, the username of the request.
        """
        account_type, kind, username = account.type, account.password_kind, account.username
        if issue is IssueReason.CONVERTED:
            account_type = pupil.type
            kind = self._configured(pupil, account_type)
        if issue is IssueReason.RENAMED:
            username = self._username(pupil, request)
        kind = _kind(request, account_type, kind)
        token = "" if request.new_token else account.token
        credential = _typed(request, kind)
        return AccountProposal(
            pupil, account_type, username, kind, issue, token, credential, card_language=request.card_language
        )

    def _username(self, pupil: Pupil, request: AccountRequest) -> str:
        if request.username:
            username = check_username(request.username)
            if self._is_taken(username):
                raise RefusedError(_("the username {username} is taken").format(username=username))
        else:
            person = pupil.person
            username = free_username(person.voornaam, person.naam, self._is_taken)
        self.given.add(username)
        return username

    def _is_taken(self, username: str) -> bool:
        return username in self.given or usernames.taken(self.connection, username)

    def _configured(self, pupil: Pupil, account_type: AccountType) -> PasswordKind:
        if account_type is AccountType.GEVORDERD:
            return PasswordKind.TEMPORARY
        enrolment = pupil.enrolment
        return self.settings.basis_kind(enrolment.school, enrolment.hoofdstructuur, enrolment.klas)


def _kind(request: AccountRequest, account_type: AccountType, otherwise: PasswordKind) -> PasswordKind:
    """Return the kind that was asked for where the account type allows it, else the other."""
    if request.kind in passwords.kinds_of(account_type):
        return request.kind
    if request.kind and request.strict:
        raise RefusedError(
            _("a {type} account cannot have a password of the kind {kind}").format(
                type=account_type, kind=request.kind
            )
        )
    return otherwise


def _typed(request: AccountRequest, kind: PasswordKind) -> Credential | None:
    if request.password is None:
        return None
    return passwords.typed(kind, request.password, pictograms.load(resources.pictograms()))


def propose(proposer: Proposer, pupil: Pupil, request: AccountRequest) -> AccountProposal:
    """Return the new account of a pupil, or the converted one of a pupil who has one."""
    account = pupil.person.account
    return (
        proposer.changed(pupil, account, IssueReason.CONVERTED, request)
        if account
        else proposer.new(pupil, request)
    )
