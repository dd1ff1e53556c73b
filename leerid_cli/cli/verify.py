"""`leerid verify`: passes its options to `accounts/sign_in.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console
from leerid_cli.i18n import N_, _


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command("verify", cls=cls, help=N_("Tell whether the password on standard input opens an account."))(
        verify
    )


def verify(
    ctx: typer.Context,
    username: Annotated[str, typer.Argument(help=N_("The username of the account."))],
) -> None:
    """Check a password that is read from standard input.

    Ends with exit code 0 for the right one; raises NotFoundError (5) for an unknown username, RefusedError
    (6) where the password is wrong, not known here, or the account suspended.
    """
    from leerid_cli.accounts import sign_in

    password = console.secret(_("Password: "))
    with ctx.obj.run() as run:
        sign_in.verify(run.store, username, password)
    if not ctx.obj.quiet:
        console.say(_("the password of {username} is right").format(username=username))
