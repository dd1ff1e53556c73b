"""What answers to conflicts changed, kept until the next import, so that `conflicts undo` can take them back.

For each answer the rows that it concerns are kept as they were before it and after it. They hold names, birth
dates and keyed hashes of official numbers, as the tables do that they come from, and no passwords.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from leerid_cli.store.connection import Connection
from leerid_cli.store.register import refresh_terms

Key = tuple[str, str]
"""(instellingsnummer, stamnummer)."""
Rows = dict[str, list[list[Any]]]
"""Rows of the store by table, each a list of its columns in the order of the schema."""

# The tables that an answer changes: by person, and by key. An account is kept without its password.
_BY_PERSON = {
    "person": "SELECT * FROM person WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
    "account": "SELECT username, person, suspended FROM account"
    " WHERE person IN (SELECT value FROM json_each(?)) ORDER BY username",
    "username": "SELECT username, person FROM username"
    " WHERE person IN (SELECT value FROM json_each(?)) ORDER BY username",
}
_BY_KEY = {
    "registration": "SELECT r.* FROM registration r JOIN json_each(?) k"
    " ON r.school = k.value ->> 0 AND r.stamnummer = k.value ->> 1 ORDER BY 1, 2",
    "enrolment": "SELECT e.* FROM enrolment e JOIN json_each(?) k"
    " ON e.school = k.value ->> 0 AND e.stamnummer = k.value ->> 1 ORDER BY 1, 2, 3",
    "answer": "SELECT a.* FROM answer a JOIN json_each(?) k"
    " ON a.school = k.value ->> 0 AND a.stamnummer = k.value ->> 1 ORDER BY 1, 2, 3",
    "hold": "SELECT h.* FROM hold h JOIN json_each(?) k"
    " ON h.school = k.value ->> 0 AND h.stamnummer = k.value ->> 1 ORDER BY 1, 2",
}
# Of these, the rows of the keys are removed and those from before are written.
_DELETE = {
    "enrolment": "DELETE FROM enrolment WHERE school = ? AND stamnummer = ?",
    "answer": "DELETE FROM answer WHERE school = ? AND stamnummer = ?",
    "hold": "DELETE FROM hold WHERE school = ? AND stamnummer = ?",
}
_INSERT = {
    "enrolment": "INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "answer": "INSERT INTO answer VALUES (?, ?, ?, ?, ?)",
    "hold": "INSERT INTO hold VALUES (?, ?, ?, ?, ?, ?)",
}


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer that can be taken back: its number, the pupil id it was about, the rows before and after."""

    number: int
    key: Key
    before: Rows
    after: Rows

    @property
    def persons(self) -> set[int]:
        """The ids of all persons whom the answer concerned."""
        return {row[0] for row in (*self.before["person"], *self.after["person"])}

    @property
    def keys(self) -> set[Key]:
        """The keys that the answer concerned."""
        tables = [rows[table] for rows in (self.before, self.after) for table in _BY_KEY]
        return {self.key} | {(row[0], row[1]) for table in tables for row in table}


def rows_of(connection: Connection, persons: Collection[int], keys: Collection[Key]) -> Rows:
    """Return what the store has of these persons and keys, in the tables that an answer can change."""
    found = {table: (query, json.dumps(sorted(persons))) for table, query in _BY_PERSON.items()}
    found |= {table: (query, json.dumps(sorted(keys))) for table, query in _BY_KEY.items()}
    return {
        table: [list(row) for row in connection.execute(query, (wanted,))]
        for table, (query, wanted) in found.items()
    }


def remember(connection: Connection, key: Key, before: Rows, after: Rows, at: str) -> None:
    """Keep what an answer about `key` changed; call it within the transaction of the answer."""
    connection.execute(
        "INSERT INTO undo (school, stamnummer, before, after, at) VALUES (?, ?, ?, ?, ?)",
        (*key, json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False), at),
    )


def forget(connection: Connection) -> None:
    """Forget all answers: an import follows, and they can no longer be taken back."""
    connection.execute("DELETE FROM undo")


def newest(connection: Connection) -> GivenAnswer | None:
    """Return the newest answer that was not taken back, None where there is none since the last import."""
    row = connection.execute("SELECT * FROM undo ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        return None
    key = (row["school"], row["stamnummer"])
    return GivenAnswer(row["id"], key, json.loads(row["before"]), json.loads(row["after"]))


def changed_accounts(connection: Connection, answered: GivenAnswer) -> tuple[str, ...]:
    """Return the usernames of accounts that were made or renamed for the persons of an answer since then."""
    now = {row[0] for row in rows_of(connection, answered.persons, ())["account"]}
    then = {row[0] for row in answered.after["account"]}
    return tuple(sorted(now - then)) or tuple(sorted(then - now))


def take_back(connection: Connection, answered: GivenAnswer) -> None:
    """Put everything that an answer changed back as it was before it; call it within a transaction.

    Passwords, and suspensions by hand, that came since stay. A child whom the answer registered disappears
    from the register; its number stays, because the history names it.
    """
    _put_back_persons(connection, answered)
    _put_back_keys(connection, answered)
    suspended = {username: state for username, _person, state in answered.after["account"]}
    connection.executemany(
        "UPDATE account SET person = ?2, suspended = iif(suspended = ?4, ?3, suspended) WHERE username = ?1",
        [(*row, suspended[row[0]]) for row in answered.before["account"]],
    )
    connection.executemany("UPDATE username SET person = ?2 WHERE username = ?1", answered.before["username"])
    refresh_terms(connection, answered.persons)
    connection.execute("DELETE FROM undo WHERE id = ?", (answered.number,))


def _put_back_persons(connection: Connection, answered: GivenAnswer) -> None:
    # A number can go from one person to another: without this it would be there twice meanwhile.
    connection.executemany(
        "UPDATE person SET official_hash = NULL WHERE id = ?", [(person,) for person in answered.persons]
    )
    connection.executemany(
        "UPDATE person SET naam = ?2, voornaam = ?3, birth_date = ?4, gender = ?5, official = ?6,"
        " official_hash = ?7, merged_into = ?8 WHERE id = ?1",
        answered.before["person"],
    )
    known = {row[0] for row in answered.before["person"]}
    connection.executemany(
        "UPDATE person SET merged_into = id WHERE id = ?", [(person,) for person in answered.persons - known]
    )


def _put_back_keys(connection: Connection, answered: GivenAnswer) -> None:
    keys, before = sorted(answered.keys), answered.before
    for statement in _DELETE.values():
        connection.executemany(statement, keys)
    had = {(row[0], row[1]) for row in before["registration"]}
    connection.executemany(
        "DELETE FROM registration WHERE school = ? AND stamnummer = ?",
        [key for key in keys if key not in had],
    )
    connection.executemany(
        "UPDATE registration SET person = ?3, gone_on = ?4, gone_how = ?5 WHERE school = ?1 AND stamnummer = ?2",
        before["registration"],
    )
    for table, statement in _INSERT.items():
        connection.executemany(statement, before[table])
