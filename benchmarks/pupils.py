"""Enrolment files of any length with computed official numbers; no child in them exists."""

from __future__ import annotations

from pathlib import Path

HEADER = (
    "instellingsnummer;stamnummer;naam;voornaam;geboortedatum;geslacht;insz;hoofdstructuur;"
    "vestigingsplaats;administratieve_groep;administratieve_groep_omschrijving;klas;begindatum;einddatum"
)
NAMES = ("Peeters", "Janssens", "De Smet", "Wiśniewski", "Yılmaz", "Đặng", "Van den Broeck", "D’Hondt")
FIRST_NAMES = ("Emma", "Łukasz", "Zoë", "Noor", "Wout", "Ayşe", "Jan", "Lotte", "Jef", "Inès", "Milan")
SCHOOL_SIZE, CLASS_SIZE = 500, 20


def row(number: int) -> str:
    """Return the row of one pupil; a number gives the same pupil every time."""
    year, month, day = 2012 + number % 8, 1 + number // 8 % 12, 1 + number // 96 % 28
    nine = f"{year % 100:02d}{month:02d}{day:02d}{1 + number // 2688 % 990:03d}"
    insz = f"{nine}{97 - int('2' + nine) % 97:02d}"
    school, klas = number // SCHOOL_SIZE, number % SCHOOL_SIZE // CLASS_SIZE
    name, first = NAMES[number % len(NAMES)], FIRST_NAMES[number % len(FIRST_NAMES)]
    return (
        f"{30000 + school:06d};{1_200_000 + number};{name} {number};{first};{year}-{month:02d}-{day:02d};V;{insz};"
        f"211;1;{klas};{1 + klas % 6}e leerjaar;{1 + klas % 6}{chr(65 + klas // 6)};2026-09-01;2027-08-31"
    )


def write(path: Path, count: int) -> Path:
    """Write a file of `count` pupils."""
    path.write_text("\n".join((HEADER, *map(row, range(count)))) + "\n", encoding="utf-8")
    return path
