"""Why import holds rows: for each code (docs/formats.md) what it means, for the user."""

from __future__ import annotations

from leerid_cli.i18n import _
from leerid_cli.model.plans import DOUBLE

SIBLINGS = "perhaps-siblings"
"""The code of a row with the name of another pupil of the same birth date: perhaps twins."""


def why_held(code: str) -> str:
    """Return for the user what the code of a held row, or of a possible double, means."""
    return {
        "two-children-one-key": _("this stamnummer stands for two different children in the file"),
        "two-persons": _("the stamnummer belongs to one pupil and the official number to another"),
        "other-birth-date-and-name": _("the stamnummer belongs to a pupil of another birth date and name"),
        "other-voornaam": _("the stamnummer belongs to a pupil with a wholly different voornaam"),
        "one-number-two-names": _("the official number belongs to a pupil with a different name"),
        "being-served": _("another run is making cards for this pupil; import the file again afterwards"),
        SIBLINGS: _(
            "the stamnummer belongs to a pupil with another voornaam, and one of the two names, with the same "
            "birth date, stands under another stamnummer: twins?"
        ),
        DOUBLE: _("a pupil with this name and birth date is registered already under another number"),
    }[code]


def held(code: str) -> str:
    """Return the message of a row that is held for this code."""
    return _("held, nothing was changed: {why}").format(why=why_held(code))
