"""What leerid is compared with: the least that anybody would do for the same.

baselines.py hello              a Typer program of one command that prints a word
baselines.py import FILE STORE  pandas.read_csv and a bare executemany, with the same indexes
baselines.py hashes N COST      N bcrypt hashes, one after the other
"""

from __future__ import annotations

import sqlite3
import sys


def hello() -> None:
    """Print a word."""
    import typer

    app = typer.Typer()

    @app.command()
    def greet() -> None:
        print("hello")

    app(args=[])


def bare_import(file: str, store: str) -> None:
    """Read the file as text and put its rows into tables like leerid's."""
    import pandas

    table = pandas.read_csv(file, sep=";", dtype=str, keep_default_na=False)
    connection = sqlite3.connect(store)
    connection.executescript(
        """CREATE TABLE person (id INTEGER PRIMARY KEY, naam TEXT, voornaam TEXT, born TEXT, sex TEXT,
            number TEXT UNIQUE);
        CREATE TABLE registration (school TEXT, stamnummer TEXT, person INTEGER,
            PRIMARY KEY (school, stamnummer)) WITHOUT ROWID;
        CREATE INDEX registration_stamnummer ON registration (stamnummer);
        CREATE INDEX registration_person ON registration (person);
        CREATE TABLE enrolment (school TEXT, stamnummer TEXT, begin_date TEXT, end_date TEXT, level TEXT, place TEXT,
            code TEXT, name TEXT, klas TEXT, PRIMARY KEY (school, stamnummer, begin_date)) WITHOUT ROWID;
        CREATE TABLE term (term TEXT, person INTEGER, PRIMARY KEY (term, person)) WITHOUT ROWID;
        CREATE INDEX term_person ON term (person);"""
    )
    rows = list(table.itertuples())
    with connection:
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)",
            [(row[0], row.naam, row.voornaam, row.geboortedatum, row.geslacht, row.insz) for row in rows],
        )
        connection.executemany(
            "INSERT INTO registration VALUES (?, ?, ?)",
            [(row.instellingsnummer, row.stamnummer, row[0]) for row in rows],
        )
        connection.executemany(
            "INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    row.instellingsnummer, row.stamnummer, row.begindatum, row.einddatum, row.hoofdstructuur,
                    row.vestigingsplaats, row.administratieve_groep, row.administratieve_groep_omschrijving, row.klas,
                )
                for row in rows
            ],
        )  # fmt: skip
        terms = {(word, row[0]) for row in rows for word in (row.naam, row.voornaam, row.stamnummer)}
        connection.executemany("INSERT INTO term VALUES (?, ?)", terms)


def hashes(count: int, cost: int) -> None:
    """Hash passwords one after the other."""
    import bcrypt

    salt = bcrypt.gensalt(cost)
    for number in range(count):
        bcrypt.hashpw(str(number).encode(), salt)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "hello":
        hello()
    elif what == "import":
        bare_import(*rest)
    else:
        hashes(*map(int, rest))
