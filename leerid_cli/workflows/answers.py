"""`conflicts link` and `keep`: carry out an answer to a conflict.

An answer is carried out at once, as one transaction. It is also stored, and later imports follow it for as long
as their files say the same of the child, and can be taken back until the next import (`undo_answer.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from leerid_cli.errors import NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.intake import held_rows, likeness
from leerid_cli.intake import import_plan as planning
from leerid_cli.intake.check import PupilRow
from leerid_cli.intake.matching import Key, Pupils, Rules
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.plans import HeldRow, ImportPlan
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import conflicts, history, imports, register, undo
from leerid_cli.store.connection import Connection
from leerid_cli.workflows.answer_effects import effects
from leerid_cli.workflows.answering import COUNTS, Answered, AnswerOptions, answer, refuse_reserved
from leerid_cli.workflows.selection import resolve


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an answer about `key` changes.

    `plan` None: nothing in the register. `identities` are the data (`likeness.identity`), each with its key,
    for which the answer is stored. `person` is the child that is meant, None where the register is right.
    """

    key: Key
    plan: ImportPlan | None
    identities: tuple[tuple[Key, str], ...]
    person: int | None
    code: str = ""


def link(run: Run, pupil: str, other: str, options: AnswerOptions) -> Report:
    """Answer that the row held under `pupil`, or else the registered `pupil`, is the same child as `other`.

    `other` is anything that `selection.resolve` takes. Raises NotFoundError where nothing is held or somebody is
    not found; RefusedError where the held row cannot be about `other`, several schools have the stamnummer, or
    the answer to the question is no; BusyError where another run is making cards for one of the children.
    """

    def carry_out(connection: Connection) -> Answered:
        into = resolve(connection, other)
        hold = _hold(connection, pupil)
        if hold and hold.rows:
            _refuse_other(hold, into, other)
            found = _about_row(run, connection, hold, into)
        else:
            found = _about_records(run, connection, pupil, into)
        lines = _carry_out(run, connection, found)
        question = _("Is {pupil} the same child as {other}?").format(pupil=pupil, other=other)
        summary = _("{pupil} is the same child as {other}").format(pupil=pupil, other=other)
        return Answered(lines, question, summary, _counts(found))

    return answer(run, options, carry_out)


def keep(run: Run, pupil: str, options: AnswerOptions) -> Report:
    """Answer that the register is right about `pupil`: what the held row says against it is ignored.

    If nobody is registered under that pupil id, the row becomes a new child. If the conflict is a possible
    double, the two stay different children. Raises NotFoundError where nothing is held for `pupil`, RefusedError
    where several schools have the stamnummer, or the answer to the question is no, and BusyError as `link` does.
    """

    def carry_out(connection: Connection) -> Answered:
        hold = _hold(connection, pupil)
        if hold is None:
            raise _nothing_held(pupil)
        found = _about_row(run, connection, hold, None) if hold.rows else _no_double(connection, hold)
        lines = _carry_out(run, connection, found)
        stays = hold.rows and not (found.plan and found.plan.counts["new"])
        text = _("{pupil} stays as the register has it") if stays else _("{pupil} is a child of its own")
        question = _("Is the register right about {pupil}?").format(pupil=pupil)
        return Answered(lines, question, text.format(pupil=pupil), _counts(found))

    return answer(run, options, carry_out)


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


def _about_row(run: Run, connection: Connection, hold: HeldRow, person: int | None) -> _Answer:
    """Return the answer that a held row means `person`, or with None that the register is right.

    The row is planned with the answer, as `import` would do it.
    """
    rows: Sequence[PupilRow] = held_rows.loads(hold.rows)
    named = likeness.identity(rows[-1].facts)
    given = {**conflicts.answers(connection), (*hold.key, named): person}
    plan = planning.plan_import(Pupils(rows), register.persons(connection), Rules(run.today, answers=given))
    return _Answer(hold.key, plan, ((hold.key, named),), person, hold.code)


def _no_double(connection: Connection, hold: HeldRow) -> _Answer:
    """Return the answer that a possible double is another child."""
    ids = [person for _school, _number, person in register.by_key(connection, *hold.key)]
    (owner,) = register.persons(connection, ids)
    named = likeness.identity(likeness.facts_of(owner))
    return _Answer(hold.key, None, ((hold.key, named),), None, hold.code)


def _about_records(run: Run, connection: Connection, pupil: str, into: int) -> _Answer:
    """Return the answer that the registered `pupil` is the same child as person `into`.

    All keys of that record go to `into`, so that the next file, which has the same data, is not held again. But
    where it was an answer that gave the key to its present person, only this key goes: the new answer takes the
    place of that one.
    """
    person = resolve(connection, pupil)
    (known,) = register.persons(connection, [person])
    keys = tuple(dict.fromkeys(enrolment.key for enrolment in known.enrolments))
    if person == into or not keys:
        raise _nothing_held(pupil)
    key = next((key for key in keys if _means(pupil, key)), None)
    named = likeness.identity(likeness.facts_of(known))
    identities = tuple((key, named) for key in keys)
    if key and conflicts.was_linked(connection, key, person):
        keys, identities = (key,), ()
    plan = planning.link(register.persons(connection), keys, into, run.today)
    return _Answer(key or keys[0], plan, identities, into)


def _means(pupil: str, key: Key) -> bool:
    """Tell whether the user wrote a key as pupil id or stamnummer, and not the username or number of a person."""
    school, _slash, stamnummer = pupil.rpartition("/")
    return stamnummer == key[1] and school in ("", key[0]) and not re.fullmatch(r"person:[0-9]+", pupil)


def _carry_out(run: Run, connection: Connection, found: _Answer) -> tuple[str, ...]:
    """Carry an answer out and store it, within the transaction of the caller; return what it changes."""
    persons, keys = _concerned(connection, found)
    refuse_reserved(connection, "/".join(found.key), persons)
    before, known = undo.rows_of(connection, persons, keys), register.persons(connection, persons)
    moment = history.moment(run.now)
    for key, named in found.identities:
        conflicts.answer(connection, key, named, found.person, moment)
    if found.plan:
        persons |= imports.carry_out(connection, found.plan, run.now, (), run.reason)
    for key in keys:
        conflicts.forget_other_answers(connection, key)
    conflicts.release(connection, found.key)
    detail: dict[str, object] = {"school": found.key[0], "stamnummer": found.key[1], "held": found.code}
    event = HistoryEvent.CONFLICT_KEPT if found.person is None else HistoryEvent.CONFLICT_LINKED
    history.record(connection, run.now, [(found.person, event, detail)], run.reason)
    undo.remember(connection, found.key, before, undo.rows_of(connection, persons, keys), moment)
    return effects(known, register.persons(connection, persons))


def _concerned(connection: Connection, found: _Answer) -> tuple[set[int], set[Key]]:
    """Return the persons, and the keys, that an answer concerns, as the store has them before it."""
    plan = found.plan
    keys = {found.key, *(key for key, _named in found.identities)}
    persons = {found.person} if found.person else set()
    if plan:
        keys |= {change.key for change in plan.registrations} | {hold.key for hold in plan.holds}
        numbers = {change.person for change in plan.persons} | {
            change.person for change in plan.registrations
        }
        persons |= {person for person in numbers if person > 0}
        persons |= {person for merge in plan.merges for person in (merge.person, merge.into)}
    persons |= {hit[2] for key in keys for hit in register.by_key(connection, *key)}
    return persons, keys


def _counts(found: _Answer) -> dict[str, int]:
    plan = found.plan
    return {name: plan.counts.get(name, len(plan.merges)) if plan else 0 for name in COUNTS}
