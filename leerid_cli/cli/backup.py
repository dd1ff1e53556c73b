"""`leerid backup` and `leerid restore`: options and printing.

The work is done by `workflows/backup.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.i18n import N_
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the commands of this module in `app`; `cls` is their class (`translated.Command`)."""
    app.command("backup", cls=cls, help=N_("Copy the store to a new file."))(backup)
    app.command(
        "restore",
        cls=cls,
        help=N_("Put a backup in the place of the store; the one that is there is kept aside."),
    )(restore)


def backup(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(help=N_("The file to make."), metavar="FILE")],
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Copy the store to a new file, print the report, and exit with its code."""
    from leerid_cli.workflows import backup

    with ctx.obj.run() as run:
        report = backup.run_backup(run, target)
    raise typer.Exit(ctx.obj.finish(report, output))


def restore(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(help=N_("The backup."), metavar="FILE")],
    bundles: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help=N_("Take back accounts made after the backup from the ZIPs in this folder.")
        ),
    ] = None,
    as_of: options.AsOf = None,
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Put a backup in the place of the store, print the report, and exit with its code."""
    from leerid_cli.workflows import backup

    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=True)
        report = backup.run_restore(run, source, bundles, day)
    raise typer.Exit(ctx.obj.finish(report, output))
