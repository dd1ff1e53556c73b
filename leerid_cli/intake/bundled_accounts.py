"""The accounts of a ZIP for leerid itself to read: its member `leerid-accounts.json`.

The format is docs/formats.md, "The ZIP"; `outputs/bundle_members.py` writes it. Whether an account can be taken
over is for `intake.adoption_plan` to decide; here only the form is checked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.tables import jsontext
from leerid_cli.tables.limits import MAX_CELL_CHARACTERS, MAX_ROWS

MEMBER = "leerid-accounts.json"
SCHEMA_VERSION = 1
KEYS = {
    "school": "school",
    "stamnummer": "stamnummer",
    "naam": "naam",
    "voornaam": "voornaam",
    "klas": "klas",
    "type": "type",
    "username": "username",
    "kind": "password_kind",
    "password": "password",
    "url": "url",
}
"""The keys of an account whose values are text, by leerid's names for the columns of a file of accounts."""
MUST_CHANGE = "must_change"
"""The key of an account, and the name of the column, that is true or false."""

# Half a surrogate pair, which JSON can write and no text can hold.
_HALF = re.compile("[\ud800-\udfff]")


def read(data: bytes) -> list[dict[str, str]]:
    """Return the cells of each account by leerid's names for columns; `must_change` is `true` or `false`.

    Raises InputError, whose message does not name the file, where it is not of the form that leerid writes.
    """
    document = jsontext.read(data)
    if not isinstance(document, dict) or type(document.get("schema_version")) is not int:
        raise _not_ours(_("there is no schema_version"))
    if document["schema_version"] != SCHEMA_VERSION:
        raise InputError(
            _("it has another schema_version than {known}").format(known=SCHEMA_VERSION),
            _("a newer version of leerid made the ZIP: use that version, or a later one"),
        )
    accounts = document.get("accounts")
    if not isinstance(accounts, list):
        raise _not_ours(_("there is no list of accounts"))
    if len(accounts) > MAX_ROWS:
        raise InputError(_("it has more than {most} accounts").format(most=MAX_ROWS))
    return [_cells(number, account) for number, account in enumerate(accounts, 1)]


def _cells(number: int, account: Any) -> dict[str, str]:
    """Return the cells of an account; raises InputError where a value is missing or of another type."""
    if not isinstance(account, dict):
        raise _not_ours(_("account {number}: it is no object").format(number=number))
    sound = {key: _is_text(account.get(key)) for key in KEYS.values()}
    sound[MUST_CHANGE] = isinstance(account.get(MUST_CHANGE), bool)
    for key in sound:
        if not sound[key]:
            why = _("account {number}: {key} is missing, or not of the right type")
            raise _not_ours(why.format(number=number, key=key))
    texts = {column: unicodedata.normalize("NFC", account[key]) for column, key in KEYS.items()}
    return {**texts, MUST_CHANGE: "true" if account[MUST_CHANGE] else "false"}


def _is_text(value: object) -> bool:
    """Tell whether a value is text of a bearable length."""
    return isinstance(value, str) and len(value) <= MAX_CELL_CHARACTERS and not _HALF.search(value)


def _not_ours(why: str) -> InputError:
    return InputError(
        _("it is not as leerid writes it: {why}").format(why=why),
        _(
            "take the ZIP as leerid made it; a copy of the workbook in it can be edited, and adopted by itself"
        ),
    )
