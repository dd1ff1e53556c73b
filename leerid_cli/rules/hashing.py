"""Hashing passwords with bcrypt (docs/sources.md, "Passwords and keys"); no other module uses the library.

bcrypt reads at most 72 bytes. A longer password is refused here; it is never cut silently.
"""

from __future__ import annotations

from collections.abc import Sequence

import bcrypt

from leerid_cli.errors import ErrorReason, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.cards import Credential
from leerid_cli.rules.passwords import MAX_BYTES, hashable


def hash_password(credential: Credential, cost: int) -> str:
    """Return the bcrypt string (`$2b$…`) of a password, made with 2**cost rounds.

    bcrypt releases the GIL while it works, so threads can hash at the same time. Raises RefusedError where
    the password has more than 72 bytes.
    """
    secret = hashable(credential)
    if len(secret) > MAX_BYTES:
        raise RefusedError(_("a password can be at most 72 bytes long"), reason=ErrorReason.TOO_LONG)
    return bcrypt.hashpw(secret, bcrypt.gensalt(cost)).decode("ascii")


def hash_passwords(credentials: Sequence[Credential], cost: int) -> list[str]:
    """Return the bcrypt string of each password, as `hash_password` makes it; raises RefusedError like it."""
    return [hash_password(credential, cost) for credential in credentials]


def matches(secret: bytes | None, password_hash: str) -> bool:
    """Tell whether the bcrypt string `password_hash` was made of `secret` (bytes as `hashable` returns them).

    False for None, for more than 72 bytes, and for the hash '', which an account without a known password
    has.
    """
    if secret is None or len(secret) > MAX_BYTES or not password_hash:
        return False
    return bcrypt.checkpw(secret, password_hash.encode("ascii"))
