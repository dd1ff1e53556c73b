"""The register: reads persons with their enrolments and accounts, and finds them by words."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from leerid_cli.model.people import (
    Account,
    AccountType,
    Departure,
    Enrolment,
    Gone,
    OfficialState,
    PasswordKind,
    Person,
    SuspendedBy,
)
from leerid_cli.rules.usernames import fold, search_terms
from leerid_cli.store.connection import Connection

# Each of the three queries has two forms: for all persons, and for those in a JSON list of ids.
_ENROLMENTS = (
    "SELECT r.person, r.gone_on, r.gone_how, e.* FROM registration r JOIN enrolment e USING (school, stamnummer)"
    " ORDER BY e.school, e.stamnummer, e.begin_date",
    "SELECT r.person, r.gone_on, r.gone_how, e.* FROM registration r JOIN enrolment e USING (school, stamnummer)"
    " WHERE r.person IN (SELECT value FROM json_each(?)) ORDER BY e.school, e.stamnummer, e.begin_date",
)
_ACCOUNTS = (
    "SELECT * FROM account",
    "SELECT * FROM account WHERE person IN (SELECT value FROM json_each(?))",
)
_PERSONS = (
    "SELECT * FROM person WHERE merged_into IS NULL ORDER BY id",
    "SELECT * FROM person WHERE merged_into IS NULL AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
)


def _day(text: str | None) -> date | None:
    """Return a date of the store; None for an empty or missing one."""
    return date.fromisoformat(text) if text else None


def _enrolment(row: sqlite3.Row) -> Enrolment:
    return Enrolment(
        school=row["school"],
        stamnummer=row["stamnummer"],
        hoofdstructuur=row["hoofdstructuur"],
        type=AccountType(row["type"]),
        vestigingsplaats=row["vestigingsplaats"],
        administratieve_groep=row["administratieve_groep"],
        administratieve_groep_omschrijving=row["administratieve_groep_omschrijving"],
        klas=row["klas"],
        begin=_day(row["begin_date"]),
        end=_day(row["end_date"]),
        gone=Gone(date.fromisoformat(row["gone_on"]), Departure(row["gone_how"])) if row["gone_on"] else None,
    )


def _account(row: sqlite3.Row) -> Account:
    return Account(
        username=row["username"],
        type=AccountType(row["type"]),
        password_kind=PasswordKind(row["password_kind"]),
        password_hash=row["password_hash"],
        must_change=bool(row["must_change"]),
        token=row["token"],
        suspended=SuspendedBy(row["suspended"]),
        batch=row["batch"] or "",
    )


def persons(connection: Connection, ids: Collection[int] | None = None) -> list[Person]:
    """Return all persons, or those with these ids, in the order of ids, with enrolments and account."""
    form = 0 if ids is None else 1
    arguments = () if ids is None else (json.dumps(sorted(ids)),)
    enrolments: dict[int, list[Enrolment]] = defaultdict(list)
    for row in connection.execute(_ENROLMENTS[form], arguments):
        enrolments[row["person"]].append(_enrolment(row))
    accounts = {row["person"]: _account(row) for row in connection.execute(_ACCOUNTS[form], arguments)}
    rows = connection.execute(_PERSONS[form], arguments)
    return [
        Person(
            id=row["id"],
            naam=row["naam"],
            voornaam=row["voornaam"],
            birth_date=_day(row["birth_date"]),
            gender=row["gender"],
            official=OfficialState(row["official"]),
            official_hash=row["official_hash"] or "",
            enrolments=tuple(enrolments[row["id"]]),
            account=accounts.get(row["id"]),
        )
        for row in rows
    ]


def find(connection: Connection, words: Iterable[str]) -> set[int] | None:
    """Return the persons of whom every word begins a stamnummer, a word of a name, or the username.

    Letters are compared as in usernames (`rules.usernames.fold`). None where there is no word to search for.
    """
    persons_found: set[int] | None = None
    for word in words:
        hits = {
            row[0]
            for term in {fold(word).replace(" ", ""), word.lower()} - {""}
            for row in connection.execute(
                "SELECT person FROM search_term WHERE term >= ? AND term < ?", (term, term + "\U0010ffff")
            )
        }
        persons_found = hits if persons_found is None else persons_found & hits
    return persons_found


def by_key(connection: Connection, school: str, stamnummer: str) -> list[tuple[str, str, int]]:
    """Return (school, stamnummer, person) of a pupil id; for school '', those of all schools that have it."""
    rows = connection.execute(
        "SELECT school, stamnummer, person FROM registration WHERE stamnummer = ? AND ? IN (school, '')"
        " ORDER BY school",
        (stamnummer, school),
    )
    return [tuple(row) for row in rows]


def by_username(connection: Connection, username: str) -> int | None:
    """Return the person whose account has this username, in upper or lower case, or None."""
    row = connection.execute("SELECT person FROM account WHERE username = ?", (username,)).fetchone()
    return row["person"] if row else None


def schools(connection: Connection) -> list[str]:
    """Return the instellingsnummers of all schools that have a pupil, sorted."""
    return [row[0] for row in connection.execute("SELECT DISTINCT school FROM registration ORDER BY school")]


def refresh_terms(connection: Connection, ids: Collection[int]) -> None:
    """Write the search terms of these persons again; call it after each change of a name or username."""
    connection.execute(
        "DELETE FROM search_term WHERE person IN (SELECT value FROM json_each(?))", (json.dumps(sorted(ids)),)
    )
    terms: list[tuple[str, int]] = []
    for person in persons(connection, ids):
        words = set(search_terms(person.naam, person.voornaam))
        words.update(enrolment.stamnummer.lower() for enrolment in person.enrolments)
        if person.account:
            words.add(person.account.username.lower())
        terms.extend((word, person.id) for word in words)
    connection.executemany("INSERT INTO search_term VALUES (?, ?)", terms)


def last_import(connection: Connection) -> str:
    """Return the moment of the last import, as `history.moment` writes it; '' where there was none."""
    row = connection.execute("SELECT max(at) FROM import_run").fetchone()
    return row[0] or ""
