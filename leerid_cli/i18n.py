"""The language of messages: English in the code, Dutch from a gettext catalogue in `locale`.

`_` marks a message for the catalogue and translates it at once; `N_` only marks one that is translated later
(help texts). Cards and workbooks are not translated here: workbooks are Dutch, and cards have languages of
their own.
"""

from __future__ import annotations

import gettext
import locale
import os
from contextvars import ContextVar

from leerid_cli import resources

LANGUAGES = ("nl", "en")
_ENGLISH = gettext.NullTranslations()
# No global variable: threads can serve people of different languages at the same time.
_active: ContextVar[gettext.NullTranslations] = ContextVar("_active", default=_ENGLISH)


def choose(option: str | None) -> str:
    """Return `nl` or `en`: the option `--lang`, else LEERID_LANG, else the locale of the environment."""
    for language in (option, os.environ.get("LEERID_LANG")):
        if language in LANGUAGES:
            return language
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "nl" if locale.normalize(value).lower().startswith("nl") else "en"
    return "en"


def use(language: str) -> None:
    """Make `language`, one of `LANGUAGES`, that of every message from now on in the present context.

    Every thread has a context of its own (`contextvars`) and begins in English; the threads of `pools` begin
    with the language of the thread that opened their pool.
    """
    _active.set(gettext.translation("leerid", resources.translations(), languages=[language], fallback=True))


def _(message: str) -> str:
    """Return a message in the language in use."""
    return _active.get().gettext(message)


def N_(message: str) -> str:
    """Return a message as it is; its place here marks it for the catalogue."""
    return message


def plural(one: str, many: str, number: int) -> str:
    """Return the message for a number in the language in use: `one` for 1, `many` for all others."""
    return _active.get().ngettext(one, many, number)
