"""`recover --reissue`: new passwords and cards for the accounts of a batch whose ZIP is lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from leerid_cli.accounts.proposals import Proposer
from leerid_cli.batches import recovery
from leerid_cli.batches.delivery import LOCK_SECONDS, not_noted
from leerid_cli.errors import BusyError
from leerid_cli.i18n import plural
from leerid_cli.model.batches import BatchOptions, DeliveredBatch, IssueReason
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.reports import Report
from leerid_cli.model.requests import AccountRequest
from leerid_cli.rules.pupil_status import class_list_order, with_status
from leerid_cli.run import Run
from leerid_cli.store import batches, history, register
from leerid_cli.store.connection import transaction
from leerid_cli.workflows import confirmation, issue_batch
from leerid_cli.workflows.confirmation import Consent
from leerid_cli.workflows.served import status_with, working_account


@dataclass(frozen=True, slots=True)
class ReissueOptions:
    """The options of `recover --reissue` on the command line."""

    batch_options: BatchOptions = field(default_factory=BatchOptions)
    yes: bool = False


def reissue(run: Run, wanted: str, on: date, options: ReissueOptions) -> Report:
    """Give new passwords, as a new batch, to accounts whose passwords were only in the ZIP of batch `wanted`.

    Accounts that got a newer password since, and suspended ones, are left alone. Once the new batch is committed,
    no account waits for the lost one any more, so recovery settles that, even if this run is killed right after
    the commit. Raises NotFoundError where no lost batch has that id, RefusedError where the answer is no, and
    what `issue_batch.issue` raises.
    """
    notes = recovery.settle(run, "recover", lost=wanted)
    with run.store.reading() as connection:
        batch = recovery.lost(connection, wanted)
        persons = batches.waiting_for(connection, wanted)
        pupils = sorted(
            with_status(register.persons(connection, persons), on, run.settings.kleuter), key=class_list_order
        )
        question = plural(
            "Make a new password for {n} account of the lost batch {batch}?",
            "Make new passwords for {n} accounts of the lost batch {batch}?",
            len(pupils),
        ).format(n=len(pupils), batch=wanted)
        confirmation.agree(
            run, question, len(pupils), Consent(yes=options.yes), never_ask=False, needs_expect=False
        )
        proposer = Proposer(run.settings, connection)
        proposals = [
            proposer.changed(pupil, working_account(pupil), IssueReason.RESET, AccountRequest())
            for pupil in pupils
        ]
        batch_options = replace(options.batch_options, with_workbook=len(pupils) > 1)
    issued = issue_batch.issue(run, "recover", proposals, batch_options, on, lost=wanted)
    left_out = {one.pupil for one in issued.skipped}
    pupils = [pupil for pupil in pupils if pupil.id not in left_out]
    notes += _settled(run, wanted, issued)
    summary = plural(
        "{n} account of the lost batch {batch} has a new password: {path}",
        "{n} accounts of the lost batch {batch} have new passwords: {path}",
        len(pupils),
    ).format(n=len(pupils), batch=wanted, path=issued.path)
    left = batch.accounts - len(pupils) - len(issued.skipped)
    if left:
        notes.append(
            plural(
                "{n} account of that batch was left alone: it is suspended, or has a newer password",
                "{n} accounts of that batch were left alone: they are suspended, or have newer passwords",
                left,
            ).format(n=left)
        )
    return Report(
        command="recover",
        summary=summary,
        status=status_with(issued.skipped),
        counts={"settled": len(notes), "reissued": len(pupils)},
        batch=issued.batch,
        output=str(issued.path),
        skipped=issued.skipped,
        notes=(*notes, *issued.warnings),
    )


def _settled(run: Run, wanted: str, issued: DeliveredBatch) -> list[str]:
    """Settle the lost batch `wanted`, for which another one was issued, and note that; returns lines about it.

    Where another run has the store lock all the time, that is left to the next run: the cards are made.
    """
    try:
        with run.store.writing("recover", LOCK_SECONDS) as connection:
            lines = recovery.recover(run, connection, lost=wanted if issued.skipped else "")
            with transaction(connection):
                detail: dict[str, object] = {"batch": wanted, "by": issued.batch}
                entry = (None, HistoryEvent.BATCH_REISSUED, detail)
                history.record(connection, run.now, [entry], run.reason)
    except BusyError as error:
        return [not_noted(error)]
    return lines
