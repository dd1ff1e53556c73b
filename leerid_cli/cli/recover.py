"""`leerid recover`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.i18n import N_


def register(app: typer.Typer, cls: type[Any]) -> None:
    """Add the command to the program."""
    app.command("recover", cls=cls, help=N_("Finish or undo what an interrupted run left open."))(recover)


def recover(
    ctx: typer.Context,
    accept: Annotated[
        str,
        typer.Option(help=N_("Settle this lost batch as it is: its ZIP is not looked for."), metavar="BATCH"),
    ] = "",
    deliver: Annotated[
        Path | None, typer.Option(help=N_("Give the waiting ZIP this name in its folder."), metavar="FILE")
    ] = None,
    report: options.Report = options.ReportFormat.TEXT,
) -> None:
    """Recover and leave with the exit code."""
    from leerid_cli.workflows import batches

    with ctx.obj.run() as run:
        result = batches.run_recover(run, accept, deliver)
    raise typer.Exit(ctx.obj.finish(result, report))
