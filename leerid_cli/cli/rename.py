"""`leerid rename`: passes its options to `workflows/reset_password.py`, and prints the result."""

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
    app.command(
        "rename",
        cls=cls,
        help=N_(
            "Give an account another username; the old one stays reserved. Passwords are not kept and cannot be "
            "printed again: the pupil also gets a new password, and new cards in a ZIP. The QR code stays."
        ),
    )(rename)


@with_groups
def rename(
    ctx: typer.Context,
    *,
    pupil: Annotated[str, typer.Argument(help=N_("SCHOOL/STAMNUMMER, a username, or a stamnummer."))],
    username: Annotated[str, typer.Option(help=N_("The new username."))],
    password_kind: options.Kind = None,
    password_stdin: options.PasswordStdin = False,
    yes: options.Yes = False,
    output: options.Output = None,
    card: CardGroup,
    labels: LabelGroup,
    cluster: options.Cluster = "",
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Give an account another username and a new password, print the report, and exit with its code."""
    from leerid_cli.model.requests import AccountRequest
    from leerid_cli.workflows import reset_password
    from leerid_cli.workflows.confirmation import Consent

    if not username:
        raise typer.BadParameter(_("it is empty"), param_hint="--username")
    password = console.secret(_("Password: ")) if password_stdin else None
    chosen = reset_password.ResetOptions(
        request=AccountRequest(username=username, kind=password_kind, password=password),
        batch_options=OutputGroup(output, cluster=cluster).batch_options(card, labels),
        consent=Consent(yes=yes),
    )
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        result = reset_password.rename(run, pupil, day, chosen)
    raise typer.Exit(ctx.obj.finish(result, report))
