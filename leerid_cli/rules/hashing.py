"""bcrypt: the one home of the library, and of its 72-byte limit, which is an error and never a cut."""

from __future__ import annotations

from collections.abc import Sequence

import bcrypt

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.cards import Credential
from leerid_cli.rules.passwords import MAX_BYTES, hashable


def hash_password(credential: Credential, cost: int) -> str:
    """Return the bcrypt string (`$2b$…`) of a password at 2**cost rounds; releases the GIL."""
    secret = hashable(credential)
    if len(secret) > MAX_BYTES:
        raise RefusedError(_("a password can be at most 72 bytes long"))
    return bcrypt.hashpw(secret, bcrypt.gensalt(cost)).decode("ascii")


def hash_passwords(credentials: Sequence[Credential], cost: int) -> list[str]:
    """Return what `hash_password` gives for each."""
    return [hash_password(credential, cost) for credential in credentials]


def matches(secret: bytes | None, password_hash: str) -> bool:
    """Tell whether `secret` is what the bcrypt string was made of; None and over 72 bytes never are.

    No secret matches '', the hash of an account whose password is not known here.
    """
    if secret is None or len(secret) > MAX_BYTES or not password_hash:
        return False
    return bcrypt.checkpw(secret, password_hash.encode("ascii"))
