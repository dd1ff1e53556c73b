"""Reading JSON of others within limits; JSON is docs/sources.md, "Files and text".

Python's own reader takes the last of two values with one key, and also NaN. Here neither passes, because of a
password that stands there twice nobody can say which one is meant.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NoReturn

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.runtime import limits
from leerid_cli.tables.limits import MAX_BYTES

# Bytes of memory beside those in use; a hundred thousand accounts take 200 MB.
MEMORY = 512 << 20
# So many characters of a key stand in a message.
_SHOWN = 40


def read(data: bytes) -> Any:
    """Return the content of a JSON text in UTF-8, with or without byte order mark.

    Raises InputError where it is larger than any input file may be, is no JSON, holds a key twice in one object,
    or takes too much time, memory or depth of nesting to read.
    """
    if len(data) > MAX_BYTES:
        raise InputError(_("it is larger than {most} MiB").format(most=MAX_BYTES >> 20))
    try:
        with limits.bounded(memory=MEMORY):
            return json.loads(
                data.decode("utf-8-sig"), object_pairs_hook=_each_key_once, parse_constant=_no_number
            )
    except json.JSONDecodeError as error:
        raise InputError(_("line {line}: this is no JSON").format(line=error.lineno)) from None
    except limits.TooMuchError as error:
        raise InputError(str(error)) from error
    except ValueError:  # not UTF-8, or a number of thousands of digits
        raise InputError(_("this is no JSON")) from None


def _each_key_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _value in pairs)
        twice = next(key for key in found if times[key] > 1)
        raise InputError(_("the key {key} stands twice in one object").format(key=ascii(twice[:_SHOWN])))
    return found


def _no_number(_text: str) -> NoReturn:
    raise InputError(_("this is no JSON"))
