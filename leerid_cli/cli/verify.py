"""`leerid verify`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console
from leerid_cli.i18n import N_, _


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Add the command to the program."""
    app.command("verify", cls=cls, help=N_("Tell whether the password on standard input opens an account."))(
        verify
    )


def verify(
    ctx: typer.Context,
    username: Annotated[str, typer.Argument(help=N_("The username of the account."))],
) -> None:
    """Leave with 0 for the right password, 5 for no such username, 6 otherwise."""
    from leerid_cli.accounts import sign_in

    password = console.secret(_("Password: "))
    with ctx.obj.run() as run:
        sign_in.verify(run.store, username, password)
    if not ctx.obj.quiet:
        console.say(_("the password of {username} is right").format(username=username))
