"""Checks of enrolments: class, group, type, and what a school year does to begin and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import (
    ANY,
    CLASS,
    NONE,
    SCHOOL,
    Check,
    Context,
    Found,
)
from leerid_cli.intake.guard.classes import is_made
from leerid_cli.intake.guard.persons import where
from leerid_cli.intake.survey import Change, SchoolImport
from leerid_cli.model.people import AccountType, Enrolment
from leerid_cli.rules.pupil_status import TYPE_OF_HOOFDSTRUCTUUR

# A file without begins can be the first of a school year in these months.
NEW_YEAR_MONTHS = (8, 9, 10)


def _changed(value: Callable[[Enrolment], object]) -> Callable[[Change], bool]:
    """Return a test of whether a value changes, and is filled in, in an enrolment with the same begin."""
    return lambda change: any(
        value(new) and value(old) != value(new) for old, new in change.renewed() if not is_made(new.klas)
    )


def _without_begin(change: Change, context: Context) -> bool:
    """Tell whether a file without begins is the first of a new school year: then all classes may change."""
    if "begin" in change.row.columns or context.today.month not in NEW_YEAR_MONTHS:
        return False
    before = context.past.imported.get(change.key[0])
    start = date(context.today.year, 8, 15)
    return context.today >= start and (before is None or before < start)


def _klas(school: SchoolImport, context: Context) -> Found:
    """Return the pupils with another class in the same enrolment, but for classes that are renamed or split.

    A renamed class is one that the school did not have, whose pupils were all in one other class.
    """
    is_changed = _changed(lambda enrolment: enrolment.klas)
    moving = [c for c in school.changes if is_changed(c) and not _without_begin(c, context)]
    pairs = Counter((change.klas, _new_klas(change)) for change in moving)
    sources = Counter(new for _old, new in pairs)
    renamed = {pair for pair in pairs if pair[1] not in school.classes and sources[pair[1]] == 1}
    if len(renamed) > 1 + len(school.classes) // 10:
        renamed = set()
    return {c.key: c.klas for c in moving if (c.klas, _new_klas(c)) not in renamed}


def _new_klas(change: Change) -> str:
    return change.new[-1].klas


def _only_blanks(change: Change) -> bool:
    return any(
        old.klas != new.klas and "".join(old.klas.split()) == "".join(new.klas.split())
        for old, new in change.renewed()
    )


def _is_group(change: Change) -> bool:
    """Tell whether the class would be what is the administratieve groep."""
    old, new = change.old[-1], change.new[-1]
    groups = (new.administratieve_groep, new.administratieve_groep_omschrijving)
    before = (old.administratieve_groep, old.administratieve_groep_omschrijving)
    return bool(new.klas) and new.klas in (*groups, *before) and old.klas not in before


def _made(change: Change) -> bool:
    return is_made(change.new[-1].klas) and change.new[-1].klas != change.old[-1].klas


def _wrong_type(change: Change) -> bool:
    """Tell whether an account type contradicts the known hoofdstructuur, which the file does not have."""
    new = change.new[-1]
    known = TYPE_OF_HOOFDSTRUCTUUR.get(new.hoofdstructuur)
    return "hoofdstructuur" not in change.row.columns and known is not None and known is not new.type


def _down(change: Change) -> bool:
    old, new = change.old[-1].type, change.new[-1].type
    return (old, new) == (AccountType.GEVORDERD, AccountType.BASIS)


def _up(change: Change) -> bool:
    old, new = change.old[-1].type, change.new[-1].type
    return (old, new) == (AccountType.BASIS, AccountType.GEVORDERD)


CHECKS = (
    Check(
        "class-made-by-spreadsheet",
        where(_made),
        lambda: _("the class is a date or a number that a spreadsheet made of it"),
        columns=frozenset(("klas",)),
        contradicts=True,
    ),
    Check(
        "type-contradicts-hoofdstructuur",
        where(_wrong_type),
        lambda: _("the account type of {n} of {active} pupils contradicts their hoofdstructuur"),
        NONE,
    ),
    Check(
        "mass-new-types",
        where(_down),
        lambda: _("{n} of {active} pupils would get another account type"),
        ANY,
    ),
    Check(
        "mass-to-secondary",
        where(_up),
        lambda: _("{n} of {active} pupils would go to secondary education without leaving their school"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "mass-new-classes",
        _klas,
        lambda: _("{n} of {active} pupils would change class within the same enrolment"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "classes-with-blanks",
        where(_only_blanks),
        lambda: _("the classes of {n} of {active} pupils would differ in nothing but blanks"),
        ANY,
    ),
    Check(
        "class-is-group",
        where(_is_group),
        lambda: _("{n} of {active} pupils would get their administratieve groep as class"),
        ANY,
    ),
    Check(
        "mass-new-groups",
        where(
            lambda change: (
                _changed(lambda one: one.administratieve_groep)(change)
                or _changed(lambda one: one.administratieve_groep_omschrijving)(change)
            )
        ),
        lambda: _("{n} of {active} pupils would change administratieve groep within the same enrolment"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "mass-new-hoofdstructuur",
        where(_changed(lambda one: one.hoofdstructuur)),
        lambda: _("{n} of {active} pupils would change hoofdstructuur within the same enrolment"),
        ANY,
    ),
    Check(
        "mass-new-sites",
        where(_changed(lambda one: one.vestigingsplaats)),
        lambda: _("{n} of {active} pupils would change vestigingsplaats within the same enrolment"),
        SCHOOL,
        CLASS,
    ),
)
