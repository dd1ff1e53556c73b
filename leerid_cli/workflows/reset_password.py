"""`reset-password` and `rename`: give existing accounts a new password and new cards.

A password cannot be printed again, because only its hash is stored. The old one works until the ZIP with the new
cards is complete on disk; the commit that follows replaces it by the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from leerid_cli.accounts.proposals import Proposer
from leerid_cli.batches import recovery
from leerid_cli.cards import printer_settings
from leerid_cli.errors import UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import BatchOptions, IssueReason
from leerid_cli.model.people import PasswordKind, Pupil, Status
from leerid_cli.model.reports import Report
from leerid_cli.model.requests import AccountRequest
from leerid_cli.run import Run
from leerid_cli.store import reservations
from leerid_cli.workflows import confirmation, issue_batch
from leerid_cli.workflows.confirmation import Consent
from leerid_cli.workflows.selection import Selection, named, select_or_refuse
from leerid_cli.workflows.served import (
    divide,
    refuse_reserved,
    status_with,
    why_no_working_account,
    working_account,
)

_RESETTABLE = (Status.ACTIVE, Status.CONVERT)


@dataclass(frozen=True, slots=True)
class ResetOptions:
    """The options of `reset-password` and `rename`; `named` is true where one PUPIL was given and no filter."""

    request: AccountRequest = field(default_factory=AccountRequest)
    batch_options: BatchOptions = field(default_factory=BatchOptions)
    consent: Consent = field(default_factory=Consent)
    named: bool = False


def reset_password(run: Run, selection: Selection, on: date, options: ResetOptions) -> Report:
    """Give the selected accounts a new password; pupils without a working account are skipped with the reason.

    `on` is the reference date for the status of pupils. Raises UsageError where no filter is given, or a typed
    password is not for one named pupil; RefusedError where the one named pupil has no working account, the
    request cannot be met, the answer is no, or `--expect` is needed or gives another number; and what
    `selection.select_or_refuse` and `issue_batch.issue` raise.
    """
    if selection.is_everything:
        raise UsageError(_("say for whom: PUPIL, --class, --school, --group or --from"))
    if options.request.password is not None and not options.named:
        raise UsageError(_("--password-stdin is for one PUPIL, named on the command line"))
    printer_settings.sheet(run.settings, options.batch_options.labels)
    notes = recovery.settle(run, "reset-password")
    with run.store.reading() as connection:
        pupils = select_or_refuse(connection, selection, on, run.settings)
        reserved = reservations.persons(connection)
        if options.named:
            working_account(pupils[0])
            refuse_reserved(pupils[0], reserved)
        served, skipped = divide(
            pupils,
            lambda pupil: "" if pupil.status in _RESETTABLE else why_no_working_account(pupil),
            reserved,
        )
        _ask(run, len(served), options)
        if not served:
            summary = _("nothing to do: none of the {n} pupils has a working account").format(n=len(pupils))
            counts = {"reset": 0, "skipped": len(skipped)}
            status = status_with(skipped)
            return Report(
                "reset-password", summary, status, counts=counts, skipped=skipped, notes=tuple(notes)
            )
        strict = options.named or options.request.kind is PasswordKind.TEMPORARY
        request, proposer = replace(options.request, strict=strict), Proposer(run.settings, connection)
        proposals = [
            proposer.changed(pupil, working_account(pupil), IssueReason.RESET, request) for pupil in served
        ]
        batch_options = replace(options.batch_options, with_workbook=len(served) > 1)
    issued = issue_batch.issue(run, "reset-password", proposals, batch_options, on)
    left_out = {one.pupil for one in issued.skipped}
    served = [pupil for pupil in served if pupil.id not in left_out]
    skipped = (*skipped, *issued.skipped)
    summary = plural("{n} password reset: {path}", "{n} passwords reset: {path}", len(served))
    return Report(
        command="reset-password",
        summary=summary.format(n=len(served), path=issued.path),
        status=status_with(skipped),
        counts={"reset": len(served), "skipped": len(skipped)},
        batch=issued.batch,
        output=str(issued.path),
        skipped=skipped,
        notes=(*notes, *_still_to_convert(served), *issued.warnings),
    )


def rename(run: Run, pupil: str, on: date, options: ResetOptions) -> Report:
    """Give an account the username of the request and a new password; the old username stays reserved.

    Raises RefusedError where the username is taken or not allowed, the pupil has no working account, or the
    answer is no; and what `selection.resolve` and `issue_batch.issue` raise.
    """
    printer_settings.sheet(run.settings, options.batch_options.labels)
    notes = recovery.settle(run, "rename")
    with run.store.reading() as connection:
        found = named(connection, pupil, on, run.settings)
        account = working_account(found)
        refuse_reserved(found, reservations.persons(connection))
        proposal = Proposer(run.settings, connection).changed(
            found, account, IssueReason.RENAMED, options.request
        )
        question = _(
            "Rename {old} to {new}? The old password stops working; new cards come in a ZIP."
        ).format(old=account.username, new=proposal.username)
        confirmation.agree(run, question, 1, options.consent, never_ask=False, needs_expect=False)
        batch_options = replace(options.batch_options, with_workbook=False)
    issued = issue_batch.issue(run, "rename", [proposal], batch_options, on)
    summary = _("{old} is now {new}, with a new password: {path}").format(
        old=account.username, new=proposal.username, path=issued.path
    )
    return Report(
        command="rename",
        summary=summary,
        counts={"renamed": 1},
        batch=issued.batch,
        output=str(issued.path),
        notes=(*notes, *_still_to_convert([found]), *issued.warnings),
    )


def _ask(run: Run, count: int, options: ResetOptions) -> None:
    question = plural(
        "Reset the password of {n} pupil? The old one stops working.",
        "Reset the passwords of {n} pupils? The old ones stop working.",
        count,
    ).format(n=count)
    never_ask = options.named or not count
    confirmation.agree(run, question, count, options.consent, never_ask=never_ask, needs_expect=True)


def _still_to_convert(pupils: Sequence[Pupil]) -> Iterator[str]:
    waiting = [pupil.id for pupil in pupils if pupil.status is Status.CONVERT]
    if waiting:
        yield plural(
            "{n} pupil has moved to the other type and keeps the present one for now; "
            "`leerid bulk-create --convert` gives the new kind: {pupils}",
            "{n} pupils have moved to the other type and keep the present one for now; "
            "`leerid bulk-create --convert` gives the new kind: {pupils}",
            len(waiting),
        ).format(n=len(waiting), pupils=", ".join(waiting))
