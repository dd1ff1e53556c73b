"""`verify`: tells whether a password opens an account."""

from __future__ import annotations

from leerid_cli import resources
from leerid_cli.accounts import hashing, passwords, pictograms
from leerid_cli.errors import NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.store import register
from leerid_cli.workflows.run import Run


def verify(run: Run, username: str, password: str) -> None:
    """Return if the password is right; raises NotFoundError for the username, RefusedError otherwise."""
    with run.reading() as connection:
        person = register.by_username(connection, username)
        if person is None:
            raise NotFoundError(_("no account has the username {username}").format(username=username))
        account = register.persons(connection, [person])[0].account
    if account is None or account.suspended:
        raise RefusedError(_("the account {username} is suspended").format(username=username))
    catalogue = pictograms.load(resources.pictograms())
    secret = passwords.entered(account.password_kind, password, catalogue)
    if not hashing.matches(secret, account.password_hash):
        raise RefusedError(_("the password of {username} is wrong").format(username=username))
