"""TOML files for tests: written from values, and any value that TOML has."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from hypothesis import strategies as st

KeyPath = tuple[str, ...]
SCALARS = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates()
    | st.times()
    | st.datetimes()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Any value of TOML."""


def written(data: Mapping[str, Any]) -> str:
    """Return the text of a TOML file with this data, one top-level key a line."""
    return "".join(f"{_text(key)} = {_value(value)}\n" for key, value in data.items())


def _text(value: str) -> str:
    return '"' + "".join(f"\\U{ord(sign):08x}" for sign in value) + '"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)} = {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return repr(value)


def paths(data: Any, here: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of every value in nested tables, of tables too."""
    for key, value in data.items():
        yield (*here, key)
        if isinstance(value, Mapping):
            yield from paths(value, (*here, key))


def replaced(data: Any, path: KeyPath, value: Any) -> Any:
    """Return nested tables with another value at a path."""
    if not path:
        return value
    return {**data, path[0]: replaced(data.get(path[0], {}), path[1:], value)}
