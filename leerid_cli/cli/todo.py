"""`leerid todo`: passes its options to `workflows/todo.py`, and prints the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from leerid_cli.cli import lists, options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.i18n import N_

HANDLES_SECRETS = False  # it only reads the register, in which there is no password and no official number


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "todo", cls=cls, help=N_("List all that waits for a person, with the command to type for each.")
    )(todo)


Details = Annotated[
    bool, typer.Option("--details", help=N_("Show each value that an import did not take over, old and new."))
]


def todo(
    ctx: typer.Context,
    as_of: options.AsOf = None,
    details: Details = False,
    output: options.Table = None,
) -> None:
    """Print what waits for a person, each with the command to type; exit with 0 in any case."""
    from leerid_cli.workflows import todo as workflow

    with ctx.obj.run() as run:
        on = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        items = workflow.todo(run, on, details=details)
    lists.show(items, workflow.COLUMNS, output, _block)


def _block(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines for an item: what waits, and below it the command to type; of a value only the line."""
    if item["kind"] != "value":
        yield f"{item['what']} ({item['pupils']})"
    if line := item["command"] or (item["kind"] == "value" and item["what"]):
        yield f"    {line}"
