"""`leerid bulk-create`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.context import as_of as reference
from leerid_cli.i18n import N_
from leerid_cli.model import PasswordKind


def register(app: typer.Typer, cls: type[Any]) -> None:
    """Add the command to the program."""
    app.command(
        "bulk-create",
        cls=cls,
        help=N_("Make the accounts of a selection: a ZIP with a workbook and the cards to print."),
    )(bulk_create)


def bulk_create(
    ctx: typer.Context,
    school: options.School = [],  # noqa: B006 (Typer copies it)
    group: options.Group = [],  # noqa: B006
    klas: options.Class = [],  # noqa: B006
    status: options.StatusOption = [],  # noqa: B006
    account_type: options.TypeOption = [],  # noqa: B006
    source: options.From = None,
    everything: Annotated[bool, typer.Option("--all", help=N_("Everybody who may get an account."))] = False,
    password_kind: Annotated[
        options.BasisKind | None,
        typer.Option("--password-kind", help=N_("The kind of password for all basis accounts.")),
    ] = None,
    convert: Annotated[
        bool,
        typer.Option(
            "--convert",
            help=N_("Also pupils who moved to the other type: a new kind of password, the same username."),
        ),
    ] = False,
    output: options.Output = None,
    compact: options.Compact = False,
    colour: options.Colour = False,
    yes: options.Yes = False,
    as_of: options.AsOf = None,
    report: options.Report = options.ReportFormat.TEXT,
) -> None:
    """Make the accounts and leave with the exit code."""
    from leerid_cli.workflows import creating
    from leerid_cli.workflows.issuing import Manner
    from leerid_cli.workflows.proposing import Wish

    selection = options.selection(
        school=school, group=group, klas=klas, status=status, account_type=account_type, source=source
    )
    chosen = creating.CreateOptions(
        wish=Wish(kind=PasswordKind(password_kind) if password_kind else None, strict=False),
        manner=Manner(output=output, compact=compact, colour=colour),
        everything=everything,
        convert=convert,
        yes=yes,
    )
    with ctx.obj.run() as run:
        on = reference(as_of, run.today, quiet=ctx.obj.quiet)
        result = creating.bulk_create(run, selection, on, chosen)
    raise typer.Exit(ctx.obj.finish(result, report))
