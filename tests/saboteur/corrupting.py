"""What a file of the saboteur is: a function that makes it of the good rows, and what the import must say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from good_files import NOVEMBER, A, B, Row

Made = list[Row] | str | bytes


class Verdict(StrEnum):
    """What becomes of a file; every corruption has one of the first three."""

    REFUSED = "refused"  # exit 3 or 6, nothing changed
    WITHHELD = "withheld"  # exit 4, `todo` offers to accept it
    NAMED = "named"  # exit 4, the pupils or rows are named
    UNTOUCHED = "untouched"  # exit 0: nothing stands in the way of a good file


@dataclass(frozen=True)
class Case:
    """A file to import on the day `on`, after the files that `before` returns were imported one by one.

    `before` returns (day, rows) of each. `changes`: so many pupils may differ from the good register
    afterwards, because the file also has news that are right.
    """

    name: str
    make: Callable[[], Made]
    verdict: Verdict
    on: date
    arguments: tuple[str, ...]
    before: Callable[[], Sequence[tuple[date, list[Row]]]]
    changes: int = 0


CASES: dict[str, Case] = {}


def ordinary() -> Sequence[tuple[date, list[Row]]]:
    """Return the history of most cases: both schools were imported once."""
    from good_files import both

    return [(date(2026, 9, 2), both())]


def case(
    verdict: Verdict,
    *arguments: str,
    on: date = NOVEMBER,
    before: Callable[[], Sequence[tuple[date, list[Row]]]] = ordinary,
    changes: int = 0,
) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Register a function as a case under its own name."""

    def register(make: Callable[[], Made]) -> Callable[[], Made]:
        name = make.__name__.strip("_")
        assert name not in CASES
        CASES[name] = Case(name, make, verdict, on, arguments, before, changes)
        return make

    return register


def shifted(rows: Sequence[Row], *columns: str, by: int = 1) -> list[Row]:
    """Return the rows with some columns moved down by some rows, around the end."""
    return [
        row | {column: rows[(index - by) % len(rows)][column] for column in columns}
        for index, row in enumerate(rows)
    ]


def ordered(rows: Sequence[Row], *columns: str) -> list[Row]:
    """Return the rows with some columns sorted on their own."""
    return [
        row | dict(zip(columns, values, strict=True))
        for row, values in zip(
            rows, sorted(tuple(row[column] for column in columns) for row in rows), strict=True
        )
    ]


def each(rows: Sequence[Row], change: Callable[[Row], Row]) -> list[Row]:
    """Return the rows, each with some cells changed."""
    return [row | change(row) for row in rows]


def in_school(rows: Sequence[Row], school: str, change: Callable[[list[Row]], list[Row]]) -> list[Row]:
    """Return the rows, with those of one school changed."""
    return change([row for row in rows if row["instellingsnummer"] == school]) + [
        row for row in rows if row["instellingsnummer"] != school
    ]


def in_class(rows: Sequence[Row], klas: str, change: Callable[[list[Row]], list[Row]]) -> list[Row]:
    """Return the rows, with those of one class changed."""
    first = next(index for index, row in enumerate(rows) if row["klas"] == klas)
    changed = change([row for row in rows if row["klas"] == klas])
    kept = [row for row in rows if row["klas"] != klas]
    return kept[:first] + changed + kept[first:]


def only(rows: Sequence[Row], school: str) -> list[Row]:
    """Return the rows of one school."""
    return [row for row in rows if row["instellingsnummer"] == school]


__all__ = ["A", "B"]
