"""`change-password`: a pupil with a gevorderd account replaces the password (docs/contract.md §2)."""

from __future__ import annotations

from datetime import datetime

from leerid_cli.errors import ErrorReason, NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.people import Account, AccountType
from leerid_cli.rules import hashing, passwords
from leerid_cli.store import accounts, register
from leerid_cli.store.access import Store


def change_password(
    store: Store, cost: int, username: str, old: str, new: str, now: datetime, reason: str = ""
) -> None:
    """Replace the password of a gevorderd account by one that the pupil chose, and clear `must_change`.

    A sign-in page can call this. `username` may be in any case; `old` and `new` are in clear. The new password
    has at least 12 characters (docs/sources.md, "The LeerID manual" §1) and at most 72 bytes of UTF-8, and
    differs from the old one. `cost` is the bcrypt cost. When this returns, the change is in the store, and in
    the history with `now` and `reason` but without the password.

    Both passwords are judged and hashed while the store is free for others; the store lock is held for the write
    alone. If the account has changed by then, it is judged anew.

    Raises NotFoundError for an unknown username; RefusedError, with nothing changed, for a basis or
    suspended account, a wrong old password, or a new one that breaks a rule; BusyError where another run
    holds the lock for longer than the store waits.
    """
    password_hash = ""
    while True:
        account = _account(store, username)
        _check(account, username, old)
        password_hash = password_hash or hashing.hash_password(passwords.own_choice(old, new), cost)
        with store.writing("change-password") as connection:
            if accounts.set_own_password(
                connection, account.username, account.password_hash, password_hash, now, reason
            ):
                return


def _account(store: Store, username: str) -> Account:
    """Return the account with this username; raises NotFoundError where there is none."""
    with store.reading() as connection:
        person = register.by_username(connection, username)
        account = register.persons(connection, [person])[0].account if person is not None else None
    if account is None:
        raise NotFoundError(
            _("no account has the username {username}").format(username=username),
            reason=ErrorReason.UNKNOWN_USERNAME,
        )
    return account


def _check(account: Account, username: str, old: str) -> None:
    """Raise RefusedError where the account may not change its password, or `old` is not its password."""
    if account.suspended:
        raise RefusedError(
            _("the account {username} is suspended").format(username=username), reason=ErrorReason.SUSPENDED
        )
    if account.type is AccountType.BASIS:
        raise RefusedError(
            _("the password of a basis account is not changed by the pupil"),
            _("`leerid reset-password {username}` makes a new one, with cards").format(username=username),
            reason=ErrorReason.BASIS_ACCOUNT,
        )
    if not account.password_hash or not hashing.matches(passwords.spelled(old), account.password_hash):
        raise RefusedError(
            _("the password of {username} is wrong").format(username=username),
            reason=ErrorReason.WRONG_PASSWORD,
        )
