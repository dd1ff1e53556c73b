"""An account on its way: what the administrator asks for, what is proposed, and what it gets."""

from __future__ import annotations

from dataclasses import dataclass, field

from leerid_cli.model.batches import IssueReason
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import AccountType, PasswordKind, Pupil


@dataclass(frozen=True, slots=True)
class AccountProposal:
    """An account as it will be, before its password is drawn: pupil, type, username, kind of password.

    `credential` is a password that is known already, None: one is drawn. `token` is one that is kept, '': one
    is drawn. `card_language` is this pupil's, '': that of the batch. `generated`: nobody chose the username, so
    another one may take its place if it is given out meanwhile.
    """

    pupil: Pupil
    type: AccountType
    username: str
    kind: PasswordKind
    reason: IssueReason = IssueReason.CREATED
    token: str = ""
    credential: Credential | None = None
    card_language: str = ""
    generated: bool = False


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """What the administrator chose instead of what would be generated; '' or None where nothing was chosen.

    A `kind` that the type of an account cannot have is refused where `strict` is true, else ignored for that
    account. `new_token`: the address on the card changes too, so that the old QR code stops working.
    """

    username: str = ""
    kind: PasswordKind | None = None
    strict: bool = True
    password: str | None = field(default=None, repr=False)
    new_token: bool = False
    card_language: str = ""


@dataclass(frozen=True, slots=True)
class IssuedCredential:
    """A proposal with the password and the token that the account gets; `repr` hides the password."""

    proposal: AccountProposal
    credential: Credential
    token: str
