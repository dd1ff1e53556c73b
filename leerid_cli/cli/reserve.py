"""`leerid reserve`: passes its options to `workflows/reserve_usernames.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.i18n import N_
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "reserve", cls=cls, help=N_("Keep usernames that are taken elsewhere from ever being given out here.")
    )(reserve)


def reserve(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(help=N_("Usernames, one a line; - is standard input."), metavar="FILE")
    ],
    yes: options.Yes = False,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Reserve the usernames in a file, print the report, and exit with its code."""
    from leerid_cli.workflows import reserve_usernames
    from leerid_cli.workflows.confirmation import Consent

    text = options.read(file)
    with ctx.obj.run() as run:
        result = reserve_usernames.reserve(run, file, text, Consent(yes=yes))
    raise typer.Exit(ctx.obj.finish(result, report))
