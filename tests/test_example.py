"""The example enrolments are what issue and README promise: fictitious, varied, and still importable next year."""

import csv
from collections import Counter
from datetime import date

from stdnum.be import ssn
from world import EXAMPLE, HEADER


def rows() -> list[dict[str, str]]:
    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_shape() -> None:
    assert EXAMPLE.read_bytes().startswith(HEADER.encode() + b"\n")
    pupils = {(row["instellingsnummer"], row["stamnummer"]) for row in rows()}
    assert len(pupils) >= 150
    assert len({school for school, _number in pupils}) == 2
    assert {row["hoofdstructuur"] for row in rows()} >= {"111", "211", "221", "311", "321"}


def test_end_dates_are_open_but_for_the_one_who_changes_class() -> None:
    ended = [row for row in rows() if row["einddatum"]]
    assert len(ended) == 1
    keys = Counter((row["instellingsnummer"], row["stamnummer"]) for row in rows())
    assert [key for key, times in keys.items() if times > 1] == [
        (ended[0]["instellingsnummer"], ended[0]["stamnummer"])
    ]


def test_names() -> None:
    names = {f"{row['voornaam']} {row['naam']}".strip() for row in rows()}
    assert {"Łukasz Wiśniewski", "Şebnem Yılmaz", "Thị Hạnh Nguyễn"} <= names
    assert any(name.startswith("Zoë ") for name in names)
    text = "".join(names)
    assert all(character in text for character in "'’‘ʼ`´")
    assert any(len(row["naam"]) > 50 for row in rows())
    assert any(not row["naam"] for row in rows())
    assert any(not row["voornaam"] for row in rows())
    assert max(Counter((row["voornaam"], row["naam"]) for row in rows()).values()) >= 3


def test_official_numbers_fit_their_birth_dates_but_for_the_few_that_must_not() -> None:
    wrong, missing = 0, 0
    for row in rows():
        if not row["insz"]:
            missing += 1
            continue
        born = date.fromisoformat(row["geboortedatum"])
        fits = ssn.is_valid(row["insz"]) and ssn.get_birth_date(row["insz"]) in (born, None)
        wrong += not fits
    assert wrong == 3
    assert missing == 5
