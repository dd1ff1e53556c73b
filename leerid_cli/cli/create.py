"""`leerid create`: passes its options to `workflows/create_accounts.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.cli.batch_options import CardGroup, LabelGroup, OutputGroup
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command("create", cls=cls, help=N_("Make the account of one pupil: a ZIP with the cards to print."))(
        create
    )


@with_groups
def create(
    ctx: typer.Context,
    *,
    pupil: Annotated[str, typer.Argument(help=N_("SCHOOL/STAMNUMMER, or a stamnummer."))],
    username: Annotated[
        str, typer.Option(help=N_("This username instead of the one that would be made."))
    ] = "",
    password_kind: options.Kind = None,
    password_stdin: options.PasswordStdin = False,
    output: options.Output = None,
    card: CardGroup,
    labels: LabelGroup,
    cluster: options.Cluster = "",
    yes: options.Yes = False,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Make the account of one pupil, print the report, and exit with its code."""
    from leerid_cli.model.requests import AccountRequest
    from leerid_cli.workflows import create_accounts

    password = console.secret(_("Password: ")) if password_stdin else None
    wanted = create_accounts.CreateOptions(
        request=AccountRequest(username=username, kind=password_kind, password=password),
        batch_options=OutputGroup(output, cluster=cluster).batch_options(card, labels, with_workbook=False),
        yes=yes,
    )
    with ctx.obj.run() as run:
        result = create_accounts.create(
            run, pupil, reference_date(as_of, run.today, quiet=ctx.obj.quiet), wanted
        )
    raise typer.Exit(ctx.obj.finish(result, report))
