"""Checks proposals again when the pupils of a batch are reserved: other runs may have changed them since.

Between proposal and reservation the store is free: somebody may be answering a question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from leerid_cli.errors import BusyError, ErrorReason, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.batches import IssueReason, Reservation
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import Account, Pupil
from leerid_cli.model.reports import Skipped
from leerid_cli.model.requests import AccountProposal
from leerid_cli.rules.pupil_status import class_list_order, with_status
from leerid_cli.rules.usernames import free_username
from leerid_cli.settings.settings import Settings
from leerid_cli.store import register, reservations, usernames
from leerid_cli.store.connection import Connection

_NEW_USERNAME = (IssueReason.CREATED, IssueReason.RENAMED)


class Recheck:
    """The proposals of one batch; calling it under the store lock checks them and returns whom to reserve.

    Afterwards `proposals` are those that are still right, with the pupils as they are now, in the order of class
    lists, and `skipped` are the other pupils with the reason. `on` is the reference date for the status.
    """

    def __init__(self, settings: Settings, proposals: Sequence[AccountProposal], on: date) -> None:
        self.proposals, self.skipped = list(proposals), list[Skipped]()
        self._settings, self._on = settings, on

    def __call__(self, connection: Connection) -> list[Reservation]:
        """Check the proposals; raises BusyError where none is left, RefusedError for a username that is taken."""
        ids = [proposal.pupil.person.id for proposal in self.proposals]
        persons = register.persons(connection, ids)
        present = {pupil.person.id: pupil for pupil in with_status(persons, self._on, self._settings.kleuter)}
        reserved = reservations.persons(connection)
        left = [self._still_right(proposal, present, reserved) for proposal in self.proposals]
        self.proposals = sorted(
            (proposal for proposal in left if proposal), key=lambda proposal: class_list_order(proposal.pupil)
        )
        if not self.proposals:
            first = self.skipped[0]
            raise BusyError(
                _("{pupil}: {why}").format(pupil=first.pupil, why=first.reason),
                _("nothing was done; run the command again"),
            )
        self._give_free_usernames(connection)
        return [_reservation(proposal) for proposal in self.proposals]

    def _still_right(
        self, proposal: AccountProposal, present: Mapping[int, Pupil], reserved: Collection[int]
    ) -> AccountProposal | None:
        """Return the proposal with its pupil as present now, or None where it is skipped."""
        before = proposal.pupil
        now = present.get(before.person.id)
        why = ""
        if before.person.id in reserved:
            why = being_served()
        elif now is None or _essence(now) != _essence(before):
            why = _("was changed by another run meanwhile")
        if why or now is None:
            self.skipped.append(Skipped(before.id, before.status, why, again=True))
            return None
        return replace(proposal, pupil=now)

    def _give_free_usernames(self, connection: Connection) -> None:
        """Replace generated usernames that were given out meanwhile; raises RefusedError for a chosen one."""
        given = [proposal.username for proposal in self.proposals if proposal.reason in _NEW_USERNAME]
        taken = usernames.taken_among(connection, given)
        used = {name.lower() for name in given} | taken

        def is_taken(name: str) -> bool:
            return name in used or usernames.taken(connection, name)

        for index, proposal in enumerate(self.proposals):
            if proposal.reason not in _NEW_USERNAME or proposal.username.lower() not in taken:
                continue
            if not proposal.generated:
                raise RefusedError(
                    _("the username {username} is taken").format(username=proposal.username),
                    reason=ErrorReason.USERNAME_TAKEN,
                )
            person = proposal.pupil.person
            username = free_username(person.voornaam, person.naam, is_taken)
            used.add(username)
            self.proposals[index] = replace(proposal, username=username)


def being_served() -> str:
    """Return the reason, for the user, why a pupil is left alone whom another run has reserved."""
    return _("another run is making cards for this pupil")


def _essence(pupil: Pupil) -> tuple[object, ...]:
    """Return what a proposal was made of; another class or spelling of the name may have come since."""
    return pupil.status, pupil.type, pupil.enrolment.school, _account(pupil.person.account)


def _account(account: Account | None) -> tuple[object, ...]:
    if account is None:
        return ()
    return account.username, account.type, account.password_kind, account.token, account.suspended


def _reservation(proposal: AccountProposal) -> Reservation:
    username = proposal.username if proposal.reason in _NEW_USERNAME else ""
    return Reservation(proposal.pupil.person.id, HistoryEvent(proposal.reason), username)
