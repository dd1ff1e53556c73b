"""`search` lists pupils, `show` tells everything about one; both only read the store."""

from __future__ import annotations

from datetime import date

from leerid_cli.errors import NotFoundError
from leerid_cli.exports.pupil_rows import pupil_row
from leerid_cli.i18n import _
from leerid_cli.model.people import Enrolment
from leerid_cli.run import Run
from leerid_cli.workflows.selection import Selection, named, select


def search(run: Run, selection: Selection, on: date) -> list[dict[str, str]]:
    """Return a row for each selected pupil; `on` is the reference date for the status.

    Raises NotFoundError where nobody is selected, and what `selection.select` raises.
    """
    with run.store.reading() as connection:
        pupils = select(connection, selection, on, run.settings)
    if not pupils:
        raise NotFoundError(_("no pupil found"))
    return [pupil_row(pupil) for pupil in pupils]


def show(run: Run, pupil: str, on: date) -> dict[str, object]:
    """Return everything held on one pupil except secrets: person, enrolments, account, history.

    `pupil` is anything that `selection.resolve` takes, which also says what is raised.
    """
    from leerid_cli.store.history import history  # only here: `search` starts without it

    with run.store.reading() as connection:
        found = named(connection, pupil, on, run.settings)
        events = history(connection, found.person.id)
    person, account = found.person, found.person.account
    return {
        **pupil_row(found),
        "person": person.id,
        "geboortedatum": person.birth_date.isoformat() if person.birth_date else "",
        "geslacht": person.gender,
        "official_number": person.official.value,
        "enrolments": [_enrolment(enrolment) for enrolment in person.enrolments],
        "account": {
            "username": account.username,
            "type": account.type.value,
            "password_kind": account.password_kind.value,
            "password_known": account.password_known,
            "must_change": account.must_change,
            "suspended": account.suspended.value,
            "batch": account.batch,
        }
        if account
        else None,
        "history": events,
    }


def _enrolment(enrolment: Enrolment) -> dict[str, str]:
    return {
        "school": enrolment.school,
        "stamnummer": enrolment.stamnummer,
        "hoofdstructuur": enrolment.hoofdstructuur,
        "type": enrolment.type.value,
        "vestigingsplaats": enrolment.vestigingsplaats,
        "administratieve_groep": enrolment.administratieve_groep,
        "administratieve_groep_omschrijving": enrolment.administratieve_groep_omschrijving,
        "klas": enrolment.klas,
        "begindatum": enrolment.begin.isoformat() if enrolment.begin else "",
        "einddatum": enrolment.end.isoformat() if enrolment.end else "",
    }
