"""Checks of values that belong together: class, group and hoofdstructuur of a school go on from year to year.

On 1 September everything about a pupil's enrolment changes, but a class still has the group that it had.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import ANY, CLASS, SCHOOL, Check, Context, Found
from leerid_cli.intake.guard.classes import is_made
from leerid_cli.intake.matching import Key
from leerid_cli.intake.survey import SchoolImport
from leerid_cli.model.people import Enrolment

# What changes in more than these percents of a school is no news of a school year.
HALF = (3, 50.0)
MANY = (3, 30.0)
Value = Callable[[Enrolment], str]


def klas(enrolment: Enrolment) -> str:
    """Return the class."""
    return enrolment.klas


def group(enrolment: Enrolment) -> str:
    """Return the administratieve groep."""
    return enrolment.administratieve_groep


def group_name(enrolment: Enrolment) -> str:
    """Return what the administratieve groep is called."""
    return enrolment.administratieve_groep_omschrijving


def hoofdstructuur(enrolment: Enrolment) -> str:
    """Return the hoofdstructuur."""
    return enrolment.hoofdstructuur


COLUMNS: dict[Value, str] = {
    klas: "klas",
    group: "administratieve_groep",
    group_name: "administratieve_groep_omschrijving",
    hoofdstructuur: "hoofdstructuur",
}
"""The column that each value is read from."""


def _new(school: SchoolImport, *values: Value) -> Iterator[tuple[Key, Enrolment]]:
    """Yield the last enrolment of every pupil who is new, or of whom the last value changes.

    The file must have the columns of the values. Classes that a spreadsheet made are told of elsewhere.
    """
    columns = {COLUMNS[value] for value in values}
    for change in school.changes:
        old, new = change.old[-1], change.new[-1]
        if columns <= change.row.columns and values[-1](old) != values[-1](new) and not is_made(new.klas):
            yield change.key, new
    for arrival in school.arrivals:
        yield arrival.key, arrival.row.enrolment


def unknown(value: Value) -> Callable[[SchoolImport, Context], Found]:
    """Return the `find` of a check for known pupils whose new value no pupil of the school had."""

    def find(school: SchoolImport, _context: Context) -> Found:
        if len(school.changes) <= ANY[0]:
            return {}
        known = {value(one) for one in school.registered}
        strange = {
            change.key: ""
            for change in school.changes
            if (new := value(change.new[-1])) and new not in known
            if not (value is klas and (is_made(new) or is_next(change.old[-1].klas, new)))
        }
        return strange if len(known - {""}) > 1 else {}

    return find


def is_next(old: str, new: str) -> bool:
    """Tell whether a class is another one a grade higher: 4LAT after 3LAT."""
    return any(
        new == f"{old[: digits.start()]}{int(digits.group()) + 1}{old[digits.end() :]}"
        for digits in re.finditer(r"\d+", old)
    )


def _strange_level(school: SchoolImport, _context: Context) -> Found:
    """Return the pupils of a level of education that no registered pupil of the school has."""
    if not school.registered:
        return {}
    levels = {one.hoofdstructuur[:1] for one in school.registered} - {""}
    return {
        key: enrolment.klas
        for key, enrolment in _new(school, hoofdstructuur)
        if enrolment.hoofdstructuur and levels and enrolment.hoofdstructuur[:1] not in levels
    }


def apart(one: Value, other: Value) -> Callable[[SchoolImport, Context], Found]:
    """Return the `find` of a check for pupils with two known values that never stood together.

    The class for which they count is the new one.
    """

    def find(school: SchoolImport, _context: Context) -> Found:
        if not school.registered or len(school.changes) + len(school.arrivals) <= ANY[0]:
            return {}
        pairs: dict[str, set[str]] = defaultdict(set)
        for enrolment in school.registered:
            pairs[one(enrolment)].add(other(enrolment))
        others = set().union(*pairs.values())
        return {
            key: enrolment.klas
            for key, enrolment in _new(school, one, other)
            if one(enrolment)
            and other(enrolment) in others - {""}
            and other(enrolment) not in pairs.get(one(enrolment), others)
        }

    return find


def with_holes(value: Value) -> Callable[[SchoolImport, Context], Found]:
    """Return the `find` of a check for pupils without a value in the new school year, whose classmates have one."""

    def find(school: SchoolImport, _context: Context) -> Found:
        classes: dict[str, dict[Key, bool]] = defaultdict(dict)
        for change in school.changes:
            if value(change.old[-1]):
                classes[change.klas][change.key] = bool(value(change.new[-1]))
        return {
            key: name
            for name, members in classes.items()
            if any(members.values())
            for key, filled in members.items()
            if not filled
        }

    return find


CHECKS = (
    Check(
        "classes-unknown",
        unknown(klas),
        lambda: _("{n} of {active} pupils would be in classes that the school does not have"),
        HALF,
    ),
    Check(
        "groups-unknown",
        unknown(group),
        lambda: _("{n} of {active} pupils would have an administratieve groep that the school does not have"),
        HALF,
    ),
    Check(
        "hoofdstructuur-unknown",
        unknown(hoofdstructuur),
        lambda: _("{n} of {active} pupils would have a hoofdstructuur that the school does not have"),
        SCHOOL,
    ),
    Check(
        "level-unknown",
        _strange_level,
        lambda: _("{n} of {active} pupils would be of a level of education that the school does not have"),
        ANY,
    ),
    Check(
        "class-and-group-apart",
        apart(klas, group),
        lambda: _("{n} of {active} pupils would have the administratieve groep of another class"),
        SCHOOL,
        MANY,
    ),
    Check(
        "class-and-hoofdstructuur-apart",
        apart(klas, hoofdstructuur),
        lambda: _("{n} of {active} pupils would have the hoofdstructuur of another class"),
        SCHOOL,
        MANY,
    ),
    Check(
        "group-and-name-apart",
        apart(group, group_name),
        lambda: _("{n} of {active} pupils would have the name of another administratieve groep"),
        MANY,
    ),
    Check(
        "group-names-unknown",
        unknown(group_name),
        lambda: _("{n} of {active} pupils would have a name of the groep that the school does not have"),
        HALF,
    ),
    Check(
        "classes-with-holes",
        with_holes(klas),
        lambda: _("{n} of {active} pupils would have no class, though others of their class have one"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "groups-with-holes",
        with_holes(group),
        lambda: _("{n} of {active} pupils would have no groep, though others of their class have one"),
        SCHOOL,
        CLASS,
    ),
)
