"""Reading JSON of others: what passes exactly, and what is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.errors import InputError
from leerid_cli.tables import jsontext

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_is_read_as_it_was_written(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert jsontext.read(text) == value
    assert jsontext.read(b"\xef\xbb\xbf" + json.dumps(value).encode()) == value, "as Notepad saves it"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1: this is no JSON"),
        (b'{\n"a": 1,\n"b" 2}', "line 3: this is no JSON"),
        (b"[1] [2]", "line 1: this is no JSON"),
        (b"[NaN]", "this is no JSON"),
        (b"[-Infinity]", "this is no JSON"),
        (b'["\xe9"]', "this is no JSON"),
        (b"[" + b"9" * 5000 + b"]", "this is no JSON"),
        (b'{"a": 1, "b": 2, "a": 1}', "'a' stands twice"),
        (b'[{"a": [{"b": 1, "c": 2, "b": 3}]}]', "'b' stands twice"),
        (b'{"' + b"x" * 1000 + b'": 1, "' + b"x" * 1000 + b'": 2}', "'" + "x" * 40 + "' stands twice"),
        (b'{"\\u202e\\ud800": 1, "\\u202e\\ud800": 2}', r"'\u202e\ud800' stands twice"),
        (b"[" * 100_000, "more time or memory"),
        (b" " * ((64 << 20) + 1), "larger than 64 MiB"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        jsontext.read(data)
    assert says in caught.value.message
    # An error of Python's reader holds the whole text, and may be shown under -v.
    assert caught.value.__cause__ is None or isinstance(caught.value.__cause__, jsontext.limits.TooMuchError)


def test_equal_keys_of_different_objects_are_not_twice() -> None:
    assert jsontext.read(b'[{"a": {"a": 1}}, {"a": 2}]') == [{"a": {"a": 1}}, {"a": 2}]
