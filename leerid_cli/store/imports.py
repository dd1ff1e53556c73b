"""Carries out an `ImportPlan`: writes persons, registrations and enrolments, suspends and reactivates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from leerid_cli.model.history import HistoryEntry, HistoryEvent
from leerid_cli.model.plans import ImportPlan, PersonChange, RegistrationChange
from leerid_cli.store import conflicts, guarded, undo
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.store.history import moment, record
from leerid_cli.store.register import refresh_terms


def last(connection: Connection) -> int:
    """Return the number of the last import, 0 for none; one that changed no pupil counts too."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM import_run").fetchone()[0])


def apply(connection: Connection, plan: ImportPlan, now: datetime, files: Sequence[str], reason: str) -> None:
    """Carry out the plan of an import in one transaction, with its history and the rows that it holds.

    `files` are the names of the imported files. Answers to conflicts can no longer be undone afterwards.
    """
    with transaction(connection):
        carry_out(connection, plan, now, files, reason)
        undo.forget(connection)
        guarded.replace(connection, plan)
        connection.execute(
            "INSERT INTO import_run (at, files, counts) VALUES (?, ?, ?)",
            (moment(now), json.dumps(list(files)), json.dumps(plan.counts)),
        )


def carry_out(
    connection: Connection, plan: ImportPlan, now: datetime, files: Sequence[str], reason: str
) -> set[int]:
    """Write what a plan changes, with its history and the rows that it holds; return the persons concerned.

    Call it within a transaction.
    """
    ids = _write_children(connection, plan, now, reason)
    _merge(connection, plan, now, reason)
    _suspend_and_reactivate(connection, plan, now, reason)
    concerned = set(ids.values()) | {merge.into for merge in plan.merges}
    refresh_terms(connection, concerned)
    conflicts.replace(connection, plan, ids, files, moment(now))
    return concerned


def _write_children(connection: Connection, plan: ImportPlan, now: datetime, reason: str) -> dict[int, int]:
    """Write persons and registrations; return the id of the person for each number in the plan."""
    # An official number can move from one person to another: without this it would be there twice meanwhile.
    connection.executemany(
        "UPDATE person SET official_hash = NULL WHERE id = ?",
        [
            (person,)
            for person in (*(change.person for change in plan.persons), *(m.person for m in plan.merges))
        ],
    )
    ids = {change.person: _write_person(connection, change) for change in plan.persons}
    events: list[HistoryEntry] = [
        (
            ids[change.person],
            HistoryEvent.REGISTERED if change.person < 0 else HistoryEvent.CHANGED,
            {"fields": list(change.fields)} if change.fields else {},
        )
        for change in plan.persons
    ]
    for registration in plan.registrations:
        person = ids.setdefault(registration.person, registration.person)
        _write_registration(connection, registration, person)
        school, stamnummer = registration.key
        events.append(
            (
                person,
                _event(plan, registration.key),
                {"school": school, "stamnummer": stamnummer, "fields": list(registration.fields)},
            )
        )
    record(connection, now, events, reason)
    return ids


def _event(plan: ImportPlan, key: tuple[str, str]) -> HistoryEvent:
    """Return the event by which the history notes a change of a registration."""
    for event, keys in (
        (HistoryEvent.LEFT, plan.left),
        (HistoryEvent.MOVED, plan.moved),
        (HistoryEvent.RENUMBERED, [old for old, _new in plan.renumbered]),
        (HistoryEvent.RETURNED, plan.returned),
    ):
        if key in keys:
            return event
    return HistoryEvent.ENROLMENTS


def _merge(connection: Connection, plan: ImportPlan, now: datetime, reason: str) -> None:
    """Merge records that turned out to be one child; the usernames of both stay taken."""
    for merge in plan.merges:
        connection.execute("UPDATE person SET merged_into = ? WHERE id = ?", (merge.into, merge.person))
        if merge.with_account:
            connection.execute("UPDATE account SET person = ? WHERE person = ?", (merge.into, merge.person))
        connection.execute("UPDATE username SET person = ? WHERE person = ?", (merge.into, merge.person))
        connection.execute("DELETE FROM search_term WHERE person = ?", (merge.person,))
    record(
        connection,
        now,
        [(merge.into, HistoryEvent.MERGED, {"person": merge.person}) for merge in plan.merges],
        reason,
    )


def _suspend_and_reactivate(connection: Connection, plan: ImportPlan, now: datetime, reason: str) -> None:
    """Suspend accounts of leavers and reactivate those of pupils who are back, unless suspended by hand."""
    connection.executemany(
        "UPDATE account SET suspended = 'import' WHERE person = ? AND suspended = ''",
        [(person,) for person in plan.suspend],
    )
    connection.executemany(
        "UPDATE account SET suspended = '' WHERE person = ? AND suspended = 'import'",
        [(person,) for person in plan.reactivate],
    )
    events = [(person, HistoryEvent.SUSPENDED) for person in plan.suspend]
    events += [(person, HistoryEvent.REACTIVATED) for person in plan.reactivate]
    record(connection, now, [(person, event, {"by": "import"}) for person, event in events], reason)


def _write_person(connection: Connection, change: PersonChange) -> int:
    """Insert or update a person; return the id, also of one with a negative number in the plan (new)."""
    facts = change.facts
    values = (
        facts.naam,
        facts.voornaam,
        facts.birth_date.isoformat() if facts.birth_date else None,
        facts.gender,
        facts.official.value,
        facts.official_hash or None,
    )
    if change.person < 0:
        cursor = connection.execute(
            "INSERT INTO person (naam, voornaam, birth_date, gender, official, official_hash)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )
        return int(cursor.lastrowid or 0)
    connection.execute(
        "UPDATE person SET naam = ?, voornaam = ?, birth_date = ?, gender = ?, official = ?, official_hash = ?"
        " WHERE id = ?",
        (*values, change.person),
    )
    return change.person


def _write_registration(connection: Connection, change: RegistrationChange, person: int) -> None:
    """Write a registration, and its enrolments in place of those that it had."""
    gone = change.enrolments[0].gone
    connection.execute(
        "INSERT INTO registration (school, stamnummer, person, gone_on, gone_how) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET person = excluded.person, gone_on = excluded.gone_on, gone_how = excluded.gone_how",
        (*change.key, person, gone.on.isoformat() if gone else None, gone.how.value if gone else None),
    )
    connection.execute("DELETE FROM enrolment WHERE school = ? AND stamnummer = ?", change.key)
    connection.executemany(
        "INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                enrolment.school,
                enrolment.stamnummer,
                enrolment.begin.isoformat() if enrolment.begin else "",
                enrolment.end.isoformat() if enrolment.end else None,
                enrolment.hoofdstructuur,
                enrolment.type.value,
                enrolment.vestigingsplaats,
                enrolment.administratieve_groep,
                enrolment.administratieve_groep_omschrijving,
                enrolment.klas,
            )
            for enrolment in change.enrolments
        ],
    )
