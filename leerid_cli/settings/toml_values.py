"""Checks of the values in a TOML file of the user's: settings, profiles, label sheets, card layouts, languages.

A check is a function of a value and its dotted key. It returns the value as the program uses it, or raises
WrongValueError with the key and what is wrong. `table` applies one check to each key; what a check needs besides
is given with `functools.partial`. Nothing here knows of files: whoever reads one adds its name to the message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from leerid_cli.i18n import _

Check = Callable[[Any, str], Any]
Text = TypeVar("Text", bound=str)


class WrongValueError(ValueError):
    """A value of a TOML file cannot be used: `key` is its dotted key, `why` says what is wrong with it.

    The key is '' where the whole of what is checked is wrong.
    """

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}" if key else why)
        self.key, self.why = key, why


def refuse(key: str, why: str) -> NoReturn:
    """Raise WrongValueError for the value of a dotted key."""
    raise WrongValueError(key, why)


def dotted(key: str, name: str) -> str:
    """Return the dotted key of `name` in the table `key`; the table of the whole file has the key ''."""
    return f"{key}.{name}" if key else name


def table(
    value: Any, key: str = "", *, checks: Mapping[str, Check], needed: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the checked values of a table by key, of those keys that it has, in its own order.

    Raises WrongValueError where it is no table, has a key without a check or lacks one of `needed`, and what the
    checks raise.
    """
    for name in names_in(value, key):
        if name not in checks:
            refuse(dotted(key, name), _("unknown key; known here: {known}").format(known=", ".join(checks)))
    for name in needed:
        if name not in value:
            refuse(dotted(key, name), _("is missing"))
    return {name: checks[name](entry, dotted(key, name)) for name, entry in value.items()}


def each(value: Any, key: str, *, check: Check) -> dict[str, Any]:
    """Return the checked values of a table by its keys, which are names of the user's choice.

    In dotted keys such a name stands between quotation marks. Raises WrongValueError.
    """
    return {name: check(value[name], dotted(key, f'"{name}"')) for name in names_in(value, key)}


def names_in(value: Any, key: str) -> tuple[str, ...]:
    """Return the keys of a table; raises WrongValueError where a value is none."""
    if not isinstance(value, dict):
        refuse(key, _("must be a table"))
    return tuple(value)


def text(value: Any, key: str) -> str:
    """Return a text as it is; raises WrongValueError for anything else."""
    if not isinstance(value, str):
        refuse(key, _("must be text"))
    return value


def filled(value: Any, key: str) -> str:
    """Return a text without the blanks around it; raises WrongValueError where nothing is left, or it is no text."""
    return text(value, key).strip() or refuse(key, _("must not be blank"))


def texts(value: Any, key: str, *, allowed: Collection[str] = ()) -> tuple[str, ...]:
    """Return a list of texts, none of them blank; raises WrongValueError, also for a text that is not allowed.

    Where nothing is said to be allowed, everything is.
    """
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        refuse(key, _("must be a list of texts"))
    for one in value if allowed else ():
        if one not in allowed:
            refuse(key, _("{text} is not one of: {known}").format(text=one, known=", ".join(allowed)))
    return tuple(value)


def one_of(value: Any, key: str, *, allowed: Iterable[Text]) -> Text:
    """Return that one of the allowed texts which equals a value; raises WrongValueError where none does."""
    for one in allowed:
        if one == value:
            return one
    refuse(key, _("must be one of: {allowed}").format(allowed=", ".join(allowed)))


def number(value: Any, key: str, *, between: tuple[float, float]) -> float:
    """Return a number from the first to the last of `between`; raises WrongValueError for anything else."""
    low, high = between
    if not is_number(value, low, high):
        refuse(key, _("must be a number from {low} to {high}").format(low=low, high=high))
    return float(value)


def is_number(value: Any, low: float, high: float) -> bool:
    """Tell whether a value is a number from `low` to `high`: not true or false, and not nan."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
