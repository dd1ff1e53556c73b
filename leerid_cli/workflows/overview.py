"""`overview` counts pupils by school, class and status; `history` lists past events. Both only read."""

from __future__ import annotations

from collections import Counter
from datetime import date

from leerid_cli.errors import NotFoundError
from leerid_cli.i18n import _
from leerid_cli.model.people import Status
from leerid_cli.run import Run
from leerid_cli.store import register
from leerid_cli.store.history import events
from leerid_cli.workflows.selection import Selection, resolve, select

STATUSES = tuple(status.value for status in Status)
OVERVIEW = ("school", "school_name", "klas", "total", *STATUSES, "last_import")
HISTORY = ("at", "person", "event", "detail", "reason")
WITH_ACCOUNT = ("suspended", "convert", "active")

Row = dict[str, object]


def overview(run: Run, selection: Selection, on: date) -> list[Row]:
    """Return a row for each school and class of the selected pupils, with the keys of OVERVIEW.

    Counts are numbers of pupils; `last_import` is the moment (UTC) of the last import into the store, for
    whichever school. `on` is the reference date for the status. Raises NotFoundError where nobody is selected.
    """
    with run.store.reading() as connection:
        pupils = select(connection, selection, on, run.settings)
        imported = register.last_import(connection)
    if not pupils:
        raise NotFoundError(_("no pupil found"))
    counted: dict[tuple[str, str], Counter[str]] = {}
    for pupil in pupils:
        place = (pupil.enrolment.school, pupil.enrolment.klas)
        counted.setdefault(place, Counter())[pupil.status.value] += 1
    return [
        {
            "school": school,
            "school_name": run.settings.school(school).name,
            "klas": klas,
            "total": counts.total(),
            **{status: counts[status] for status in STATUSES},
            "last_import": imported,
        }
        for (school, klas), counts in counted.items()
    ]


def history(run: Run, pupil: str) -> list[Row]:
    """Return the events of one pupil, or all events where `pupil` is '', oldest first.

    Raises what `selection.resolve` raises.
    """
    with run.store.reading() as connection:
        person = resolve(connection, pupil) if pupil else None
        return events(connection, person)
