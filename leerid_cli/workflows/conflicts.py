"""`conflicts`: lists the rows that an import held because they contradict the register, and answers them.

Which rows are held: docs/contract.md §5, "Identity". An answer is carried out at once. It is also stored, and
later imports follow it for as long as their files say the same of the child.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from leerid_cli.accounts.recheck import being_served
from leerid_cli.errors import BusyError, NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.intake import held_rows, likeness, matching
from leerid_cli.intake import import_plan as planning
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.matching import Pupils, Rules
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import Person
from leerid_cli.model.plans import HeldRow, ImportPlan, PersonFacts
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import conflicts, history, imports, register, reservations
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.workflows.selection import resolve

COUNTS = ("new", "changed", "unchanged", "merged")
COLUMNS = ("pupil", "code", "why", "file", "line", "row", "register", "commands")


def listed(run: Run) -> list[dict[str, object]]:
    """Return the held rows that wait for an answer, with the keys of COLUMNS.

    `commands` are the possible answers as command lines. Raises NotFoundError where there is no store.
    """
    with run.store.reading() as connection:
        holds = conflicts.holds(connection)
        wanted = {person for hold in holds for person in hold.persons}
        keys = {key: register.by_key(connection, *key) for key in (hold.key for hold in holds)}
        wanted |= {hit[2] for hits in keys.values() for hit in hits}
        persons = {person.id: person for person in register.persons(connection, wanted)}
    return [_entry(hold, persons, next((hit[2] for hit in keys[hold.key]), None)) for hold in holds]


def _entry(hold: HeldRow, persons: dict[int, Person], owner: int | None) -> dict[str, object]:
    pupil = "/".join(hold.key)
    typed = shlex.quote(pupil)
    rows = held_rows.loads(hold.rows) if hold.rows else []
    candidates = [persons[person] for person in hold.persons if person in persons]
    shown = _child(rows[-1].facts) if rows else _child(persons[owner]) if owner in persons else ""
    link = [f"leerid conflicts link {typed} {_name(other)}" for other in candidates]
    return {
        "pupil": pupil,
        "code": hold.code,
        "why": matching.why_held(hold.code),
        "file": rows[-1].file if rows else "",
        "line": rows[-1].line if rows else 0,
        "row": shown,
        "register": [f"{_name(other)}: {_child(other)}{_keys(other)}" for other in candidates],
        "commands": [*link, f"leerid conflicts keep {typed}"],
    }


def _name(person: Person) -> str:
    """Return how to name a person on the command line, in a way that stays right when other rows are answered.

    A pupil id does not: an answer can move it to another person.
    """
    return person.account.username if person.account else f"person:{person.id}"


def _keys(person: Person) -> str:
    """Return the pupil ids of a person in brackets, '' where there are none."""
    keys = dict.fromkeys("/".join(enrolment.key) for enrolment in person.enrolments)
    return f" ({', '.join(keys)})" if keys else ""


def _child(facts: PersonFacts | Person) -> str:
    born = f", {facts.birth_date.isoformat()}" if facts.birth_date else ""
    return f"{facts.naam}, {facts.voornaam}{born}"


def link(run: Run, pupil: str, other: str) -> Report:
    """Answer that the row held under `pupil`, or else the registered `pupil`, is the same child as `other`.

    `other` is anything that `selection.resolve` takes. Raises NotFoundError where nothing is held or somebody is
    not found; RefusedError where the held row cannot be about `other`, several schools have the stamnummer, or
    the answer to the question is no.
    """
    with run.store.writing("conflicts") as connection:
        into = resolve(connection, other)
        hold = _hold(connection, pupil)
        _refuse_reserved(
            connection, pupil, {into} if hold and hold.rows else {into, resolve(connection, pupil)}
        )
        if hold and hold.rows:
            _refuse_other(hold, into, other)
            rows = held_rows.loads(hold.rows)
            _ask(run, _child(rows[-1].facts), connection, into)
            plan = _answer(run, connection, hold, rows, into)
        else:
            plan = _join(run, connection, pupil, into)
            if hold:
                with transaction(connection):
                    conflicts.release(connection, hold.key)
        notes = tuple(_left_behind(connection, plan))
    summary = _("{pupil} is the same child as {other}").format(pupil=pupil, other=other)
    return Report("conflicts", summary, counts=_counts(plan), notes=notes)


def keep(run: Run, pupil: str) -> Report:
    """Answer that the register is right about `pupil`: what the held row says against it is ignored.

    If nobody is registered under that pupil id, the row becomes a new child. If the conflict is a possible
    double, the two stay different children. Raises NotFoundError where nothing is held for `pupil`, RefusedError
    where several schools have the stamnummer.
    """
    with run.store.writing("conflicts") as connection:
        hold = _hold(connection, pupil)
        if hold is None:
            raise _nothing_held(pupil)
        if hold.rows:
            plan = _answer(run, connection, hold, held_rows.loads(hold.rows), None)
            counts = _counts(plan)
            if not counts["new"]:
                summary = _("{pupil} stays as the register has it").format(pupil=pupil)
                return Report("conflicts", summary, counts=counts)
        else:
            ids = [person for _school, _number, person in register.by_key(connection, *hold.key)]
            (owner,) = register.persons(connection, ids)
            _write(run, connection, hold, likeness.identity(likeness.facts_of(owner)), None)
            counts = dict.fromkeys(COUNTS, 0)
        summary = _("{pupil} is a child of its own").format(pupil=pupil)
        return Report("conflicts", summary, counts=counts)


def _refuse_reserved(connection: Connection, pupil: str, persons: set[int]) -> None:
    """Raise BusyError where another run is making cards for one of these persons."""
    if persons & reservations.persons(connection):
        raise BusyError(
            _("{pupil}: {why}").format(pupil=pupil, why=being_served()),
            _("wait until it is done; nothing was changed"),
        )


def _hold(connection: Connection, pupil: str) -> HeldRow | None:
    school, _slash, stamnummer = pupil.rpartition("/")
    found = [
        hold
        for hold in conflicts.holds(connection)
        if hold.key[1] == stamnummer and school in ("", hold.key[0])
    ]
    if len(found) > 1:
        raise RefusedError(
            _("the stamnummer {pupil} is in several schools").format(pupil=pupil),
            _("name one of: {candidates}").format(candidates=", ".join("/".join(hold.key) for hold in found)),
        )
    return found[0] if found else None


def _refuse_other(hold: HeldRow, into: int, other: str) -> None:
    """Raise RefusedError where the person `into`, called `other` by the user, is no candidate of the held row.

    Another answer may have changed the candidates since the user saw them.
    """
    if into not in hold.persons:
        raise RefusedError(
            _("the row of {pupil} is not about {other}, or not any more").format(
                pupil="/".join(hold.key), other=other
            ),
            _("an answer can change whose a stamnummer is: `leerid conflicts list` shows what is held now"),
        )


def _nothing_held(pupil: str) -> NotFoundError:
    return NotFoundError(
        _("nothing is held for {pupil}").format(pupil=pupil), _("`leerid conflicts list` shows what is")
    )


def _answer(
    run: Run, connection: Connection, hold: HeldRow, rows: Sequence[PupilRow], person: int | None
) -> ImportPlan:
    """Store the answer, then import the held rows with it, as `import` would have done.

    `person` is the child that the rows are about, None where the register stays as it is.
    """
    named = likeness.identity(rows[-1].facts)
    answers = {**conflicts.answers(connection), (*hold.key, named): person}
    plan = planning.plan_import(Pupils(rows), register.persons(connection), Rules(run.today, answers=answers))
    _write(run, connection, hold, named, person)
    imports.apply(connection, plan, run.now, (), run.reason)
    return plan


def _write(run: Run, connection: Connection, hold: HeldRow, named: str, person: int | None) -> None:
    """Write an answer to the store and to the history."""
    detail: dict[str, object] = {"school": hold.key[0], "stamnummer": hold.key[1], "held": hold.code}
    event = HistoryEvent.CONFLICT_KEPT if person is None else HistoryEvent.CONFLICT_LINKED
    with transaction(connection):
        conflicts.answer(connection, hold.key, named, person, history.moment(run.now))
        history.record(connection, run.now, [(person, event, detail)], run.reason)


def _join(run: Run, connection: Connection, pupil: str, into: int) -> ImportPlan:
    person = resolve(connection, pupil)
    if person == into:
        raise _nothing_held(pupil)
    (known,) = register.persons(connection, [person])
    _ask(run, _child(known), connection, into)
    plan = planning.link(register.persons(connection), person, into, run.today)
    imports.apply(connection, plan, run.now, (), run.reason)
    named = likeness.identity(likeness.facts_of(known))
    with transaction(connection):  # so that the same data in the next file are not held again
        for key in dict.fromkeys(enrolment.key for enrolment in known.enrolments):
            conflicts.answer(connection, key, named, into, history.moment(run.now))
    return plan


def _ask(run: Run, child: str, connection: Connection, into: int) -> None:
    (other,) = register.persons(connection, [into])
    question = _("Is {child} the same child as {other}?").format(child=child, other=_child(other))
    if not run.confirm(question):
        raise RefusedError(_("nothing was done"))


def _left_behind(connection: Connection, plan: ImportPlan) -> list[str]:
    """Return a note for every account whose owner has no enrolment left after the answer."""
    merged = {merge.person for merge in plan.merges}
    lines = []
    for person in register.persons(connection):
        if person.account and not person.enrolments and person.id not in merged:
            text = _("the account {username} has no school now: `leerid suspend {username}`")
            lines.append(text.format(username=person.account.username))
    return lines


def _counts(plan: ImportPlan) -> dict[str, int]:
    return {name: plan.counts.get(name, len(plan.merges)) for name in COUNTS}
