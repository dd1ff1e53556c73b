"""`leerid recover`: options and printing.

The work is done by `workflows/recover.py` or `workflows/reissue_lost.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command("recover", cls=cls, help=N_("Finish or undo what an interrupted run left open."))(recover)


def recover(
    ctx: typer.Context,
    accept: Annotated[
        str,
        typer.Option(help=N_("Settle this lost batch as it is: its ZIP is not looked for."), metavar="BATCH"),
    ] = "",
    reissue: Annotated[
        str,
        typer.Option(
            help=N_("Make new passwords and cards for the accounts of this lost batch."), metavar="BATCH"
        ),
    ] = "",
    deliver: Annotated[
        Path | None, typer.Option(help=N_("Give the waiting ZIP this name in its folder."), metavar="FILE")
    ] = None,
    output: options.Output = None,
    yes: options.Yes = False,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Finish or undo what an interrupted run left, or settle a lost batch; exit with the report's code."""
    from leerid_cli.model.batches import BatchOptions
    from leerid_cli.workflows import recover, reissue_lost

    if sum(map(bool, (accept, reissue, deliver))) > 1:
        raise typer.BadParameter(_("one of them at a time"), param_hint="--accept, --reissue, --deliver")
    if output and not reissue:
        raise typer.BadParameter(_("only --reissue makes a ZIP"), param_hint="--output")
    with ctx.obj.run() as run:
        if reissue:
            day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
            chosen = reissue_lost.ReissueOptions(BatchOptions(output=output), yes=yes)
            result = reissue_lost.reissue(run, reissue, day, chosen)
        else:
            result = recover.run_recover(run, accept, deliver)
    raise typer.Exit(ctx.obj.finish(result, report))
