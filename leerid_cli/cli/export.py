"""`leerid export`: passes its options to `workflows/export.py`, and prints the result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.i18n import N_, plural
from leerid_cli.model.choices import ExportFormat


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "export",
        cls=cls,
        help=N_("Write register and accounts of a selection, without passwords; `import` reads it back."),
    )(export)


@with_groups
def export(
    ctx: typer.Context,
    *,
    filters: SelectionGroup,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help=N_("The file to make, or the folder for it; else standard output.")
        ),
    ] = None,
    chosen: Annotated[
        ExportFormat | None, typer.Option("--format", help=N_("Its format, where the name does not tell it."))
    ] = None,
    excel_csv: Annotated[
        bool,
        typer.Option(
            "--excel-csv",
            help=N_("CSV for Excel: an apostrophe before what it would run. Not to be imported again."),
        ),
    ] = False,
    as_of: options.AsOf = None,
) -> None:
    """Write register and accounts of a selection to a file, or to standard output where none is given."""
    from leerid_cli.workflows import export

    selection = filters.selection()
    wanted = export.ExportOptions(output, chosen, excel_csv)
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        done = export.export(run, selection, day, wanted)
    if done.path is None:
        console.data(done.text)
    elif not ctx.obj.quiet:
        message = plural("{n} enrolment written: {path}", "{n} enrolments written: {path}", done.rows)
        console.say("export: " + message.format(n=done.rows, path=done.path))
