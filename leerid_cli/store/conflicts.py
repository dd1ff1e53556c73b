"""What imports leave to a person: held rows with their answers, and what was withheld from a school."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leerid_cli.model.plans import DOUBLE, HeldRow, ImportPlan
from leerid_cli.store.connection import Connection


def replace(
    connection: Connection, plan: ImportPlan, ids: Mapping[int, int], files: Sequence[str], at: str
) -> None:
    """Write down what this import holds and withholds, in place of what earlier ones did for the same pupils.

    `ids` are the persons that the plan's numbers stand for. Call it within the transaction of the import.
    """
    connection.executemany(
        "DELETE FROM hold WHERE school = ? AND stamnummer = ? AND code <> ?",
        [(*key, DOUBLE) for key in plan.settled],
    )
    kept = json.dumps([list(hold.key) for hold in plan.holds])
    for school in plan.judged:
        connection.execute(
            "DELETE FROM hold WHERE school = ? AND code <> ? AND stamnummer NOT IN"
            " (SELECT value ->> 1 FROM json_each(?) WHERE value ->> 0 = school)",
            (school, DOUBLE, kept),
        )
        connection.execute("DELETE FROM withheld WHERE school = ?", (school,))
    connection.executemany(
        "INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                *hold.key,
                hold.code,
                json.dumps([ids.get(person, person) for person in hold.persons]),
                hold.rows,
                at,
            )
            for hold in plan.holds
        ],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO withheld VALUES (?, ?, ?, ?, ?)",
        [
            (withheld.school, withheld.pupils, withheld.code, json.dumps(list(files)), at)
            for withheld in plan.withheld
            if not withheld.quiet
        ],
    )


def holds(connection: Connection) -> list[HeldRow]:
    """Return what waits for an answer, by school and stamnummer."""
    rows = connection.execute("SELECT * FROM hold ORDER BY school, stamnummer")
    return [
        HeldRow(
            (row["school"], row["stamnummer"]), row["code"], tuple(json.loads(row["persons"])), row["rows"]
        )
        for row in rows
    ]


def answers(connection: Connection) -> dict[tuple[str, str, str], int | None]:
    """Return the answers given: (school, stamnummer, identity) to the person meant, None to keep the register."""
    rows = connection.execute(
        "SELECT a.school, a.stamnummer, a.identity, coalesce(p.merged_into, a.person) AS person"
        " FROM answer a LEFT JOIN person p ON p.id = a.person"
    )
    return {(row["school"], row["stamnummer"], row["identity"]): row["person"] for row in rows}


def answer(connection: Connection, key: tuple[str, str], identity: str, person: int | None, at: str) -> None:
    """Keep an answer and take the row off the list; call it within a transaction."""
    connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", (*key, identity, person, at))
    release(connection, key)


def release(connection: Connection, key: tuple[str, str]) -> None:
    """Take a row off the list of what waits; call it within a transaction."""
    connection.execute("DELETE FROM hold WHERE school = ? AND stamnummer = ?", key)


@dataclass(frozen=True, slots=True)
class WithheldBefore:
    """What the last import that judged a school withheld from it: how many pupils, why, from which files."""

    school: str
    pupils: int
    code: str
    files: tuple[str, ...]


def withheld(connection: Connection) -> list[WithheldBefore]:
    """Return what is withheld, by school."""
    rows: Any = connection.execute("SELECT * FROM withheld ORDER BY school")
    return [
        WithheldBefore(row["school"], row["pupils"], row["code"], tuple(json.loads(row["files"])))
        for row in rows
    ]
