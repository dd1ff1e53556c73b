"""`leerid show`: passes its options to `workflows/search.py`, and prints the result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.i18n import N_
from leerid_cli.model import choices

HANDLES_SECRETS = False  # it only reads the register, in which there is no password and no official number


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command("show", cls=cls, help=N_("Show everything held on one pupil, but no secrets."))(show)


def show(
    ctx: typer.Context,
    pupil: Annotated[str, typer.Argument(help=N_("SCHOOL/STAMNUMMER, a username, or a stamnummer."))],
    as_of: options.AsOf = None,
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Print person, enrolments, account and history of one pupil, as text or JSON."""
    import json

    from leerid_cli.workflows import search

    with ctx.obj.run() as run:
        found = search.show(run, pupil, reference_date(as_of, run.today, quiet=ctx.obj.quiet))
    if output is choices.ReportFormat.JSON:
        console.data(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        console.data("".join(f"{console.visible(line)}\n" for line in _lines(found)))


def _lines(values: dict[str, Any], indent: str = "") -> Iterator[str]:
    """Yield a line `name: value` for each value; the parts of a dict or list are indented below its name."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{name}:"
            for entry in value:
                yield indent + "  - " + ", ".join(f"{key}: {text}" for key, text in entry.items() if text)
        else:
            yield f"{indent}{name}: {'' if value is None else value}"
