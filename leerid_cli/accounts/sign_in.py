"""Signing in, which is what `verify` tries: checks a password against the hash of an account."""

from __future__ import annotations

from leerid_cli import resources
from leerid_cli.errors import ErrorReason, NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.rules import hashing, passwords, pictograms
from leerid_cli.store import register
from leerid_cli.store.access import Store


def verify(store: Store, username: str, password: str) -> None:
    """Return without an error where the password in clear is that of the account; the store is only read.

    A picture password is its eight words in any order (docs/contract.md §2, `verify`). Raises NotFoundError
    for an unknown username; RefusedError for a wrong password, a suspended account, or an account that was
    adopted without its password.
    """
    with store.reading() as connection:
        person = register.by_username(connection, username)
        if person is None:
            raise NotFoundError(
                _("no account has the username {username}").format(username=username),
                reason=ErrorReason.UNKNOWN_USERNAME,
            )
        account = register.persons(connection, [person])[0].account
    if account is None or account.suspended:
        raise RefusedError(
            _("the account {username} is suspended").format(username=username), reason=ErrorReason.SUSPENDED
        )
    if not account.password_known:
        raise RefusedError(
            _("the password of {username} is not known here: the account was taken over without one").format(
                username=username
            ),
            _(
                "`leerid adopt FILE` with a file that has passwords, or `leerid reset-password {pupil}`"
            ).format(pupil=username),
            reason=ErrorReason.PASSWORD_NOT_KNOWN,
        )
    catalogue = pictograms.load(resources.pictograms())
    secrets = passwords.attempts(account.password_kind, password, catalogue)
    if not any(hashing.matches(secret, account.password_hash) for secret in secrets):
        raise RefusedError(
            _("the password of {username} is wrong").format(username=username),
            reason=ErrorReason.WRONG_PASSWORD,
        )
