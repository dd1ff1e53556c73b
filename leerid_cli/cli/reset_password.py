"""`leerid reset-password`: passes its options to `workflows/reset_password.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.cli.batch_options import CardGroup, LabelGroup, OutputGroup
from leerid_cli.cli.consent_options import ConsentGroup
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "reset-password",
        cls=cls,
        help=N_("Give accounts a new password: a ZIP with new cards. The old one stops working with it."),
    )(reset_password)


@with_groups
def reset_password(
    ctx: typer.Context,
    *,
    pupils: options.Pupils = None,
    filters: SelectionGroup,
    password_kind: options.Kind = None,
    password_stdin: options.PasswordStdin = False,
    new_token: Annotated[
        bool, typer.Option("--new-token", help=N_("Also void the old QR code and address."))
    ] = False,
    consent: ConsentGroup,
    output: OutputGroup,
    card: CardGroup,
    labels: LabelGroup,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Give pupils or a selection new passwords, print the report, and exit with its code."""
    from leerid_cli.model.requests import AccountRequest
    from leerid_cli.workflows import reset_password

    selection = filters.selection(pupils=pupils)
    password = console.secret(_("Password: ")) if password_stdin else None
    chosen = reset_password.ResetOptions(
        request=AccountRequest(kind=password_kind, password=password, new_token=new_token),
        batch_options=output.batch_options(card, labels),
        consent=consent.consent(),
        named=filters.names_one(pupils),
    )
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        result = reset_password.reset_password(run, selection, day, chosen)
    raise typer.Exit(ctx.obj.finish(result, report))
