"""The columns that `search` and proposal files show of each pupil (docs/contract.md §4)."""

from __future__ import annotations

from leerid_cli.model.people import Pupil

COLUMNS = (
    "school",
    "stamnummer",
    "naam",
    "voornaam",
    "administratieve_groep",
    "klas",
    "type",
    "status",
    "username",
    "reason",
)


def pupil_row(pupil: Pupil) -> dict[str, str]:
    """Return the cells of a pupil by column, exactly as the register holds them."""
    enrolment, account = pupil.enrolment, pupil.person.account
    return {
        "school": enrolment.school,
        "stamnummer": enrolment.stamnummer,
        "naam": pupil.person.naam,
        "voornaam": pupil.person.voornaam,
        "administratieve_groep": enrolment.administratieve_groep,
        "klas": enrolment.klas,
        "type": pupil.type.value,
        "status": pupil.status.value,
        "username": account.username if account else "",
        "reason": pupil.reason.value if pupil.reason else "",
    }
