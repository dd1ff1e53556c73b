"""Checks of begin and end: what a school year does to enrolments, and whether a file is an old one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import (
    ANY,
    CLASS,
    RARE,
    SCHOOL,
    Check,
    Context,
    Found,
    exceeds,
    school_year,
    state,
)
from leerid_cli.intake.guard.persons import where
from leerid_cli.intake.matching import Key
from leerid_cli.intake.survey import Change, SchoolImport
from leerid_cli.model.people import Enrolment, Gone
from leerid_cli.rules.pupil_status import present_enrolment

# On these days of June to August enrolments usually end.
USUAL_ENDS = ((6, 30), (8, 31))
# Ends in these months can be those of pupils who finished.
FINISHING_MONTHS = (6, 7, 8)
YEAR_LEAVERS = (3, 35.0)
FRIDAY = 4
HALF = (3, 50.0)
SOME = (3, 5.0)
# In these months a file can hold the enrolments of the next school year.
ENROLLING_MONTHS = (3, 4, 5, 6, 7, 8)


def _begins(school: SchoolImport, context: Context) -> Found:
    """Return the pupils of whom a begin is replaced, or a new one is not that of a later school year."""
    found = {}
    for change in school.changes:
        old, new = {one.begin for one in change.old}, {one.begin for one in change.new}
        latest = max(school_year(begin) for begin in old)
        ends = {one.end + timedelta(1) for one in change.new if one.end}
        fresh = {begin for begin in new - old - ends if not _is_start(begin, latest, context.today)}
        if fresh or old - new:
            found[change.key] = change.klas
    return found


def _continued(school: SchoolImport, context: Context) -> Found:
    """Return the pupils with a new enrolment, in mid-year, that begins on the day after another one ends."""
    found = {}
    for change in school.changes:
        old = {one.begin for one in change.old}
        latest = max(school_year(begin) for begin in old)
        for end in (one.end + timedelta(1) for one in change.new if one.end):
            if end in {one.begin for one in change.new} - old and not _is_start(end, latest, context.today):
                found[change.key] = change.klas
    return found


def _is_start(begin: date | None, after: int, today: date) -> bool:
    """Tell whether a begin is the first day of a later school year, and not too far in the future.

    That is 1 September, or the Monday after it where that is a weekend.
    """
    if begin is None or begin.month != 9:
        return False
    first = date(begin.year, 9, 1)
    last_day = first + timedelta(7 - first.weekday() if first.weekday() > FRIDAY else 0)
    last = school_year(today) + (today.month in ENROLLING_MONTHS)
    return begin <= last_day and after < begin.year <= last


def _ends(school: SchoolImport, context: Context) -> Found:
    """Return the pupils of whom an end becomes an unusual one.

    One that is taken away, as of those who come back, or that a new enrolment follows, is none.
    """
    this_year = school_year(context.today)
    return {
        change.key: change.klas
        for change in school.changes
        if any(_is_unusual(end, begin, this_year) for begin, end in _new_ends(change))
    }


def _new_ends(change: Change) -> Iterator[tuple[date | None, date]]:
    """Yield (begin, end) of each enrolment whose end is new, and that none follows the day after."""
    before = {one.begin: one.end for one in change.old}
    begins = {one.begin for one in change.new}
    for new in change.new:
        if new.end and new.end + timedelta(1) not in begins and before.get(new.begin) != new.end:
            yield new.begin, new.end


def _is_unusual(end: date, begin: date | None, this_year: int) -> bool:
    return (end.month, end.day) not in USUAL_ENDS or school_year(end) > max(school_year(begin), this_year)


def _stays(school: SchoolImport, context: Context, *, finished: bool) -> Found:
    """Return the pupils without any enrolment that counts today, who have one now.

    `finished`: those whose enrolment ended in summer.
    """
    today, found = context.today, {}
    for change in school.changes:
        if present_enrolment(change.old, today) and not present_enrolment(change.new, today):
            end = change.new[-1].end
            summer = end is not None and end <= today and end.month in FINISHING_MONTHS
            if summer == finished:
                found[change.key] = change.klas
    return found


def _deleted(change: Change) -> bool:
    """Tell whether an enrolment of a later school year than those in the file would be deleted."""
    latest = max((one.begin for one in change.new if one.begin), default=None)
    if latest is None or (latest in {one.begin for one in change.old} and len(change.new) == len(change.old)):
        return False
    # A few days: a begin of 31 August is a damaged one, not one of last year.
    return max(school_year(one.begin) for one in change.old) > school_year(latest + timedelta(7))


def _brought_back(school: SchoolImport, context: Context) -> Found:
    """Return the pupils who left, and whom only an enrolment of an earlier school year brings back.

    An enrolment that has not ended does so only where those of most pupils begin anew every year.
    """
    this_year = school_year(context.today)
    begins = [school_year(context.matcher.enrolments[key][-1].begin) for key in _registered(school, context)]
    yearly = 2 * sum(year == this_year for year in begins) > len(begins)
    found = {}
    for change in school.changes:
        if _gone(change.old) is None or _gone(change.new) is not None:
            continue
        if all(0 < school_year(one.begin) < this_year and (yearly or one.end) for one in change.new):
            found[change.key] = change.klas
    return found


def _registered(school: SchoolImport, context: Context) -> list[Key]:
    return [key for key in school.active if key in context.matcher.enrolments]


def _gone(enrolments: tuple[Enrolment, ...]) -> Gone | None:
    return enrolments[0].gone if enrolments else None


def too_old(school: SchoolImport, context: Context) -> set[str]:
    """Return the keys of pupils whose later enrolments would go, where these are most of a school's rows."""
    known = [key for key in school.order if key in context.matcher.enrolments]
    deleted = [change.key for change in school.changes if _deleted(change)]
    return {"/".join(key) for key in deleted} if exceeds(len(deleted), len(known), (2, 50)) else set()


