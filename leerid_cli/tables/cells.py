"""What a cell of a workbook holds: its text, and what that text was there (number, date, formula)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

_MOST_DIGITS = 400
_LAST_DAY = 2_958_465  # 9999-12-31
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class CellKind(StrEnum):
    """What a cell held that was not text."""

    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    ERROR = "error"
    FORMULA = "formula"


class Typed(str):
    """The text of a cell that was not text, with its kind: a date is written YYYY-MM-DD."""

    __slots__ = ("kind",)
    kind: CellKind

    def __new__(cls, text: str, kind: CellKind) -> Typed:
        """Make the text of a cell of this kind."""
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def is_date_format(code: str) -> bool:
    """Tell whether a number format shows a day or a year."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code.lower())
    return any(character in bare for character in ("d", "y", "mmm"))


def index(text: str) -> int:
    """Return a place in a list; raises ValueError for what is none."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def column(reference: str) -> int:
    """Return the number of the column, from 1, that a cell's reference such as AB12 begins with; raises ValueError."""
    number = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    if number < 1:
        raise ValueError(reference)
    return number


def plain_number(value: str) -> str:
    """Return a number as digits where it is whole and has at most 15, which is all a workbook keeps.

    Others stay as the file writes them: what lost its digits must not look like a number that has them.
    """
    number = _decimal(value)
    if number is not None and number == number.to_integral_value() and abs(number) < 10**15:
        return str(int(number))
    return value


def _decimal(value: str) -> Decimal | None:
    """Return a number of a size that can be reckoned with, None for others and for what is none."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS else None


def day(value: str, since_1904: bool) -> date | None:
    """Return the day that a workbook counts from 1900 (with a 29 February that never was) or 1904."""
    number = _decimal(value)
    days = 0 if number is None else int(number)
    if not 1 <= days <= _LAST_DAY - 1462 * since_1904:
        return None
    if since_1904:
        return date(1904, 1, 1) + timedelta(days)
    return date(1899, 12, 30 if days > 60 else 31) + timedelta(days)


def unescaped(text: str) -> str:
    """Return a text with what a workbook writes as `_x000D_` put back."""
    if "_x" not in text:
        return text
    decoded = ((match, chr(int(match[1], 16))) for match in _ESCAPED.finditer(text))
    known = {
        match[0]: character
        for match, character in decoded
        if character.isprintable() or character in "\t\r\n"
    }
    return _ESCAPED.sub(lambda match: known.get(match[0], match[0]), text)
