"""`leerid todo`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from leerid_cli.cli import lists, options
from leerid_cli.cli.context import as_of as reference
from leerid_cli.i18n import N_


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Add the command to the program."""
    app.command(
        "todo", cls=cls, help=N_("List all that waits for a person, with the command to type for each.")
    )(todo)


def todo(ctx: typer.Context, as_of: options.AsOf = None, output: options.RowsFormat = None) -> None:
    """Print what waits; exit 0 where nothing does."""
    from leerid_cli.workflows import todo as waiting

    with ctx.obj.run() as run:
        items = waiting.todo(run, reference(as_of, run.today, quiet=ctx.obj.quiet))
    lists.show(items, waiting.COLUMNS, output, _block)


def _block(item: Mapping[str, Any]) -> Iterator[str]:
    """Yield an item as lines: what waits, and the command under it."""
    yield f"{item['what']} ({item['pupils']})"
    yield f"    {item['command']}"
