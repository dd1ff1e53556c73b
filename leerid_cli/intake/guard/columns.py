"""Checks of a column as a whole: moved by a row, one value for all, a value each, or of another school.

What a column should hold is taken from the register: most pupils with the same value before have the same
value now, also from one school year to the next.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import ANY, Check, Context, Found
from leerid_cli.intake.matching import Key
from leerid_cli.intake.survey import School
from leerid_cli.model.people import Enrolment

# A pattern counts where so many pupils are in the file.
LEAST = 10
# Of so many values of neighbours nearly all must fit.
NEARLY_ALL = 0.97
# A step from grade to grade prevails from this part of the pupils on.
PREVAILS = 0.6
Value = Callable[[Enrolment], str]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value of a registered pupil before and with the file, in the order of the file."""

    key: Key
    klas: str
    old: str
    new: str


def _cells(school: School, context: Context, value: Value) -> list[_Cell]:
    before, after = context.matcher.enrolments, context.matcher.after
    return [
        _Cell(key, before[key][-1].klas, value(before[key][-1]), value(after[key][-1]))
        for key in school.order
        if key in before and after.get(key)
    ]


def column(value: Value, test: Callable[[Sequence[_Cell], School, Context], bool]) -> Callable[..., Found]:
    """Return the `find` of a check that looks at a whole column, where enough of it changes.

    It finds all whose data change: where a column is damaged, no value of it can be relied on.
    """

    def find(school: School, context: Context) -> Found:
        if len(school.changes) <= ANY[0]:
            return {}
        cells = _cells(school, context, value)
        if len(cells) < LEAST or not test(cells, school, context):
            return {}
        keys = [change.key for change in school.changes] + [arrival.key for arrival in school.arrivals]
        return dict.fromkeys(keys, "")

    return find


def _moved(cells: Sequence[_Cell], _school: School, _context: Context) -> bool:
    """Tell whether each value is that of a row above or below, where that explains the whole column."""
    now: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in cells:
        now[cell.old][cell.new] += 1
    usual = {old: counts.most_common(1)[0][0] for old, counts in now.items()}
    if sum(cell.new != usual[cell.old] for cell in cells) <= ANY[0]:
        return False
    for step in (1, -1, 2, -2, 3, -3):
        pairs = list(_neighbours(cells, step))
        if sum(cell.new == usual[other.old] for cell, other in pairs) >= NEARLY_ALL * len(pairs):
            return True
    return False


def _neighbours(cells: Sequence[_Cell], step: int) -> Iterator[tuple[_Cell, _Cell]]:
    """Yield each cell with the one so many rows above."""
    for index, cell in enumerate(cells):
        if 0 <= index - step < len(cells):
            yield cell, cells[index - step]


def _one_for_all(cells: Sequence[_Cell], _school: School, _context: Context) -> bool:
    """Tell whether all have one value now, and had three or more."""
    return len({cell.new for cell in cells}) == 1 and len({cell.old for cell in cells}) > ANY[0]


def _one_each(cells: Sequence[_Cell], _school: School, _context: Context) -> bool:
    """Tell whether more than every second pupil has a value of its own now, and that was not so."""
    new, old = {cell.new for cell in cells}, {cell.old for cell in cells}
    return len(new) > len(cells) / 2 > 2 * len(old)


def _of_another_school(cells: Sequence[_Cell], school: School, context: Context) -> bool:
    """Tell whether more than every second class is one of another school, and none of this one."""
    own = set(school.classes)
    strange = [cell.new for cell in cells if cell.new not in own]
    others = [set(other.classes) for other in context.schools.values() if other is not school]
    return any(sum(klas in other for klas in strange) > len(cells) / 2 for other in others)


def _by_grade(cells: Sequence[_Cell], _school: School, _context: Context) -> bool:
    """Tell whether classes have no more to do with those before: no step from grade to grade prevails."""
    steps = []
    for cell in cells:
        old, new = re.match(r"[A-Za-z]?(\d)", cell.old), re.match(r"[A-Za-z]?(\d)", cell.new)
        steps += [int(new[1]) - int(old[1])] if old and new else []
    if len(steps) < LEAST or len({cell.old for cell in cells}) <= ANY[0]:
        return False
    return Counter(steps).most_common(1)[0][1] < PREVAILS * len(steps)


def _klas(enrolment: Enrolment) -> str:
    return enrolment.klas


def _group(enrolment: Enrolment) -> str:
    return enrolment.administratieve_groep


def _hoofdstructuur(enrolment: Enrolment) -> str:
    return enrolment.hoofdstructuur


_MOVED = lambda: _("a column is moved by a row")  # noqa: E731
_ONE = lambda: _("all pupils would be in one class or group")  # noqa: E731
_EACH = lambda: _("nearly every pupil would be in a class or group alone")  # noqa: E731
CHECKS = (
    Check("class-column-moved", column(_klas, _moved), _MOVED, ANY),
    Check("group-column-moved", column(_group, _moved), _MOVED, ANY),
    Check("hoofdstructuur-column-moved", column(_hoofdstructuur, _moved), _MOVED, ANY),
    Check("one-class-for-all", column(_klas, _one_for_all), _ONE, ANY),
    Check("one-group-for-all", column(_group, _one_for_all), _ONE, ANY),
    Check("a-class-for-each", column(_klas, _one_each), _EACH, ANY),
    Check("a-group-for-each", column(_group, _one_each), _EACH, ANY),
    Check(
        "classes-of-another-school",
        column(_klas, _of_another_school),
        lambda: _("most classes are those of another school"),
        ANY,
    ),
    Check(
        "grades-mixed-up",
        column(_klas, _by_grade),
        lambda: _("most classes do not follow from those before"),
        ANY,
    ),
)
