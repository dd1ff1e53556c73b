"""Good files of a made-up primary and a made-up secondary school, from which wrong ones are made.

Nobody in them exists: names are combined from lists, official numbers are computed.
"""

import io
from collections.abc import Iterable
from csv import DictReader
from datetime import date

from world import HEADER

Row = dict[str, str]
A, B = "030569", "041871"
NOVEMBER, FEBRUARY, LEAP_DAY = date(2026, 11, 24), date(2027, 2, 9), date(2028, 2, 29)
JULY, AUGUST, SEPTEMBER = date(2027, 7, 6), date(2027, 8, 31), date(2027, 9, 1)
NAMES = (
    "Peeters", "Janssens", "Maes", "Jacobs", "Willems", "De Smet", "D'Hondt", "Çelik", "Gómez", "Wiśniewski",
    "Van den Broeck", "Müller", "Özdemir", "Claes", "Goossens", "Lefèvre", "Vermeulen", "Hermans", "Desmedt",
)  # fmt: skip
BOYS = ("Noah", "Lucas", "Jérôme", "Milan", "Stan", "Björn", "Finn", "Daniël", "Mats", "Raphaël", "Victor")
GIRLS = (
    "Emma",
    "Zoë",
    "Noor",
    "Louise",
    "Chloé",
    "Lotte",
    "Inès",
    "Hélène",
    "Mila",
    "Julie",
    "Amélie",
    "Fien",
)


def official_number(born: date, gender: str, order: int) -> str:
    """Return the number of the `order`th boy or girl who was born that day."""
    nine = f"{born:%y%m%d}{2 * order + (gender == 'M'):03d}"
    return f"{nine}{97 - int(('2' if born.year >= 2000 else '') + nine) % 97:02d}"


def pupil(number: int, school: str, klas: str, age: int, year: int, **cells: str) -> Row:
    """Return a pupil of a class: `age` is that of 31 December of the calendar year in which the year begins."""
    gender = "MV"[number % 2]
    born = date(year - age, 1 + number * 7 % 12, 1 + number * 11 % 28)
    given = (BOYS if gender == "M" else GIRLS)[number * 3 % 11]
    hoofdstructuur = "111" if klas.startswith("K") else "211" if school == A else "311"
    group = {"111": "101", "211": "2", "311": "31"}[hoofdstructuur] + klas[0].replace("K", "3")
    values = (
        school, str(int(school) * 100 + number), NAMES[number * 5 % len(NAMES)], given, born.isoformat(), gender,
        official_number(born, gender, number % 400 + 1), hoofdstructuur, "1", group, f"groep {group}", klas,
        f"{year}-09-01", "" if school == A else f"{year + 1}-08-31",
    )  # fmt: skip
    return dict(zip(HEADER.split(";"), values, strict=True)) | cells


def primary(year: int = 2026, grades: range = range(1, 7)) -> list[Row]:
    """Return a class of 12 kleuters and six of 18 pupils; the children are the same ones every year."""
    kleuters = 600 + 12 * (year - 2020)
    rows = [pupil(kleuters + n, A, "K3", 5, year) for n in range(12)] if grades.start == 1 else []
    for grade in grades:
        cohort = year - grade
        first = (cohort - 2015) * 18
        rows += [pupil(first + n, A, f"{grade}A", 5 + grade, year) for n in range(18)]
    return rows


def secondary(year: int = 2026) -> list[Row]:
    """Return six classes of 15."""
    rows = []
    for grade in range(1, 7):
        first = (year - grade - 2015) * 15
        rows += [pupil(first + n, B, f"{grade}LAT", 11 + grade, year) for n in range(15)]
    return rows


def both(year: int = 2026) -> list[Row]:
    """Return both schools, with five who came in October; only the secondary names expected ends."""
    rows = primary(year) + secondary(year)
    for index in (15, 40, 77, 130, 170):
        rows[index]["begindatum"] = f"{year}-10-05"
    return rows


def text(rows: Iterable[Row], header: str = HEADER) -> str:
    """Return rows as CSV."""
    names = header.split(";")
    return "\n".join((header, *(";".join(_cell(row.get(name, "")) for name in names) for row in rows))) + "\n"


def _cell(value: str) -> str:
    return f'"{value}"' if ";" in value else value


def parsed(csv: str) -> list[Row]:
    """Return the rows of CSV."""
    return list(DictReader(io.StringIO(csv), delimiter=";"))
