"""`leerid search`: passes its options to `workflows/search.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import lists, options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.i18n import N_
from leerid_cli.model import choices

HANDLES_SECRETS = False  # it only reads the register, in which there is no password and no official number


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command("search", cls=cls, help=N_("Find pupils by stamnummer, naam, voornaam or username."))(search)


@with_groups
def search(
    ctx: typer.Context,
    *,
    text: Annotated[
        list[str] | None,
        typer.Argument(help=N_("Each word begins a stamnummer, name or username; accents do not matter.")),
    ] = None,
    filters: SelectionGroup,
    as_of: options.AsOf = None,
    output: Annotated[
        choices.ListFormat | None, typer.Option("--format", help=N_("How to print the list."))
    ] = None,
) -> None:
    """Print the pupils who match a text and the options of a selection."""
    from leerid_cli.exports import pupil_rows
    from leerid_cli.workflows import search

    chosen = filters.selection(text=" ".join(text or []))
    with ctx.obj.run() as run:
        rows = search.search(run, chosen, reference_date(as_of, run.today, quiet=ctx.obj.quiet))
    lists.show(rows, pupil_rows.COLUMNS, output)
