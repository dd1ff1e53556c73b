"""`leerid change-password`: passes its options to `accounts/own_password.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console
from leerid_cli.errors import RefusedError
from leerid_cli.i18n import N_, _


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
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
    """Change a password as the owner of the account does; the old and the new one come from standard input.

    Ends with exit code 0, or raises NotFoundError (5) for an unknown username and RefusedError (6) where the
    old password is wrong or the new one not allowed.
    """
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
