"""Writes what `adopt` decided: accounts, refused rows, and with `--cards` the batch of their cards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from leerid_cli.errors import BusyError
from leerid_cli.i18n import _
from leerid_cli.model.batches import AdoptedAccounts, Batch, DeliveredBatch, Reservation
from leerid_cli.model.history import HistoryEvent
from leerid_cli.run import Run
from leerid_cli.store import adoptions, history, refused_adoptions, reservations
from leerid_cli.store.connection import Connection
from leerid_cli.workflows.adoption_outcome import (
    COUNTS,
    AdoptOptions,
    Outcome,
    ReadFiles,
    SettledAdoption,
    judge,
    proposal_of,
    why_no_card,
)
from leerid_cli.workflows.adoption_refusals import Refusals
from leerid_cli.workflows.issue_batch import left_since, print_known

TURNS = 3
"""So often the rows are judged, where the register changes meanwhile."""


_Revision = tuple[int, frozenset[int]]
"""The revision of the register (`history.revision`), and the persons whom other runs have reserved."""


def _revision(connection: Connection) -> _Revision:
    return history.revision(connection), reservations.persons(connection)


class _Changed(Exception):
    """The register has changed since the outcome was judged."""


def take_over(
    run: Run, files: Sequence[str], read_rows: ReadFiles, on: date, options: AdoptOptions
) -> tuple[Outcome, DeliveredBatch | None]:
    """Judge the rows while the store is free for others, then write; returns the outcome and its cards.

    Comparing and hashing passwords takes long, so where the register has changed by the time the store is locked,
    the rows are judged anew. `files` are those of the command line. Raises BusyError where the register keeps
    changing, and what `judge` and `print_known` raise.
    """
    for _turn in range(TURNS):
        with run.store.reading() as connection:
            revision = _revision(connection)
            outcome = judge(run, connection, read_rows, on, options, revision[1])
        refusals = Refusals.of(files, read_rows, outcome, options)
        with suppress(_Changed):
            return outcome, _write(run, outcome, refusals, revision, on, options)
    raise BusyError(_("other runs keep changing the register; nothing was done"), _("run the command again"))


def _write(
    run: Run, outcome: Outcome, refusals: Refusals, revision: _Revision, on: date, options: AdoptOptions
) -> DeliveredBatch | None:
    """Write the adopted accounts and deliver their cards; returns the delivered batch, None without cards.

    Raises _Changed, with nothing done, where the register does not have this revision any more.
    """
    printed = [found for found in outcome.settled if options.cards and not why_no_card(found)]
    adopted = _adopted(outcome, refusals, printed)

    def claim(connection: Connection) -> list[Reservation]:
        if _revision(connection) != revision:
            raise _Changed
        return [_reservation(found) for found in outcome.settled]

    def write(connection: Connection, batch: Batch) -> None:
        left = left_since(run, connection, revision[0], adopted.new, on)
        written = replace(adopted, suspended=adopted.suspended | left)
        adoptions.write(connection, batch, written, run.now, run.reason)

    if printed:
        proposals = [proposal_of(found) for found in printed]
        return print_known(run, "adopt", proposals, options.batch_options, claim, write)
    run.stop.check()
    with run.store.writing("adopt") as connection, run.stop.deferred():
        claim(connection)
        accounts = adopted.new or adopted.updated or adopted.usernames
        if accounts or refused_adoptions.differs(connection, adopted):
            adoptions.write(connection, None, adopted, run.now, run.reason)
    return None


def _adopted(outcome: Outcome, refusals: Refusals, printed: Sequence[SettledAdoption]) -> AdoptedAccounts:
    """Return what is written to the store; `printed` are the adoptions of which cards are made."""
    by_count = {count: [found for found in outcome.settled if found.count == count] for count in COUNTS}
    return AdoptedAccounts(
        new=tuple(found.written for found in by_count["adopted"]),
        updated=tuple(found.written for found in by_count["updated"]),
        usernames=(
            *outcome.reserved,
            *(found.account.username for found in (*by_count["adopted"], *by_count["updated"])),
        ),
        suspended=frozenset(
            found.adoption.person.id for found in by_count["adopted"] if found.account.suspended
        ),
        printed=frozenset(found.adoption.person.id for found in printed),
        refused=refusals.rows,
        files=refusals.files,
        taken_over=refusals.taken_over,
    )


def _reservation(found: SettledAdoption) -> Reservation:
    """Return the reservation of an adopted account, with its username where that is new here."""
    known = found.adoption.account
    username = found.account.username
    if known and known.username.lower() == username.lower():
        username = ""
    return Reservation(found.adoption.person.id, HistoryEvent.ACCOUNT_ADOPTED, username)
