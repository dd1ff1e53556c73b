"""`leerid overview`: passes its options to `workflows/overview.py`, and prints the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import typer

from leerid_cli.cli import console, lists, options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices

HANDLES_SECRETS = False  # it only reads the register, in which there is no password and no official number


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "overview", cls=cls, help=N_("Show how many pupils of each school and class have which status.")
    )(overview)


@with_groups
def overview(
    ctx: typer.Context,
    *,
    filters: SelectionGroup,
    as_of: options.AsOf = None,
    output: options.Table = None,
) -> None:
    """Print how many pupils of each school and class have which status."""
    from leerid_cli.workflows import overview

    selection = filters.selection()
    with ctx.obj.run() as run:
        on = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        rows = overview.overview(run, selection, on)
    if output is choices.TableFormat.TABLE or (output is None and lists.at_terminal()):
        _draw(rows, overview.STATUSES, overview.WITH_ACCOUNT)
    else:
        lists.show(rows, overview.OVERVIEW, output)


def _draw(rows: Sequence[dict[str, Any]], statuses: Sequence[str], with_account: Sequence[str]) -> None:
    """Print the counts as a table, with a bar for the accounts and sums of schools with several classes."""
    drawn = [
        row | {"accounts": console.bar(sum(row[status] for status in with_account), row["total"])}
        for row in _with_sums(rows, ("total", *statuses))
    ]
    used = [status for status in statuses if any(row[status] for row in rows)]
    console.table(drawn, ("school", "klas", "total", *used, "accounts"))
    for number, name in dict.fromkeys(
        (row["school"], row["school_name"]) for row in rows if row["school_name"]
    ):
        console.data(console.visible(f"{number}: {name}") + "\n")
    moment = rows[0]["last_import"] or _("none yet")
    console.data(_("last import: {moment}").format(moment=moment) + "\n")


def _with_sums(rows: Sequence[dict[str, Any]], counts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for school, group in groupby(rows, key=lambda row: row["school"]):
        classes = list(group)
        yield from classes
        if len(classes) > 1:
            yield _sum(school, classes, counts)
    if len({row["school"] for row in rows}) > 1:
        yield _sum("", rows, counts)


def _sum(school: str, rows: Sequence[dict[str, Any]], counts: Sequence[str]) -> dict[str, Any]:
    sums = {count: sum(row[count] for row in rows) for count in counts}
    return {"school": school, "klas": _("together"), **sums}
