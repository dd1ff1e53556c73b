"""The language of messages: English in the code, Dutch from a gettext catalogue.

`_` marks and translates a message at the moment it is made; `N_` only marks one that is
translated later (help texts). Cards and workbooks do not pass through here: they are Dutch.
"""

from __future__ import annotations

import gettext
import locale
import os

from leerid_cli import resources

LANGUAGES = ("nl", "en")
_active: gettext.NullTranslations = gettext.NullTranslations()


def choose(option: str | None) -> str:
    """Return `nl` or `en`: the option, else LEERID_LANG, else the locale of the environment."""
    for wish in (option, os.environ.get("LEERID_LANG")):
        if wish in LANGUAGES:
            return wish
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "nl" if locale.normalize(value).lower().startswith("nl") else "en"
    return "en"


def use(language: str) -> None:
    """Make `language` the language of every message from now on."""
    global _active
    _active = gettext.translation("leerid", resources.translations(), languages=[language], fallback=True)


def _(message: str) -> str:
    """Return the message in the active language."""
    return _active.gettext(message)


def N_(message: str) -> str:
    """Mark a message for the catalogue without translating it yet."""
    return message


def plural(one: str, many: str, number: int) -> str:
    """Return the form that fits `number` in the active language."""
    return _active.ngettext(one, many, number)
