"""What an administrator asks for an account, and the account as it will be."""

from __future__ import annotations

from dataclasses import dataclass, field

from leerid_cli.model.batches import IssueReason
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import AccountType, PasswordKind, Pupil


@dataclass(frozen=True, slots=True)
class AccountProposal:
    """An account as it will be: for whom, under which username, with which kind of password, and why.

    A password that is known already stands in `credential`, a token that stays in `token`; else they are
    drawn. A pupil's own `card_language` goes before that of the batch.
    """

    pupil: Pupil
    type: AccountType
    username: str
    kind: PasswordKind
    issue: IssueReason = IssueReason.CREATED
    token: str = ""
    credential: Credential | None = None
    card_language: str = ""


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """What the administrator chose instead of what would be generated; empty or None where nothing.

    A `kind` that an account's type cannot have is refused where `strict`, else it is not meant for it.
    """

    username: str = ""
    kind: PasswordKind | None = None
    strict: bool = True
    password: str | None = field(default=None, repr=False)
    new_token: bool = False
    card_language: str = ""


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A proposal with the password and the token that the account gets; the password is hidden from `repr`."""

    proposal: AccountProposal
    credential: Credential
    token: str
