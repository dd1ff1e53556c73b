"""What the guard says to the user about values that are withheld or not taken over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from leerid_cli.i18n import _
from leerid_cli.intake.guard.check import Check
from leerid_cli.intake.matching import Key
from leerid_cli.intake.survey import Arrival, Change, SchoolImport
from leerid_cli.model.plans import Detail, ImportPlan, PersonFacts
from leerid_cli.model.reports import Problem

# So many pupils of a school are named one by one, more of them in one message.
ONE_BY_ONE = 3
# The columns of the file for the fields that messages name.
HEADINGS = {
    "birth_date": "geboortedatum", "gender": "geslacht", "begin": "begindatum", "end": "einddatum",
    "official": "insz", "official_hash": "insz",
}  # fmt: skip


def named(check: Check, number: str, changes: Sequence[Change]) -> Iterator[Problem]:
    """Yield a problem for each pupil, or one for all of a school."""
    problems = [
        _problem(check, change, detail)
        for change in changes
        for detail in details(change)
        if detail.field in check.columns
    ]
    if len(problems) <= ONE_BY_ONE:
        yield from problems
        return
    many = _("school {school}: values of {n} pupils are not taken over: {why}; such as {example}")
    example = "; ".join(problem.message for problem in problems[:2])
    text = many.format(school=number, n=len(changes), why=check.words(), example=example)
    yield Problem(check.code, text, problems[0].file, problems[0].line, problems[0].column)


def _problem(check: Check, change: Change, detail: Detail) -> Problem:
    heading = HEADINGS.get(detail.field, detail.field)
    text = _("{pupil}: {field} {old} → {new} is not taken over: {why}").format(
        pupil=name(change.key, change.before),
        field=heading,
        old=detail.old or "–",
        new=detail.new or "–",
        why=check.words(),
    )
    return Problem(check.code, text, change.row.file, change.row.line, heading)


def column(code: str) -> str:
    """Return the column that a problem of a new pupil is about."""
    return "klas" if code.startswith("class") else "stamnummer" if code.endswith("twice") else "naam"


def named_arrivals(code: str, number: str, pupils: Sequence[tuple[Arrival, str]]) -> Iterator[Problem]:
    """Yield a problem for each new pupil of whom something is not taken over, or one for all of a school."""
    heading = column(code)
    problems = [
        Problem(
            code,
            _("{pupil}: not taken over: {why}").format(pupil=name(arrival.key, arrival.row.facts), why=why),
            arrival.row.file,
            arrival.row.line,
            heading,
        )
        for arrival, why in pupils
    ]
    if len(problems) <= ONE_BY_ONE:
        yield from problems
        return
    text = _("school {school}: of {n} new pupils something is not taken over, such as {example}")
    example = "; ".join(problem.message for problem in problems[:2])
    first = pupils[0][0].row
    yield Problem(
        code, text.format(school=number, n=len(pupils), example=example), first.file, first.line, heading
    )


def name(key: Key, facts: PersonFacts) -> str:
    """Return how a message names a pupil: stamnummer and name."""
    return f"{'/'.join(key)} ({facts.naam}, {facts.voornaam})"


def details(change: Change) -> Iterator[Detail]:
    """Yield the values of a pupil that change, old and new; of an official number only that it does."""
    for one in fields(PersonFacts):
        old, new = getattr(change.before, one.name), getattr(change.now, one.name)
        if old != new:
            hidden = one.name == "official_hash"
            yield Detail(change.key, one.name, "…" if hidden else _shown(old), "…" if hidden else _shown(new))
    last, now = change.old[-1], change.new[-1]
    for one in fields(last):
        old, new = getattr(last, one.name), getattr(now, one.name)
        if old != new and one.name != "gone":
            yield Detail(change.key, one.name, _shown(old), _shown(new))


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def examples(school: SchoolImport, most: int = 2) -> str:
    """Return some of the values that are withheld, for the user; '' where there are none."""
    keys = set().union(*school.suspicious.values())
    shown = [
        f"{name(change.key, change.before)}: "
        + ", ".join(
            f"{HEADINGS.get(d.field, d.field)} {d.old or '–'} → {d.new or '–'}" for d in details(change)
        )
        for change in school.changes
        if change.key in keys
    ]
    return _("such as {examples}").format(examples="; ".join(shown[:most])) if shown else ""


def told_once(problems: Iterable[Problem], plan: ImportPlan) -> list[Problem]:
    """Return the problems of rows, without the warnings about birth dates where one message tells of many."""
    many = sum(detail.code == "birth-date-contradicts-number" for detail in plan.details) > ONE_BY_ONE
    many = many or any(problem.code == "new-numbers-contradict" for problem in plan.problems)
    return [problem for problem in problems if not (many and problem.code == "official-birth-date")]
