"""Draws and hashes the passwords and tokens of a batch, and makes of them the accounts to commit.

It is used by `workflows/issue_batch.py`, within `batches.delivery.staging`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial

from leerid_cli import resources
from leerid_cli.i18n import _
from leerid_cli.model.batches import IssuedAccount
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.model.progress import Done, Progress
from leerid_cli.model.requests import AccountProposal, IssuedCredential
from leerid_cli.rules import hashing, passwords, pictograms, word_list
from leerid_cli.rules.pictograms import Catalogue
from leerid_cli.rules.word_list import WordList

USUAL_COST = 12

Hashing = tuple[Callable[[], list[str]], Future[list[str]]]
"""A group of passwords that is being hashed: the function that hashes them, and the future of the hashes."""


def issue(proposals: Sequence[AccountProposal]) -> list[IssuedCredential]:
    """Return each proposal with a password and a token, drawn where the proposal does not hold one yet.

    They are drawn with Python's `secrets` (docs/contract.md §6). From here on the passwords exist in clear,
    in the returned values and what is made of them, until the ZIP is written.
    """
    words = word_list.load_words(resources.wordlists())
    catalogue = pictograms.load(resources.pictograms())
    return [_issue(proposal, words, catalogue) for proposal in proposals]


def _issue(proposal: AccountProposal, words: WordList, catalogue: Catalogue) -> IssuedCredential:
    token = proposal.token or passwords.draw_token(secrets.randbelow)
    return IssuedCredential(proposal, proposal.credential or _draw(proposal, words, catalogue), token)


def _draw(proposal: AccountProposal, words: WordList, catalogue: Catalogue) -> Credential:
    pupil = proposal.pupil
    person = pupil.person
    own = passwords.own_parts(
        person.voornaam, person.naam, proposal.username, pupil.enrolment.klas, person.birth_date
    )
    return passwords.draw(proposal.kind, secrets.randbelow, words, catalogue, own)


def start_hashing(
    issued: Sequence[IssuedCredential], cost: int, executor: Executor, progress: Progress
) -> list[Hashing]:
    """Start hashing the passwords with bcrypt in `executor`, and return the groups in the order of `issued`.

    `cost` is the bcrypt cost, the exponent of the number of rounds. A group takes about as long as one password
    of the usual cost 12, so that cheap hashes do not make thousands of tiny tasks.
    """
    done = progress.step(_("passwords"), len(issued))
    credentials = [one.credential for one in issued]
    begun: list[Hashing] = []
    for some in _slices(credentials, 1 << max(0, USUAL_COST - cost)):
        work = partial(hashing.hash_passwords, some, cost)
        future = executor.submit(work)
        future.add_done_callback(partial(_count, done, len(some)))
        begun.append((work, future))
    return begun


def _count(done: Done, number: int, _future: Future[list[str]]) -> None:
    done(number)


def _slices(credentials: Sequence[Credential], size: int) -> Iterator[Sequence[Credential]]:
    for start in range(0, len(credentials), size):
        yield credentials[start : start + size]


def accounts(issued: Sequence[IssuedCredential], hashes: Sequence[str]) -> list[IssuedAccount]:
    """Return the accounts to commit; `hashes` are the bcrypt hashes, in the order of `issued`."""
    return [
        IssuedAccount(
            person=one.proposal.pupil.person.id,
            username=one.proposal.username,
            type=one.proposal.type,
            password_kind=one.proposal.kind,
            password_hash=password_hash,
            must_change=one.proposal.kind is PasswordKind.TEMPORARY,
            token=one.token,
            reason=one.proposal.reason,
            former=_former(one.proposal),
        )
        for one, password_hash in zip(issued, hashes, strict=True)
    ]


def _former(proposal: AccountProposal) -> tuple[str, AccountType] | None:
    """Return username and type that the account has until the batch changes it, None for a new account."""
    account = proposal.pupil.person.account
    return (account.username, account.type) if account else None
