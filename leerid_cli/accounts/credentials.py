"""Passwords and tokens of a batch: drawn, hashed, and turned into the accounts to commit."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial

from leerid_cli import resources
from leerid_cli.i18n import _
from leerid_cli.model.batches import IssuedAccount
from leerid_cli.model.cards import Credential
from leerid_cli.model.people import PasswordKind
from leerid_cli.model.progress import Done, Progress
from leerid_cli.model.requests import AccountProposal, IssuedCredential
from leerid_cli.rules import hashing, passwords, pictograms
from leerid_cli.rules.passwords import WordList
from leerid_cli.rules.pictograms import Catalogue

USUAL_COST = 12

Hashing = tuple[Callable[[], list[str]], Future[list[str]]]
"""Some passwords that are being hashed: the work, and the future of what it gives."""


def issue(proposals: Sequence[AccountProposal]) -> list[IssuedCredential]:
    """Return the proposals with their passwords and tokens, drawn where a proposal does not hold one yet.

    Chance comes from `secrets`. What is returned is the only place where the passwords are in clear.
    """
    words = passwords.load_words(resources.wordlists())
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
    """Have the passwords hashed at a bcrypt `cost`, so many at a time as take about as long as one at cost 12."""
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
    """Return the accounts to commit, from what was issued and the bcrypt hashes in the same order."""
    return [
        IssuedAccount(
            person=one.proposal.pupil.person.id,
            username=one.proposal.username,
            type=one.proposal.type,
            password_kind=one.proposal.kind,
            password_hash=password_hash,
            must_change=one.proposal.kind is PasswordKind.TEMPORARY,
            token=one.token,
            issue=one.proposal.issue,
        )
        for one, password_hash in zip(issued, hashes, strict=True)
    ]
