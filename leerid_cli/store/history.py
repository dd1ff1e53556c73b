"""The history: what happened to whom, when and why. It only grows, and holds no secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from leerid_cli.model.history import HistoryEntry, HistoryEvent
from leerid_cli.store.connection import Connection


def last_event(connection: Connection, event: HistoryEvent) -> datetime | None:
    """Return when an event last stood in the history, None where it never did."""
    row = connection.execute("SELECT max(at) AS at FROM history WHERE event = ?", (event.value,)).fetchone()
    return datetime.fromisoformat(row["at"]) if row["at"] else None


def last_history(connection: Connection) -> tuple[int, datetime | None]:
    """Return the number of the newest entry of the history, which only grows, and when a restore was last done."""
    newest = connection.execute("SELECT max(id) FROM history").fetchone()[0] or 0
    return int(newest), last_event(connection, HistoryEvent.RESTORED)


def moment(now: datetime) -> str:
    """Return a moment as the store writes it: ISO, UTC, whole seconds."""
    return now.isoformat(timespec="seconds")


def history(connection: Connection, person: int) -> list[dict[str, object]]:
    """Return what happened to a person, oldest first: at, event, detail, reason."""
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
    """Append (person, event, detail) to the history; no secrets may stand in the detail."""
    connection.executemany(
        "INSERT INTO history (at, person, event, detail, reason) VALUES (?, ?, ?, ?, ?)",
        [
            (moment(now), person, event.value, json.dumps(detail, ensure_ascii=False), reason)
            for person, event, detail in events
        ],
    )


def events(connection: Connection, person: int | None = None) -> list[dict[str, object]]:
    """Return what happened, oldest first: at, person, event, detail, reason.

    Of everybody, or of one person with the records that were found to be theirs.
    """
    rows = connection.execute(
        "SELECT at, person, event, detail, reason FROM history WHERE ? IS NULL OR person = ?"
        " OR person IN (SELECT id FROM person WHERE merged_into = ?) ORDER BY id",
        (person, person, person),
    )
    return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]
