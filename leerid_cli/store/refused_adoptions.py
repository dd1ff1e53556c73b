"""The rows of existing accounts that `adopt` did not take over, kept until they are settled; `todo` shows them."""

from __future__ import annotations

from collections.abc import Iterable

from leerid_cli.model.batches import AdoptedAccounts, RefusedAdoption
from leerid_cli.store.connection import Connection


def waiting(connection: Connection) -> list[RefusedAdoption]:
    """Return the rows that wait for somebody, in the order in which they were read.

    A row is settled where its pupil has got this account here meanwhile, whatever file it came from.
    """
    rows = connection.execute(
        "SELECT file, line, school, stamnummer, username, code FROM refused_adoption r WHERE NOT EXISTS"
        " (SELECT 1 FROM account a JOIN registration g USING (person) WHERE a.username = r.username"
        " AND ltrim(g.stamnummer, '0') = ltrim(r.stamnummer, '0') AND r.school IN ('', g.school)) ORDER BY rowid"
    )
    return [RefusedAdoption(*row) for row in rows]


def differs(connection: Connection, adopted: AdoptedAccounts) -> bool:
    """Tell whether `replace` would change which rows are kept."""
    stored = _stored(connection)
    return _kept(stored, adopted) != stored


def replace(connection: Connection, adopted: AdoptedAccounts) -> None:
    """Keep the refused rows of these files, in place of what was kept of them; call it within a transaction.

    Rows of other files about a pupil whose account is taken over now are settled.
    """
    kept = _kept(_stored(connection), adopted)
    connection.execute("DELETE FROM refused_adoption")
    connection.executemany(
        "INSERT INTO refused_adoption (file, line, school, stamnummer, username, code) VALUES (?, ?, ?, ?, ?, ?)",
        [(row.file, row.line, row.school, row.stamnummer, row.username, row.code) for row in kept],
    )


def _stored(connection: Connection) -> list[RefusedAdoption]:
    query = "SELECT file, line, school, stamnummer, username, code FROM refused_adoption ORDER BY rowid"
    return [RefusedAdoption(*row) for row in connection.execute(query)]


def _kept(stored: Iterable[RefusedAdoption], adopted: AdoptedAccounts) -> list[RefusedAdoption]:
    # A row need not name its school, and a spreadsheet can have taken leading zeros.
    done = {(named, number.lstrip("0")) for school, number in adopted.taken_over for named in (school, "")}
    others = [
        row
        for row in stored
        if row.file not in adopted.files and (row.school, row.stamnummer.lstrip("0")) not in done
    ]
    return [*others, *adopted.refused]
