"""The mistakes that a row of existing accounts has by itself; `adoption_plan` compares it with others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leerid_cli.i18n import _
from leerid_cli.intake.adoption_rows import AdoptionRow
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules.usernames import flaw

# The kind of password by what a file may call it.
KINDS = {
    "woord": PasswordKind.WORD,
    "afbeelding": PasswordKind.PICTURE,
    "tijdelijk": PasswordKind.TEMPORARY,
    **{kind.value: kind for kind in PasswordKind},
}


def flaws(row: AdoptionRow) -> Iterator[tuple[str, str, str]]:
    """Yield (column, code, message) of every mistake that a row has by itself."""
    school, stamnummer = row.school, row.stamnummer
    if why := flaw(row.cell("username")):
        yield "username", "username", why
    if not stamnummer:
        yield "stamnummer", "no-stamnummer", _("the stamnummer is empty")
    elif not re.fullmatch(r"[^\s/,;]{1,30}", stamnummer):
        yield "stamnummer", "stamnummer", _("this is no stamnummer")
    if school and not re.fullmatch(r"[0-9]{6}", school):
        yield "school", "school", _("an instellingsnummer has six digits")
    if row.cell("type").lower() not in ("", *AccountType):
        yield "type", "type", _("the type is basis or gevorderd")
    if row.cell("kind").lower() not in ("", *KINDS):
        yield "kind", "password-kind", _("the kind of password is woord, afbeelding or tijdelijk")
