"""What the import guard keeps from one import to the next: values that were not taken over, and earlier states.

`leerid todo --details` shows the values; the rest is compared with the next file (docs/contract.md §5).
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from leerid_cli.model.plans import Detail, ImportPlan, Past
from leerid_cli.store.connection import Connection

# Codes of what is withheld because pupils are missing: only an import that looks for them settles it.
_DEPARTURES = ("mass-departures", "mass-year-leavers", "class-gone", "illegible-row")


def replace(connection: Connection, plan: ImportPlan) -> None:
    """Store what the guard keeps of this import; call it within the transaction of the import.

    It replaces what was kept of the schools in the files.
    """
    schools = {school for school, _number in plan.settled} | {entry.school for entry in plan.withheld}
    schools |= {detail.key[0] for detail in plan.details}
    changed = {school for (school, _number), _state in plan.former}
    connection.executemany("DELETE FROM withheld_value WHERE school = ?", [(school,) for school in schools])
    connection.executemany("DELETE FROM former_state WHERE school = ?", [(school,) for school in changed])
    kept = {entry.school for entry in plan.withheld if not entry.quiet}
    connection.executemany(
        "DELETE FROM withheld WHERE school = ? AND code NOT IN (SELECT value FROM json_each(?))",
        [(school, json.dumps(_DEPARTURES)) for school in schools - kept],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO withheld_value VALUES (?, ?, ?, ?, ?, ?)",
        [(*one.key, one.field, one.old, one.new, one.code) for one in plan.details],
    )
    connection.executemany(
        "INSERT INTO former_state VALUES (?, ?, ?)", [(*key, state) for key, state in plan.former]
    )
    connection.executemany(
        "INSERT OR REPLACE INTO school_import VALUES (?, ?)",
        [(school, plan.on.isoformat()) for school in schools if plan.on],
    )


def past(connection: Connection) -> Past:
    """Return what is known of earlier imports."""
    imported = connection.execute("SELECT school, day FROM school_import")
    former = connection.execute("SELECT school, stamnummer, state FROM former_state")
    return Past(
        {row["school"]: date.fromisoformat(row["day"]) for row in imported},
        {(row["school"], row["stamnummer"]): row["state"] for row in former},
    )


def values(connection: Connection) -> list[Detail]:
    """Return the values that the last import of each school did not take over, in the order of the pupils."""
    rows: Any = connection.execute("SELECT * FROM withheld_value ORDER BY school, stamnummer, field")
    return [
        Detail((row["school"], row["stamnummer"]), row["field"], row["old"], row["new"], row["code"])
        for row in rows
    ]
