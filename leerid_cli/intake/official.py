"""Checking official numbers (docs/sources.md, "Rijksregisternummer and bisnummer").

The check digits alone miss one of a hundred wrong digits: the number is then right for a birth in another
century. So a number must also agree with the birth date of the file, where there is one. The sex in a number
only raises a doubt about the sex in the file: it need not be that of the register.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from stdnum.be import ssn
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from leerid_cli.i18n import _
from leerid_cli.model.people import OfficialState

LENGTH = 11
# How files write a gender, folded; anything else says nothing.
MALE, FEMALE = (
    frozenset(["m", "man", "mannelijk", "male", "jongen", "1"]),
    frozenset(["v", "vrouw", "vrouwelijk", "f", "female", "meisje", "2"]),
)


@dataclass(frozen=True, slots=True)
class Official:
    """The result of checking a number.

    `digits` are its 11 digits where it is valid; `reason` is the code of a problem (docs/formats.md) where it
    is invalid; `repaired`: leading zeros were put back.
    """

    state: OfficialState
    digits: str = field(default="", repr=False)
    reason: str = ""
    repaired: bool = False


def masked(text: str) -> str:
    """Return a text for a message: of everything that may be an official number only the last two digits."""
    return re.sub(r"\d[\d .-]{3,}(\d\d)", r"…\1", text)


def hint(number: str) -> str:
    """Return the last two digits of an official number, which a message may show."""
    digits = re.sub(r"\D", "", number)
    return f"…{digits[-2:]}" if len(digits) > 2 else "…"


def named(naam: str, voornaam: str, stamnummer: str) -> str:
    """Return name and stamnummer of a pupil for a message; neither can be an official number in a wrong column."""
    number = stamnummer.strip()[:30]
    number = masked(number) if len(re.sub(r"\D", "", number)) > 8 else number
    name = ", ".join(part for part in (naam, voornaam) if part)
    return f"{masked(name)} ({number})"


def why_wrong(code: str) -> str:
    """Return for the user what is wrong with an official number, by the code of the problem."""
    return {
        "official-check-digits": _("its check digits"),
        "official-length": _("its length"),
        "official-form": _("its form"),
        "official-birth-date": _("it belongs to another birth date"),
    }[code]


def judge(text: str, birth_date: date | None) -> Official:
    """Check a number as a file has it, also against the birth date where that is known.

    A text without any digit but zeros counts as missing. Leading zeros that a spreadsheet took away are put
    back, but only where check digits and birth date then agree.
    """
    text = text.strip()
    if not text or not re.sub(r"[\s.0-]", "", text):
        return Official(OfficialState.MISSING)
    if birth_date and re.fullmatch(r"[0-9]{8,10}", text):
        padded = _judge_full(text.zfill(LENGTH), birth_date)
        if padded.state is OfficialState.VALID:
            return Official(padded.state, padded.digits, repaired=True)
    return _judge_full(text, birth_date)


def gender_of(text: str) -> str:
    """Return what a gender of a file means, as M or V; another text as it is, in small letters."""
    plain = text.strip().casefold()
    return "M" if plain in MALE else "V" if plain in FEMALE else plain


def doubts(official: Official, gender: str) -> tuple[str, ...]:
    """Return the fields of a row that contradict its official number: `birth_date`, or `gender`.

    The number of a boy is odd, that of a girl even; a bisnummer of a person of unknown sex says nothing.
    """
    if official.reason == "official-birth-date":
        return ("birth_date",)
    if not official.digits or 20 <= int(official.digits[2:4]) < 40:
        return ()
    told = "M" if int(official.digits[6:9]) % 2 else "V"
    return ("gender",) if gender_of(gender) in "MV" and gender_of(gender) not in ("", told) else ()


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
    """Tell whether the birth date in the number agrees; unknown parts of it are zeros, and fit any date."""
    if whole := ssn.get_birth_date(digits):
        return bool(whole == birth_date)
    known_year, known_month = ssn.get_birth_year(digits), ssn.get_birth_month(digits)
    return known_year in (None, birth_date.year) and known_month in (None, birth_date.month)
