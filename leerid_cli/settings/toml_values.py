"""Checks of values in the user's TOML files: settings, profiles, label sheets, card layouts, languages.

A check is a function of a value and its dotted key. It returns the value as the program uses it, or raises
WrongValueError with the key and what is wrong. `table` applies one check to each key. Further arguments of a
check are given with `functools.partial`. File names are not known here: the caller adds them to the message.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

from leerid_cli.i18n import _

Check = Callable[[Any, str], Any]
Text = TypeVar("Text", bound=str)


class WrongValueError(ValueError):
    """A value of a TOML file cannot be used: `key` is its dotted key, `why` says what is wrong with it.

    `key` is '' where the file as a whole is wrong.
    """

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}" if key else why)
        self.key, self.why = key, why


def refuse(key: str, why: str) -> NoReturn:
    """Raise WrongValueError for the value of a dotted key."""
    raise WrongValueError(key, why)


def dotted(key: str, name: str) -> str:
    """Return the dotted key of `name` in the table `key`; the key of the top-level table is ''."""
    return f"{key}.{name}" if key else name


def table(
    value: Any, key: str = "", *, checks: Mapping[str, Check], needed: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the checked values of a table by key, in the order of the table; absent keys stay absent.

    Raises WrongValueError where the value is not a table, has a key that is not in `checks`, lacks a key of
    `needed`, or fails a check.
    """
    for name in names_in(value, key):
        if name not in checks:
            refuse(dotted(key, name), _("unknown key; known here: {known}").format(known=", ".join(checks)))
    for name in needed:
        if name not in value:
            refuse(dotted(key, name), _("is missing"))
    return {name: checks[name](entry, dotted(key, name)) for name, entry in value.items()}


def each(value: Any, key: str, *, check: Check) -> dict[str, Any]:
    """Return the values of a table whose keys the user chose, such as names of classes, all with one check.

    In dotted keys such a name is in quotation marks. Raises WrongValueError where the value is not a table, or
    fails the check.
    """
    return {name: check(value[name], dotted(key, f'"{name}"')) for name in names_in(value, key)}


def names_in(value: Any, key: str) -> tuple[str, ...]:
    """Return the keys of a table; raises WrongValueError where the value is not a table."""
    if not isinstance(value, dict):
        refuse(key, _("must be a table"))
    return tuple(value)


def text(value: Any, key: str) -> str:
    """Return a text unchanged; raises WrongValueError where the value is not text."""
    if not isinstance(value, str):
        refuse(key, _("must be text"))
    return value


def filled(value: Any, key: str) -> str:
    """Return a text without the blanks around it; raises WrongValueError where it is blank or not text."""
    return text(value, key).strip() or refuse(key, _("must not be blank"))


def texts(value: Any, key: str, *, allowed: Collection[str] = ()) -> tuple[str, ...]:
    """Return a list of texts as a tuple; an empty `allowed` allows every text.

    Raises WrongValueError where the value is not a list of texts, or one of them is blank or not allowed.
    """
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        refuse(key, _("must be a list of texts"))
    for one in value if allowed else ():
        if one not in allowed:
            refuse(key, _("{text} is not one of: {known}").format(text=one, known=", ".join(allowed)))
    return tuple(value)


def one_of(value: Any, key: str, *, allowed: Iterable[Text]) -> Text:
    """Return the member of `allowed` that equals the value; raises WrongValueError where none does."""
    for one in allowed:
        if one == value:
            return one
    refuse(key, _("must be one of: {allowed}").format(allowed=", ".join(allowed)))


def number(value: Any, key: str, *, between: tuple[float, float]) -> float:
    """Return a number as a float; raises WrongValueError where it is not within `between`, bounds included."""
    low, high = between
    if not is_number(value, low, high):
        refuse(key, _("must be a number from {low} to {high}").format(low=low, high=high))
    return float(value)


def is_number(value: Any, low: float, high: float) -> bool:
    """Tell whether a value is a number from `low` to `high`, bounds included; true, false and nan are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
