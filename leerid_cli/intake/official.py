"""Rijksregister- and bisnummers: 11 digits, two check digits, a birth date inside (IBZ IT000; domain of stdnum.be).

The check digits alone let one in a hundred slips of a digit through as a birth of the century
before; the birth date of the file catches them all, so both must agree. The month says nothing of
the sex: sources contradict each other on the bisnummer's +20 and +40.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from stdnum.be import ssn
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from leerid_cli.model.people import OfficialState

LENGTH = 11


@dataclass(frozen=True, slots=True)
class Official:
    """The judgement on a number: valid with its 11 digits, else missing or invalid with a reason code."""

    state: OfficialState
    digits: str = field(default="", repr=False)
    reason: str = ""
    repaired: bool = False


def masked(text: str) -> str:
    """Return text to show with everything that could be an official number reduced to its last two digits."""
    return re.sub(r"\d[\d .-]{3,}(\d\d)", r"…\1", text)


def judge(text: str, birth_date: date | None) -> Official:
    """Judge a number as a file writes it against the birth date, where there is one.

    Leading zeros that a spreadsheet lost are put back only where check digits and birth date agree.
    """
    text = text.strip()
    if not text or not re.sub(r"[\s.0-]", "", text):
        return Official(OfficialState.MISSING)
    if birth_date and re.fullmatch(r"[0-9]{8,10}", text):
        padded = _judge_full(text.zfill(LENGTH), birth_date)
        if padded.state is OfficialState.VALID:
            return Official(padded.state, padded.digits, repaired=True)
    return _judge_full(text, birth_date)


def _judge_full(text: str, birth_date: date | None) -> Official:
    try:
        digits = ssn.validate(text)
    except InvalidChecksum:
        return Official(OfficialState.INVALID, reason="official-check-digits")
    except InvalidLength:
        return Official(OfficialState.INVALID, reason="official-length")
    except ValidationError:
        return Official(OfficialState.INVALID, reason="official-form")
    if birth_date and not _fits(digits, birth_date):
        return Official(OfficialState.INVALID, reason="official-birth-date")
    return Official(OfficialState.VALID, digits)


def _fits(digits: str, birth_date: date) -> bool:
    """Compare the parts of the birth date that the number knows; unknown ones are zeros in it."""
    if whole := ssn.get_birth_date(digits):
        return bool(whole == birth_date)
    known_year, known_month = ssn.get_birth_year(digits), ssn.get_birth_month(digits)
    return known_year in (None, birth_date.year) and known_month in (None, birth_date.month)