def _undone(school: SchoolImport, context: Context) -> Found:
    """Return the pupils who would be again as they were before the newest import, where nearly all would."""
    former = context.past.former
    found = {
        change.key: change.klas
        for change in school.changes
        if former.get(change.key) == state(change.now, change.new)
    }
    last = sum(key[0] == school.number for key in former)
    return found if exceeds(len(found), last, (2, 80)) else {}


# These look at nothing but the age of a file; `--older` allows it.
OF_OLD_FILES = (
    Check(
        "later-enrolments-deleted",
        where(_deleted),
        lambda: _("{n} of {active} pupils would lose their enrolment of a later school year"),
        ANY,
    ),
    Check(
        "newest-import-undone",
        _undone,
        lambda: _("{n} pupils would be again as they were before the newest import"),
        ANY,
    ),
    Check(
        "brought-back",
        _brought_back,
        lambda: _("{n} pupils who left would be brought back by an enrolment of an earlier school year"),
        ANY,
    ),
    Check(
        "mass-new-begins",
        _begins,
        lambda: _(
            "{n} of {active} pupils would get another begin, or a begin in the middle of a school year"
        ),
        RARE,
        CLASS,
    ),
)
CHECKS = (
    Check(
        "mass-new-ends",
        _ends,
        lambda: _("{n} of {active} pupils would get an unusual end"),
        SOME,
        CLASS,
    ),
    Check(
        "mass-continued",
        _continued,
        lambda: _("{n} of {active} pupils would get a new enrolment in the middle of a school year"),
        HALF,
    ),
    Check(
        "mass-ended",
        lambda school, context: _stays(school, context, finished=False),
        lambda: _("the enrolments of {n} of {active} pupils would not count today"),
        SCHOOL,
        CLASS,
    ),
    Check(
        "mass-finished",
        lambda school, context: _stays(school, context, finished=True),
        lambda: _("the enrolments of {n} of {active} pupils would have ended this summer"),
        YEAR_LEAVERS,
    ),
)
