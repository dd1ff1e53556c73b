"""The history: what happened to whom, when and why. Entries are only added, and hold no secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from leerid_cli.model.history import HistoryEntry, HistoryEvent
from leerid_cli.store.connection import Connection


def last_event(connection: Connection, event: HistoryEvent) -> datetime | None:
    """Return when an event last happened, None where it never did."""
    row = connection.execute("SELECT max(at) AS at FROM history WHERE event = ?", (event.value,)).fetchone()
    return datetime.fromisoformat(row["at"]) if row["at"] else None


def last_history(connection: Connection) -> tuple[int, datetime | None]:
    """Return the number of the newest entry, 0 for none, and when a restore was last done, None for never."""
    newest = connection.execute("SELECT max(id) FROM history").fetchone()[0] or 0
    return int(newest), last_event(connection, HistoryEvent.RESTORED)


# What happens to an account or a store without any effect on what an import or `adopt` plans.
_WITHOUT_EFFECT = (
    HistoryEvent.PASSWORD_CHANGED,
    HistoryEvent.BACKUP,
    HistoryEvent.BATCH_ACCEPTED,
    HistoryEvent.BATCH_REISSUED,
)


def revision(connection: Connection) -> int:
    """Return the number of the newest entry that can change what an import or `adopt` plans, 0 for none."""
    row = connection.execute(
        "SELECT id FROM history WHERE event NOT IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1",
        (json.dumps([event.value for event in _WITHOUT_EFFECT]),),
    ).fetchone()
    return row["id"] if row else 0


def moment(now: datetime) -> str:
    """Return a moment, given in UTC, as the store writes it: ISO 8601 with whole seconds."""
    return now.isoformat(timespec="seconds")


def history(connection: Connection, person: int) -> list[dict[str, object]]:
    """Return what happened to a person, the oldest first, as dicts of at, event, detail and reason."""
    return [
        {name: value for name, value in event.items() if name != "person"}
        for event in events(connection, person)
    ]


def record(
    connection: Connection,
    now: datetime,
    events: Iterable[HistoryEntry],
    reason: str,
) -> None:
    """Append events (person, event, detail) to the history; a detail must hold no secret."""
    connection.executemany(
        "INSERT INTO history (at, person, event, detail, reason) VALUES (?, ?, ?, ?, ?)",
        [
            (moment(now), person, event.value, json.dumps(detail, ensure_ascii=False), reason)
            for person, event, detail in events
        ],
    )


def events(connection: Connection, person: int | None = None) -> list[dict[str, object]]:
    """Return what happened, the oldest first, as dicts of at, person, event, detail and reason.

    `person` limits it to one person, with the records that were merged into theirs.
    """
    rows = connection.execute(
        "SELECT at, person, event, detail, reason FROM history WHERE ? IS NULL OR person = ?"
        " OR person IN (SELECT id FROM person WHERE merged_into = ?) ORDER BY id",
        (person, person, person),
    )
    return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]
