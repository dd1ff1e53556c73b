"""Review at a terminal: shows proposed accounts, lets the user change them, and checks each change at once.

It serves `create` and `bulk-create --review`. What can be changed: docs/sources.md, "The LeerID manual" §2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from leerid_cli.accounts.proposals import Proposer
from leerid_cli.errors import LeeridError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.people import PasswordKind
from leerid_cli.model.requests import AccountProposal, AccountRequest
from leerid_cli.rules import passwords
from leerid_cli.run import Dialogue, Run

Propose = Callable[[AccountRequest], AccountProposal]
ALL_KINDS = {"w": PasswordKind.WORD, "p": PasswordKind.PICTURE}


def dialogue(run: Run) -> Dialogue:
    """Return the dialogue of the run; raises RefusedError where nobody is at a terminal."""
    if run.dialogue is None:
        raise RefusedError(
            _("there is nobody to review it with: standard input is no terminal"),
            _("--plan FILE writes the proposal to look at and edit, --apply FILE carries it out"),
        )
    return run.dialogue


def one(run: Run, proposer: Proposer, propose: Propose, request: AccountRequest) -> AccountProposal:
    """Show the proposal for one pupil, ask for username, kind of password and password, and return the result.

    `propose` makes a proposal of a request. What `request` gives already is not asked. A choice that is not
    allowed is explained and asked again. Raises RefusedError where nobody is at a terminal, the input ends, or
    the request itself cannot be met.
    """
    talk = dialogue(run)
    proposal = propose(request)
    talk.say(_shown(proposal))
    proposer.given.discard(proposal.username)
    others = set(proposer.given)
    while True:
        asked = _asked(talk, proposal, request)
        try:
            return propose(asked)
        except LeeridError as refused:
            talk.say(refused.message)
            proposer.given = set(others)


def _asked(talk: Dialogue, proposal: AccountProposal, request: AccountRequest) -> AccountRequest:
    """Ask for what the request leaves open and return the full request; an empty answer keeps the proposal."""
    username, kind, password = proposal.username, proposal.kind, request.password
    if not request.username and proposal.pupil.person.account is None:
        username = talk.prompt(_("Username"), username).strip()
    kinds = passwords.kinds_of(proposal.type)
    if request.kind is None and len(kinds) > 1:
        kind = _kind(talk, kind, [one.value for one in kinds])
    if password is None:
        password = talk.secret(_("Password (empty: one is made): ")) or None
    return replace(request, username=username, kind=kind, password=password, strict=True)


def _kind(talk: Dialogue, proposed: PasswordKind, kinds: Sequence[str]) -> PasswordKind:
    while True:
        question = _("Kind of password ({kinds})").format(kinds=", ".join(kinds))
        answer = talk.prompt(question, proposed.value).strip().lower()
        if answer in kinds:
            return PasswordKind(answer)
        talk.say(_("one of: {kinds}").format(kinds=", ".join(kinds)))


def many(
    run: Run, proposer: Proposer, proposes: Sequence[Propose], request: AccountRequest
) -> list[AccountProposal]:
    """Show the proposals of a batch, let the user change them, and return the result.

    The number of a row changes that row as `one` does; `w` and `p` set the kind of password of all basis
    accounts; `q` stops. Raises RefusedError where the user stops, nobody is at a terminal, or the input ends.
    """
    talk = dialogue(run)
    proposals = [propose(request) for propose in proposes]
    while True:
        for number, proposal in enumerate(proposals, 1):
            talk.say(f"{number:4}  {_shown(proposal)}")
        question = _("Number to change, w: all words, p: all pictures, empty: go on, q: stop")
        answer = talk.prompt(question, "").lower()
        if not answer:
            return proposals
        if answer == "q":
            raise RefusedError(_("nothing was done"))
        if answer in ALL_KINDS:
            pairs = zip(proposes, proposals, strict=True)
            proposals = [_again(proposer, propose, old, ALL_KINDS[answer]) for propose, old in pairs]
        elif answer.isdecimal() and 1 <= int(answer) <= len(proposals):
            index = int(answer) - 1
            proposer.given.discard(proposals[index].username)
            proposals[index] = one(run, proposer, proposes[index], replace(request, kind=None))
        else:
            talk.say(_("there is no row {answer}").format(answer=answer))


def _again(
    proposer: Proposer, propose: Propose, proposal: AccountProposal, kind: PasswordKind
) -> AccountProposal:
    """Return the proposal with another kind of password.

    It stays as it is where the account type does not allow that kind, or a password was typed.
    """
    if kind not in passwords.kinds_of(proposal.type) or proposal.credential:
        return proposal
    proposer.given.discard(proposal.username)
    return propose(AccountRequest(username=_own_username(proposal), kind=kind))


def _own_username(proposal: AccountProposal) -> str:
    return "" if proposal.pupil.person.account else proposal.username


def _shown(proposal: AccountProposal) -> str:
    pupil = proposal.pupil
    typed = _(", password typed") if proposal.credential else ""
    return (
        f"{pupil.id}  {pupil.person.naam}, {pupil.person.voornaam}  {pupil.enrolment.klas}  "
        f"{proposal.type.value}: {proposal.username}, {proposal.kind.value}{typed}"
    )
