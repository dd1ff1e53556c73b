"""`create` and `bulk-create`: make accounts for pupils without one, and a ZIP with their cards.

With `--convert`, accounts of pupils who moved to or from ordinary secondary education also get the type that they
need now. Who may get an account: docs/contract.md §2, "Who gets an account".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from leerid_cli.accounts.proposals import Proposer, propose
from leerid_cli.batches import recovery
from leerid_cli.cards import printer_settings
from leerid_cli.errors import RefusedError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import BatchOptions, DeliveredBatch, IssueReason
from leerid_cli.model.people import Pupil, Status
from leerid_cli.model.reports import Report, Skipped
from leerid_cli.model.requests import AccountProposal, AccountRequest
from leerid_cli.run import Run
from leerid_cli.store import reservations
from leerid_cli.store.connection import Connection
from leerid_cli.workflows import confirmation, issue_batch, served, terminal_review
from leerid_cli.workflows.selection import Selection, named, select_or_refuse


@dataclass(frozen=True, slots=True)
class CreateOptions:
    """The options of `create` and `bulk-create`; `everything` is `--all`."""

    request: AccountRequest = field(default_factory=AccountRequest)
    batch_options: BatchOptions = field(default_factory=BatchOptions)
    everything: bool = False
    convert: bool = False
    yes: bool = False
    review: bool = False


def create(run: Run, pupil: str, on: date, options: CreateOptions) -> Report:
    """Make the account of one pupil and return the report.

    At a terminal, username, kind of password and password can be changed first. `on` is the reference date for
    the status. Raises RefusedError where the pupil may not get an account, the request cannot be met, or the
    answer is no; and what `selection.resolve` and `issue_batch.issue` raise.
    """
    printer_settings.sheet(run.settings, options.batch_options.labels)
    notes = recovery.settle(run, "create")
    with run.store.reading() as connection:
        found = named(connection, pupil, on, run.settings)
        if found.status is not Status.NONE:
            raise RefusedError(
                _("{pupil}: {why}").format(pupil=found.id, why=served.why_no_account(found)),
                served.remedy(found),
            )
        served.refuse_reserved(found, reservations.persons(connection))
        proposer = Proposer(run.settings, connection)
        if run.interactive and not options.yes:
            proposal = terminal_review.one(
                run, proposer, lambda request: proposer.new(found, request), options.request
            )
            ask(run, [found], options)
        else:
            proposal = proposer.new(found, options.request)
    issued = issue_batch.issue(run, "create", [proposal], options.batch_options, on)
    return report("create", [proposal], issued, notes)


def bulk_create(run: Run, selection: Selection, on: date, options: CreateOptions) -> Report:
    """Make accounts for all selected pupils who may get one, and report the others as skipped.

    Raises UsageError where no filter and no `--all` is given; RefusedError where the answer is no; and
    what `selection.select_or_refuse` and `issue_batch.issue` raise.
    """
    printer_settings.sheet(run.settings, options.batch_options.labels)
    notes = recovery.settle(run, "bulk-create")
    with run.store.reading() as connection:
        to_serve, skipped = divide(run, connection, selection, on, options)
        if not to_serve:
            return nothing_to_do(skipped, notes)
        proposer = Proposer(run.settings, connection)
        proposes = [partial(propose, proposer, pupil) for pupil in to_serve]
        if options.review:
            proposals = terminal_review.many(run, proposer, proposes, options.request)
        else:
            proposals = [propose(options.request) for propose in proposes]
        ask(run, to_serve, options)
    issued = issue_batch.issue(run, "bulk-create", proposals, options.batch_options, on)
    return report("bulk-create", proposals, issued, notes, skipped)


def divide(
    run: Run, connection: Connection, selection: Selection, on: date, options: CreateOptions
) -> tuple[list[Pupil], tuple[Skipped, ...]]:
    """Return the selected pupils who get an account, and the skipped ones with the reason.

    With `options.convert` the former include pupils whose account must be converted. Raises UsageError where
    no filter and no `--all` is given, and what `selection.select_or_refuse` raises.
    """
    if selection.is_everything and not options.everything:
        raise UsageError(
            _("say for whom: --class, --school, --group, --from, or --all for everybody"),
        )
    wanted = (Status.NONE, Status.CONVERT) if options.convert else (Status.NONE,)
    pupils = select_or_refuse(connection, selection, on, run.settings)
    return served.divide(
        pupils,
        lambda pupil: "" if pupil.status in wanted else served.why_no_account(pupil),
        reservations.persons(connection),
    )


def nothing_to_do(skipped: tuple[Skipped, ...], notes: Sequence[str]) -> Report:
    """Return the report of a bulk-create where all selected pupils were skipped."""
    summary = _("nothing to do: none of the {n} pupils gets an account").format(n=len(skipped))
    counts = {"created": 0, "converted": 0, "skipped": len(skipped)}
    status = served.status_with(skipped)
    return Report("bulk-create", summary, status, counts=counts, skipped=skipped, notes=tuple(notes))


def ask(run: Run, pupils: Sequence[Pupil], options: CreateOptions) -> None:
    """Ask whether to make or convert the accounts of these pupils; raises RefusedError where the answer is no."""
    converted = sum(pupil.person.account is not None for pupil in pupils)
    made = len(pupils) - converted
    question = plural("Make {n} account?", "Make {n} accounts?", made).format(n=made)
    if converted:
        question += " " + plural(
            "Give {n} account its new kind of password? The old one stops working.",
            "Give {n} accounts their new kind of password? The old ones stop working.",
            converted,
        ).format(n=converted)
    consent = confirmation.Consent(yes=options.yes)
    confirmation.agree(run, question, len(pupils), consent, never_ask=False, needs_expect=False)


def report(
    command: str,
    proposals: Sequence[AccountProposal],
    issued: DeliveredBatch,
    notes: Sequence[str],
    skipped: tuple[Skipped, ...] = (),
) -> Report:
    """Return the report of `create` or `bulk-create`.

    `skipped` are pupils left out before the proposals were made; `notes` tell what recovery did before.
    """
    left_out = {one.pupil for one in issued.skipped}
    proposals = [proposal for proposal in proposals if proposal.pupil.id not in left_out]
    skipped = (*skipped, *issued.skipped)
    created = sum(proposal.reason is IssueReason.CREATED for proposal in proposals)
    converted = len(proposals) - created
    parts = []
    if created:
        parts.append(plural("{n} account made", "{n} accounts made", created).format(n=created))
    if converted:
        parts.append(plural("{n} account converted", "{n} accounts converted", converted).format(n=converted))
    summary = ", ".join(parts) + f": {issued.path}"
    if skipped:
        summary += ", " + plural("{n} pupil skipped", "{n} pupils skipped", len(skipped)).format(
            n=len(skipped)
        )
    counts = {"created": created, "skipped": len(skipped)}
    if command == "bulk-create":
        counts["converted"] = converted
    return Report(
        command=command,
        summary=summary,
        status=served.status_with(skipped),
        counts=counts,
        batch=issued.batch,
        output=str(issued.path),
        skipped=skipped,
        notes=(*notes, *issued.warnings),
    )
