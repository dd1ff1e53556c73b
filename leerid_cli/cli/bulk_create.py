"""`leerid bulk-create`: options and printing.

The work is done by `workflows/create_accounts.py` or `workflows/proposal_files.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.batch_options import CardGroup, LabelGroup, OutputGroup
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices
from leerid_cli.model.people import PasswordKind

if TYPE_CHECKING:
    from datetime import date

    from leerid_cli.model.reports import Report
    from leerid_cli.run import Run
    from leerid_cli.workflows.create_accounts import CreateOptions
    from leerid_cli.workflows.selection import Selection


class BasisKind(StrEnum):
    """The password kinds that basis accounts can have."""

    WORD = "word"
    PICTURE = "picture"


Everything = Annotated[bool, typer.Option("--all", help=N_("Everybody who may get an account."))]
Convert = Annotated[
    bool,
    typer.Option(
        "--convert",
        help=N_("Also pupils who moved to the other type: a new kind of password, the same username."),
    ),
]


@dataclass(frozen=True, slots=True)
class ProposalGroup:
    """Whether the proposed accounts are first written to a file, read from one, or looked at."""

    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            help=N_("Make nothing, but write the proposal to this .xlsx or .csv to look at and to edit."),
            metavar="FILE",
        ),
    ] = None
    apply: Annotated[
        Path | None,
        typer.Option("--apply", help=N_("Make what the edited proposal says."), metavar="FILE"),
    ] = None
    review: Annotated[
        bool,
        typer.Option(
            "--review", help=N_("Look at the proposal at the terminal, and change it, before it is made.")
        ),
    ] = False


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "bulk-create",
        cls=cls,
        help=N_("Make the accounts of a selection: a ZIP with a workbook and the cards to print."),
    )(bulk_create)


@with_groups
def bulk_create(
    ctx: typer.Context,
    *,
    filters: SelectionGroup,
    everything: Everything = False,
    password_kind: Annotated[
        BasisKind | None,
        typer.Option("--password-kind", help=N_("The kind of password for all basis accounts.")),
    ] = None,
    convert: Convert = False,
    proposal: ProposalGroup,
    output: OutputGroup,
    card: CardGroup,
    labels: LabelGroup,
    yes: options.Yes = False,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Make the accounts of a selection, or write or apply a proposal file, and exit with the report's code.

    Raises BadParameter for options that contradict each other.
    """
    from leerid_cli.model.requests import AccountRequest
    from leerid_cli.workflows import create_accounts

    selection = filters.selection()
    chosen_here = bool(everything or convert or password_kind or not selection.is_everything)
    _refuse_together(proposal, output, chosen_here=chosen_here)
    wanted = create_accounts.CreateOptions(
        request=AccountRequest(kind=PasswordKind(password_kind) if password_kind else None, strict=False),
        batch_options=output.batch_options(card, labels),
        everything=everything,
        convert=convert,
        yes=yes,
        review=proposal.review,
    )
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        if proposal.apply or proposal.plan:
            result = _proposal_file(run, proposal, selection, day, wanted)
        else:
            result = create_accounts.bulk_create(run, selection, day, wanted)
    raise typer.Exit(ctx.obj.finish(result, report))


def _proposal_file(
    run: Run, proposal: ProposalGroup, selection: Selection, on: date, wanted: CreateOptions
) -> Report:
    """Carry out an edited proposal file, or write a new one."""
    from leerid_cli.workflows import proposal_files

    if proposal.apply:
        return proposal_files.apply(run, proposal.apply, on, wanted)
    assert proposal.plan is not None  # noqa: S101 - one of the two
    return proposal_files.plan(run, proposal.plan, selection, on, wanted)


def _refuse_together(proposal: ProposalGroup, output: OutputGroup, *, chosen_here: bool) -> None:
    """Raise BadParameter for options that contradict each other; `chosen_here`: some say for whom, or how."""
    if proposal.apply and (proposal.plan or chosen_here):
        raise typer.BadParameter(_("the file says for whom, and how"), param_hint="--apply")
    if proposal.review and (proposal.plan or proposal.apply):
        raise typer.BadParameter(_("the file is the review"), param_hint="--review")
    if proposal.plan and output.output:
        raise typer.BadParameter(_("--plan makes no ZIP"), param_hint="--output")
