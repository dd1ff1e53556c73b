"""Proposes accounts before anything is made: username, account type, kind of password.

A proposal can be shown, edited and refused; `accounts/credentials.py` makes accounts of proposals.
"""

from __future__ import annotations

from leerid_cli import resources
from leerid_cli.errors import ErrorReason, RefusedError
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
    """Proposes the accounts of one batch, and gives no username to two of them.

    `given` are the usernames it has proposed so far; take one out before the same pupil is proposed again.
    """

    def __init__(self, settings: Settings, connection: Connection) -> None:
        self.settings, self.connection = settings, connection
        self.given: set[str] = set()

    def new(self, pupil: Pupil, request: AccountRequest) -> AccountProposal:
        """Return the proposal for a pupil without account.

        Raises RefusedError where the requested username is taken or not allowed, or the requested password or
        kind of password breaks a rule (docs/contract.md §6).
        """
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
            generated=not request.username,
        )

    def changed(
        self, pupil: Pupil, account: Account, reason: IssueReason, request: AccountRequest
    ) -> AccountProposal:
        """Return the proposal that gives an existing account a new password.

        Username, type and kind of password stay, with two exceptions: IssueReason.CONVERTED gives the type that
        the enrolment asks for and the configured kind, IssueReason.RENAMED the username of the request. The
        token stays unless the request wants a new one. Raises RefusedError as `new` does.
        """
        account_type, kind, username = account.type, account.password_kind, account.username
        if reason is IssueReason.CONVERTED:
            account_type = pupil.type
            kind = self._configured(pupil, account_type)
        if reason is IssueReason.RENAMED:
            username = self._username(pupil, request)
        kind = _kind(request, account_type, kind)
        token = "" if request.new_token else account.token
        credential = _typed(request, kind)
        return AccountProposal(
            pupil,
            account_type,
            username,
            kind,
            reason,
            token,
            credential,
            card_language=request.card_language,
        )

    def _username(self, pupil: Pupil, request: AccountRequest) -> str:
        if request.username:
            username = check_username(request.username)
            if self._is_taken(username):
                raise RefusedError(
                    _("the username {username} is taken").format(username=username),
                    reason=ErrorReason.USERNAME_TAKEN,
                )
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
    """Return the requested kind of password where the account type allows it, else `otherwise`.

    Raises RefusedError where the type does not allow it and the request is strict.
    """
    if request.kind in passwords.kinds_of(account_type):
        return request.kind
    if request.kind and request.strict:
        raise RefusedError(
            _("a {type} account cannot have a password of the kind {kind}").format(
                type=account_type, kind=request.kind
            ),
            reason=ErrorReason.KIND_NOT_ALLOWED,
        )
    return otherwise


def _typed(request: AccountRequest, kind: PasswordKind) -> Credential | None:
    if request.password is None:
        return None
    return passwords.typed(kind, request.password, pictograms.load(resources.pictograms()))


def propose(proposer: Proposer, pupil: Pupil, request: AccountRequest) -> AccountProposal:
    """Return the proposal for a new account, or for the conversion of the account that the pupil has.

    Raises RefusedError as `Proposer.new` does.
    """
    account = pupil.person.account
    return (
        proposer.changed(pupil, account, IssueReason.CONVERTED, request)
        if account
        else proposer.new(pupil, request)
    )
