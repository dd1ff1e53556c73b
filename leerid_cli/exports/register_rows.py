"""The rows of `export`: one row an enrolment, with columns that `import` reads back.

The headings are those of the profile `discimus` (docs/contract.md §5), without the official number, which the
store does not hold; `type`, `status` and `username` come after them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from leerid_cli.exports import listing
from leerid_cli.model.choices import ExportFormat
from leerid_cli.model.people import Enrolment, Pupil

Row = dict[str, str]

COLUMNS = (
    "instellingsnummer",
    "stamnummer",
    "naam",
    "voornaam",
    "geboortedatum",
    "geslacht",
    "hoofdstructuur",
    "vestigingsplaats",
    "administratieve_groep",
    "administratieve_groep_omschrijving",
    "klas",
    "begindatum",
    "einddatum",
    "type",
    "status",
    "username",
)


def register_rows(pupil: Pupil, schools: set[str]) -> list[Row]:
    """Return one row for each enrolment of a pupil, its cells by column; dates are YYYY-MM-DD, '' where open.

    `schools` are the instellingsnummers whose enrolments are exported; empty: all.
    """
    return [
        _row(pupil, enrolment)
        for enrolment in pupil.person.enrolments
        if not schools or enrolment.school in schools
    ]


def _row(pupil: Pupil, enrolment: Enrolment) -> Row:
    person = pupil.person
    cells = (
        enrolment.school,
        enrolment.stamnummer,
        person.naam,
        person.voornaam,
        _day(person.birth_date),
        person.gender,
        enrolment.hoofdstructuur,
        enrolment.vestigingsplaats,
        enrolment.administratieve_groep,
        enrolment.administratieve_groep_omschrijving,
        enrolment.klas,
        _day(enrolment.begin),
        _day(enrolment.end),
        enrolment.type.value,
        pupil.status.value,
        person.account.username if person.account else "",
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def as_xlsx(rows: Sequence[Row], made: datetime) -> bytes:
    """Return a workbook with the rows under their columns, dated `made`."""
    from leerid_cli.tables import workbook

    return workbook.write("Leerlingen", COLUMNS, [list(row.values()) for row in rows], made)


WRITERS: Mapping[ExportFormat, Callable[[Sequence[Row], datetime], bytes]] = {
    ExportFormat.XLSX: as_xlsx,
    ExportFormat.CSV: lambda rows, _made: listing.as_csv(rows, COLUMNS, quoted=True).encode(),
    ExportFormat.JSON: lambda rows, _made: listing.as_json(rows).encode(),
    ExportFormat.JSONL: lambda rows, _made: listing.as_jsonl(rows).encode(),
}
"""What makes the bytes of a file of rows, by format; the moment dates a workbook."""


def as_excel_csv(rows: Sequence[Row], _made: datetime) -> bytes:
    """Return CSV that Excel opens as it is, and in which it runs nothing."""
    return listing.as_excel_csv(rows, COLUMNS).encode()
