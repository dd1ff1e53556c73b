"""`leerid calibrate` and `leerid cards preview`: options and printing.

The work is done by `workflows/previews.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.translated import Subgroup
from leerid_cli.i18n import N_
from leerid_cli.model import choices

TestSheet = Annotated[
    Path | None,
    typer.Option("--output", "-o", help=N_("The PDF to make, or the folder for it."), metavar="FILE.pdf"),
]
Preview = Annotated[
    Path,
    typer.Option(
        "--output", "-o", help=N_("The .pdf or .png to make, or the folder for it."), metavar="FILE"
    ),
]


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the commands of this module in `app`; `cls` is their class (`translated.Command`)."""
    app.command(
        "calibrate",
        cls=cls,
        help=N_("Make a test sheet that shows how far a printer is off on a label sheet."),
    )(calibrate)
    group = typer.Typer(cls=Subgroup, no_args_is_help=True)
    # without a callback, Typer would make a group with one command that command itself
    group.callback()(_cards)
    group.command("preview", cls=cls, help=N_("Draw sample cards of every kind, of made-up children."))(
        preview
    )
    app.add_typer(group, name="cards", help=N_("Look at the cards before they are made."))


def _cards() -> None:
    pass


def calibrate(
    ctx: typer.Context,
    sheet: options.Sheet = "",
    printer: options.PrinterName = "",
    offset_x: options.OffsetX = None,
    offset_y: options.OffsetY = None,
    scale_y: options.ScaleY = None,
    output: TestSheet = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Make the test sheet of a label sheet, print the report, and exit with its code."""
    from leerid_cli.model.batches import LabelOptions
    from leerid_cli.workflows import previews

    with ctx.obj.run() as run:
        result = previews.calibrate(run, output, LabelOptions(sheet, 1, offset_x, offset_y, scale_y, printer))
    raise typer.Exit(ctx.obj.finish(result, report))


def preview(
    ctx: typer.Context,
    output: Preview,
    sheet: options.Sheet = "",
    printer: options.PrinterName = "",
    colour: options.Colour = False,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Draw the sample cards, print the report, and exit with its code."""
    from leerid_cli.model.batches import LabelOptions
    from leerid_cli.workflows import previews

    with ctx.obj.run() as run:
        result = previews.preview(run, output, LabelOptions(sheet, printer=printer), colour=colour)
    raise typer.Exit(ctx.obj.finish(result, report))
