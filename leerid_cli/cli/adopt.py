"""`leerid adopt`: passes its options to `workflows/adopt.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.batch_options import CardGroup, LabelGroup, OutputGroup
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.i18n import N_
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "adopt",
        cls=cls,
        help=N_("Take over accounts that exist already, so that nobody gets a second one."),
    )(adopt)


@with_groups
def adopt(
    ctx: typer.Context,
    *,
    files: Annotated[
        list[str],
        typer.Argument(
            help=N_("Workbooks of the Schoolloket, the same as CSV, or earlier ZIPs."), metavar="FILE..."
        ),
    ],
    school: Annotated[
        str, typer.Option(help=N_("The instellingsnummer where a file has none."), metavar="NR")
    ] = "",
    encoding: Annotated[
        str | None, typer.Option(help=N_("The encoding of CSV files, such as utf-8 or cp1252."))
    ] = None,
    cards: Annotated[
        bool, typer.Option("--cards", help=N_("Print cards for those whose password is in the file."))
    ] = False,
    output: OutputGroup,
    colour: options.Colour = False,
    labels: LabelGroup,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Say what would change, and change nothing."))
    ] = False,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Take the accounts over and leave with the exit code."""
    from leerid_cli.workflows import adopt, adoption_outcome

    wanted = adoption_outcome.AdoptOptions(
        school=options.instellingsnummer(school),
        encoding=encoding,
        cards=cards,
        batch_options=output.batch_options(CardGroup(colour=colour), labels),
        dry_run=dry_run,
    )
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        result = adopt.run_adopt(run, files, day, wanted)
    raise typer.Exit(ctx.obj.finish(result, report))
