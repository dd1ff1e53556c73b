"""The content of a workbook's cell as text, and what kind of cell it was (number, date, formula)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

# Numbers with a larger exponent (a double has 308 at most) stay as they are: arithmetic on them takes long.
_MOST_DIGITS = 400
_LAST_DAY = 2_958_465  # 9999-12-31
# A workbook writes characters that XML cannot hold as their hexadecimal code.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class CellKind(StrEnum):
    """What kind of cell it was, where it was not text."""

    NUMBER = "number"
    DATE = "date"  # a number with a date format
    BOOL = "bool"  # true or false
    ERROR = "error"  # such as #N/A
    FORMULA = "formula"  # a formula without a stored result


class Typed(str):
    """The content of a cell that was not text, as text with its kind; a date is written as YYYY-MM-DD."""

    __slots__ = ("kind",)
    kind: CellKind

    def __new__(cls, text: str, kind: CellKind) -> Typed:
        """Return the text of a cell of this kind."""
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def is_date_format(code: str) -> bool:
    """Tell whether a custom number format, such as `dd/mm/yy`, shows a number as a date."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code.lower())
    return any(character in bare for character in ("d", "y", "mmm"))


def index(text: str) -> int:
    """Return the index, from 0, that a text stands for; raises ValueError where it is no such number."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def column(reference: str) -> int:
    """Return the column number, from 1, of a cell reference (`AB12`); raises ValueError if it has none."""
    number = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    if number < 1:
        raise ValueError(reference)
    return number


def plain_number(value: str) -> str:
    """Return a number of a workbook as a person would write it: `1204871` for `1204871.0` or `1.204871E6`.

    Numbers that are not whole, or have more than 15 digits, are returned as the file has them: a workbook
    keeps no more digits, and a number that lost some must not look like a complete one.
    """
    number = _decimal(value)
    if number is not None and number == number.to_integral_value() and abs(number) < 10**15:
        return str(int(number))
    return value


def _decimal(value: str) -> Decimal | None:
    """Return the number that a text stands for, None where it is no number or is far too large."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS else None


def day(value: str, since_1904: bool) -> date | None:
    """Return the date that a workbook's number stands for, None where it stands for none.

    Workbooks count days from 1900, and take that year for a leap year, which it was not; or, where the
    workbook says so (`since_1904`), from 1904.
    """
    number = _decimal(value)
    days = 0 if number is None else int(number)
    if not 1 <= days <= _LAST_DAY - 1462 * since_1904:
        return None
    if since_1904:
        return date(1904, 1, 1) + timedelta(days)
    return date(1899, 12, 30 if days > 60 else 31) + timedelta(days)


def unescaped(text: str) -> str:
    """Return a text with codes such as `_x000D_` replaced by the characters that they stand for."""
    if "_x" not in text:
        return text
    decoded = ((match, chr(int(match[1], 16))) for match in _ESCAPED.finditer(text))
    known = {
        match[0]: character
        for match, character in decoded
        if character.isprintable() or character in "\t\r\n"
    }
    return _ESCAPED.sub(lambda match: known.get(match[0], match[0]), text)
