"""What imports leave to the operator: held rows, the answers to them, and what was withheld from a school.

`leerid conflicts` and `leerid todo` show it; docs/contract.md §5 says when a row is held or a change
withheld.
"""

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
    """Store what this import holds and withholds, in place of what earlier ones did for the same pupils.

    `ids` gives the person for each number in the plan, `files` are the names of the imported files, and `at`
    is the moment as `history.moment` writes it. Call it within the transaction of the import.
    """
    connection.executemany(
        "DELETE FROM hold WHERE school = ? AND stamnummer = ? AND code <> ?",
        [(*key, DOUBLE) for key in plan.settled],
    )
    kept = json.dumps([list(held.key) for held in plan.holds])
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
                *held.key,
                held.code,
                json.dumps([ids.get(person, person) for person in held.persons]),
                held.rows,
                at,
            )
            for held in plan.holds
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
    """Return the rows that wait for an answer, in the order of school and stamnummer."""
    rows = connection.execute("SELECT * FROM hold ORDER BY school, stamnummer")
    return [
        HeldRow(
            (row["school"], row["stamnummer"]), row["code"], tuple(json.loads(row["persons"])), row["rows"]
        )
        for row in rows
    ]


def answers(connection: Connection) -> dict[tuple[str, str, str], int | None]:
    """Return the answers given, by (school, stamnummer, identity): a person, or None to keep the register.

    The identity (`intake.likeness.identity`) stands for the child as the row had it: an answer counts for as
    long as a file says the same.
    """
    rows = connection.execute(
        "SELECT a.school, a.stamnummer, a.identity, coalesce(p.merged_into, a.person) AS person"
        " FROM answer a LEFT JOIN person p ON p.id = a.person"
    )
    return {(row["school"], row["stamnummer"], row["identity"]): row["person"] for row in rows}


def was_linked(connection: Connection, key: tuple[str, str], person: int) -> bool:
    """Tell whether it was an answer that gave a key to this person."""
    found = answers(connection).items()
    return any(linked == person and (school, number) == key for (school, number, _identity), linked in found)


def answer(connection: Connection, key: tuple[str, str], identity: str, person: int | None, at: str) -> None:
    """Store an answer and remove the held row; call it within a transaction."""
    connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", (*key, identity, person, at))
    release(connection, key)


def forget_other_answers(connection: Connection, key: tuple[str, str]) -> None:
    """Remove the answers that give a key to another person than its present one; call it within a transaction.

    Else an earlier answer would take the key from the person of the latest one, as soon as a file says again
    what the earlier one was about.
    """
    connection.execute(
        "DELETE FROM answer WHERE school = ?1 AND stamnummer = ?2 AND person IS NOT NULL"
        " AND (SELECT coalesce(merged_into, id) FROM person WHERE id = answer.person)"
        " IS NOT (SELECT person FROM registration WHERE school = ?1 AND stamnummer = ?2)",
        key,
    )


def release(connection: Connection, key: tuple[str, str]) -> None:
    """Remove a held row; call it within a transaction."""
    connection.execute("DELETE FROM hold WHERE school = ? AND stamnummer = ?", key)


@dataclass(frozen=True, slots=True)
class WithheldBefore:
    """What the last import that judged a school withheld from it: how many pupils, why, from which files."""

    school: str
    pupils: int
    code: str
    files: tuple[str, ...]


def withheld(connection: Connection) -> list[WithheldBefore]:
    """Return what is withheld at present, in the order of the schools."""
    rows: Any = connection.execute("SELECT * FROM withheld ORDER BY school")
    return [
        WithheldBefore(row["school"], row["pupils"], row["code"], tuple(json.loads(row["files"])))
        for row in rows
    ]
