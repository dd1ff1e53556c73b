"""Classes that a spreadsheet turned into a date or a number: `1-feb`, `02/jan`, `1,00E+03`, `45323`."""

from __future__ import annotations

import re

_MONTHS = (
    "jan|feb|mrt|mar|maa|apr|mei|may|mai|jun|jul|aug|sep|sept|okt|oct|nov|dec|dez"
    "|januari|februari|maart|april|juni|juli|augustus|september|oktober|november|december"
    "|janv|févr|fevr|mars|avr|juin|juil|août|aout|déc"
)
_MADE = re.compile(
    rf"\d{{1,4}}[-/. ](?:{_MONTHS})\.?(?:[-/. ]\d{{2,4}})?"
    rf"|(?:{_MONTHS})\.?[-/. ]\d{{1,4}}"
    r"|\d+[.,]\d+E[+-]?\d+|\d+E[+-]\d+"
    r"|\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?"
    r"|4[3-9]\d{3}(?:[.,]0+)?",  # a day as a spreadsheet counts it, from 2017 to 2036
    re.IGNORECASE,
)


def is_made(klas: str) -> bool:
    """Tell whether a spreadsheet made this of the name of a class."""
    return len(klas) >= 4 and _MADE.fullmatch(klas) is not None
