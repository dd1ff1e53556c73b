"""`leerid bulk-create`: options and printing.

The work is done by `workflows/create_accounts.py` or `workflows/proposal_files.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices
from leerid_cli.model.batches import LabelOptions
from leerid_cli.model.people import PasswordKind

if TYPE_CHECKING:
    from datetime import date

    from leerid_cli.model.reports import Report
    from leerid_cli.run import Run
    from leerid_cli.workflows.create_accounts import CreateOptions
    from leerid_cli.workflows.selection import Selection

Everything = Annotated[bool, typer.Option("--all", help=N_("Everybody who may get an account."))]
BasisKind = Annotated[
    options.BasisKind | None,
    typer.Option("--password-kind", help=N_("The kind of password for all basis accounts.")),
]
Convert = Annotated[
    bool,
    typer.Option(
        "--convert",
        help=N_("Also pupils who moved to the other type: a new kind of password, the same username."),
    ),
]
Plan = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        help=N_("Make nothing, but write the proposal to this .xlsx or .csv to look at and to edit."),
        metavar="FILE",
    ),
]
Review = Annotated[
    bool,
    typer.Option(
        "--review", help=N_("Look at the proposal at the terminal, and change it, before it is made.")
    ),
]
Apply = Annotated[
    Path | None,
    typer.Option("--apply", help=N_("Make what the edited proposal says."), metavar="FILE"),
]


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "bulk-create",
        cls=cls,
        help=N_("Make the accounts of a selection: a ZIP with a workbook and the cards to print."),
    )(bulk_create)


def bulk_create(
    ctx: typer.Context,
    school: options.School = [],  # noqa: B006 (Typer copies it)
    group: options.Group = [],  # noqa: B006
    klas: options.Class = [],  # noqa: B006
    status: options.StatusOption = [],  # noqa: B006
    account_type: options.TypeOption = [],  # noqa: B006
    source: options.From = None,
    everything: Everything = False,
    password_kind: BasisKind = None,
    convert: Convert = False,
    plan: Plan = None,
    apply: Apply = None,
    review: Review = False,
    output: options.Output = None,
    compact: options.Compact = False,
    colour: options.Colour = False,
    card_language: options.CardLanguage = "",
    sheet: options.Sheet = "",
    start_at: options.StartAt = 1,
    offset_x: options.OffsetX = None,
    offset_y: options.OffsetY = None,
    scale_y: options.ScaleY = None,
    printer: options.PrinterName = "",
    cluster: options.Cluster = "",
    no_passwords: options.NoPasswords = False,
    split: options.SplitBy = None,
    only: options.Only = [],  # noqa: B006 (Typer copies it)
    yes: options.Yes = False,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Make the accounts of a selection, or write or apply a proposal file, and exit with the report's code.

    Raises BadParameter for options that contradict each other.
    """
    from leerid_cli.model.requests import AccountRequest
    from leerid_cli.workflows import create_accounts

    selection = options.selection(
        school=school, group=group, klas=klas, status=status, account_type=account_type, source=source
    )
    chosen_here = bool(everything or convert or password_kind or not selection.is_everything)
    _refuse_together(plan, apply, output, chosen_here=chosen_here, review=review)
    labels = LabelOptions(sheet, start_at, offset_x, offset_y, scale_y, printer)
    wanted = create_accounts.CreateOptions(
        request=AccountRequest(kind=PasswordKind(password_kind) if password_kind else None, strict=False),
        batch_options=options.batch_options(
            output, labels, colour, compact, split, only,
            listed=not no_passwords, language=card_language, cluster=cluster,
        ),
        everything=everything, convert=convert, yes=yes, review=review,
    )  # fmt: skip
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        if apply or plan:
            result = _proposal_file(run, plan, apply, selection, day, wanted)
        else:
            result = create_accounts.bulk_create(run, selection, day, wanted)
    raise typer.Exit(ctx.obj.finish(result, report))


def _proposal_file(
    run: Run, plan: Path | None, apply: Path | None, selection: Selection, on: date, wanted: CreateOptions
) -> Report:
    """Carry out an edited proposal file, or write a new one."""
    from leerid_cli.workflows import proposal_files

    if apply:
        return proposal_files.apply(run, apply, on, wanted)
    assert plan is not None  # noqa: S101 - one of the two
    return proposal_files.plan(run, plan, selection, on, wanted)


def _refuse_together(
    plan: Path | None, apply: Path | None, output: Path | None, *, chosen_here: bool, review: bool
) -> None:
    """Raise BadParameter for options that contradict each other."""
    if apply and (plan or chosen_here):
        raise typer.BadParameter(_("the file says for whom, and how"), param_hint="--apply")
    if review and (plan or apply):
        raise typer.BadParameter(_("the file is the review"), param_hint="--review")
    if plan and output:
        raise typer.BadParameter(_("--plan makes no ZIP"), param_hint="--output")
