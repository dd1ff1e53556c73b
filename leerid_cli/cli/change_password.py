"""`leerid change-password`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console
from leerid_cli.errors import RefusedError
from leerid_cli.i18n import N_, _


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Add the command to the program."""
    app.command(
        "change-password",
        cls=cls,
        help=N_(
            "Change the password of a gevorderd account as its owner does: the old and the new one on two lines "
            "of standard input, or asked for at a terminal. The new one has 12 characters to 72 bytes."
        ),
    )(change_password)


def change_password(
    ctx: typer.Context,
    username: Annotated[str, typer.Argument(help=N_("The username of the account."))],
) -> None:
    """Leave with 0 where it is changed, 5 for no such username, 6 where it may not be."""
    from leerid_cli.accounts import own_password

    old = console.secret(_("Old password: "))
    new = console.secret(_("New password: "))
    if console.interactive() and console.secret(_("New password again: ")) != new:
        raise RefusedError(_("the two new passwords differ; nothing was changed"))
    with ctx.obj.run() as run:
        own_password.change_password(
            run.store, run.settings.bcrypt_cost, username, old, new, run.now, run.reason
        )
    if not ctx.obj.quiet:
        console.say(_("the password of {username} is changed").format(username=username))
