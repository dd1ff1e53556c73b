"""Checks of a column as a whole: moved by a row, one value for all, a value each, or of another school.

What a column should hold is taken from the register: most pupils with the same value before have the same
value now, also from one school year to the next.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import ANY, Check, Context, Found, school_year
from leerid_cli.intake.guard.pairs import group, group_name, hoofdstructuur, klas
from leerid_cli.intake.matching import Key
from leerid_cli.intake.survey import SchoolImport
from leerid_cli.model.people import Enrolment

# A pattern counts where so many pupils are in the file.
LEAST = 10
# Of so many values of neighbours nearly all must fit.
NEARLY_ALL = 0.97
STEPS = (*range(1, 6), *range(-5, 0))
# So many rows from the border of a class are near it.
NEAR = 5
# Rows are in the order of classes with at most so many times as many borders as classes.
IN_ORDER = 1.5
# A step from grade to grade prevails from this part of the pupils on.
PREVAILS = 0.7
_GRADE = re.compile(r"([A-Za-z]*)(\d+)")
Value = Callable[[Enrolment], str]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value of a registered pupil before and with the file, in the order of the file."""

    key: Key
    klas: str
    old: str
    new: str


def _cells(school: SchoolImport, context: Context, value: Value) -> list[_Cell]:
    before, after = context.matcher.enrolments, context.matcher.after
    return [
        _Cell(key, before[key][-1].klas, value(before[key][-1]), value(after[key][-1]))
        for key in school.order
        if key in before and after.get(key)
    ]


def column(
    value: Value, test: Callable[[Sequence[_Cell], SchoolImport, Context], bool]
) -> Callable[..., Found]:
    """Return the `find` of a check that looks at a whole column, where enough of it changes.

    It finds all whose data change: where a column is damaged, no value of it can be relied on.
    """

    def find(school: SchoolImport, context: Context) -> Found:
        if len(school.changes) <= ANY[0]:
            return {}
        cells = _cells(school, context, value)
        if len(cells) < LEAST or not test(cells, school, context):
            return {}
        keys = [change.key for change in school.changes] + [arrival.key for arrival in school.arrivals]
        return dict.fromkeys(keys, "")

    return find


def _moved(cells: Sequence[_Cell], _school: SchoolImport, _context: Context) -> bool:
    """Tell whether values moved to other rows, where that explains all that is not as usual.

    Either each value is that of a row some rows above or below, or the rows are in the order of classes and
    each unusual value is that of a class just above or below, at several borders of classes.
    """
    usual = _usual(cells)
    wrong = [index for index, cell in enumerate(cells) if cell.new != usual[index]]
    if len(wrong) <= ANY[0]:
        return False
    return any(_by_step(cells, usual, step) for step in STEPS) or _at_borders(cells, usual, wrong)


def _usual(cells: Sequence[_Cell]) -> list[str]:
    """Return what each pupil should have: what most pupils with the same value before have now."""
    now: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in cells:
        now[cell.old][cell.new] += 1
    most = {old: counts.most_common(1)[0][0] for old, counts in now.items()}
    return [most[cell.old] for cell in cells]


def _by_step(cells: Sequence[_Cell], usual: Sequence[str], step: int) -> bool:
    pairs = [
        (cell.new, usual[index - step]) for index, cell in enumerate(cells) if 0 <= index - step < len(cells)
    ]
    return sum(new == expected for new, expected in pairs) >= NEARLY_ALL * len(pairs)


def _at_borders(cells: Sequence[_Cell], usual: Sequence[str], wrong: Sequence[int]) -> bool:
    borders = {index for index in range(1, len(usual)) if usual[index] != usual[index - 1]}
    if len(borders) + 1 > IN_ORDER * len(set(usual)):
        return False  # not in the order of classes
    touched = set()
    for index in wrong:
        near = range(max(0, index - NEAR), min(len(usual), index + NEAR + 1))
        if cells[index].new not in {usual[other] for other in near}:
            return False
        touched |= borders & set(near)
    return len(touched) > 1 and len(wrong) > ANY[0] + 1


def _one_for_all(cells: Sequence[_Cell], _school: SchoolImport, _context: Context) -> bool:
    """Tell whether all have one value now, and had three or more."""
    return len({cell.new for cell in cells}) == 1 and len({cell.old for cell in cells}) > ANY[0]


def _one_each(cells: Sequence[_Cell], _school: SchoolImport, _context: Context) -> bool:
    """Tell whether more than every second pupil has a value of its own now, and that was not so."""
    new, old = {cell.new for cell in cells}, {cell.old for cell in cells}
    return len(new) > len(cells) / 2 > 2 * len(old)


def _of_another_school(cells: Sequence[_Cell], school: SchoolImport, context: Context) -> bool:
    """Tell whether more than every second class is one of another school, and none of this one."""
    own = set(school.classes)
    strange = [cell.new for cell in cells if cell.new not in own]
    others = [set(other.classes) for other in context.schools.values() if other is not school]
    return any(sum(klas in other for klas in strange) > len(cells) / 2 for other in others)


def _by_grade(cells: Sequence[_Cell], school: SchoolImport, _context: Context) -> bool:
    """Tell whether classes do not follow from those before: in a new year, pupils go up or keep the class."""
    steps = []
    for cell in cells:
        old, new = _GRADE.match(cell.old), _GRADE.match(cell.new)
        steps += [int(new[2]) - int(old[2])] if old and new and old[1] == new[1] else []
    if len(steps) < LEAST or len({cell.old for cell in cells}) <= ANY[0]:
        return False
    later = sum(
        school_year(change.new[-1].begin) > school_year(change.old[-1].begin) > 0 for change in school.changes
    )
    usual, count = Counter(steps).most_common(1)[0]
    return count < PREVAILS * len(steps) or (later > len(cells) / 2 and usual not in (0, 1))


_MOVED = lambda: _("a column is moved by a row")  # noqa: E731
_ONE = lambda: _("all pupils would be in one class or group")  # noqa: E731
_EACH = lambda: _("nearly every pupil would be in a class or group alone")  # noqa: E731
CHECKS = (
    Check("class-column-moved", column(klas, _moved), _MOVED, ANY),
    Check("group-column-moved", column(group, _moved), _MOVED, ANY),
    Check("group-name-column-moved", column(group_name, _moved), _MOVED, ANY),
    Check("hoofdstructuur-column-moved", column(hoofdstructuur, _moved), _MOVED, ANY),
    Check("one-class-for-all", column(klas, _one_for_all), _ONE, ANY),
    Check("one-group-for-all", column(group, _one_for_all), _ONE, ANY),
    Check("a-class-for-each", column(klas, _one_each), _EACH, ANY),
    Check("a-group-for-each", column(group, _one_each), _EACH, ANY),
    Check(
        "classes-of-another-school",
        column(klas, _of_another_school),
        lambda: _("most classes are those of another school"),
        ANY,
    ),
    Check(
        "grades-mixed-up",
        column(klas, _by_grade),
        lambda: _("most classes do not follow from those before"),
        ANY,
    ),
)
