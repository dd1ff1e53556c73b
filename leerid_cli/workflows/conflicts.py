"""`conflicts list`: the rows that an import held because they contradict the register, with possible answers.

Which rows are held: docs/contract.md §5, "Identity". `answers.py` carries the answers out.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from leerid_cli.i18n import _
from leerid_cli.intake import held_rows, hold_reasons
from leerid_cli.model.people import Person
from leerid_cli.model.plans import HeldRow
from leerid_cli.run import Run
from leerid_cli.store import conflicts, register
from leerid_cli.workflows.answer_effects import child, with_account

COLUMNS = ("pupil", "code", "why", "file", "line", "row", "register", "commands", "meanings")


def listed(run: Run) -> list[dict[str, object]]:
    """Return the held rows that wait for an answer, with the keys of COLUMNS.

    `commands` are the possible answers as command lines, `meanings` says in the same order what each does.
    Raises NotFoundError where there is no store.
    """
    with run.store.reading() as connection:
        holds = conflicts.holds(connection)
        wanted = {person for hold in holds for person in hold.persons}
        keys = {key: register.by_key(connection, *key) for key in (hold.key for hold in holds)}
        wanted |= {hit[2] for hits in keys.values() for hit in hits}
        persons = {person.id: person for person in register.persons(connection, wanted)}
    owners = {key: next((persons.get(hit[2]) for hit in hits), None) for key, hits in keys.items()}
    return [_entry(hold, persons, owners[hold.key]) for hold in holds]


def _entry(hold: HeldRow, persons: Mapping[int, Person], owner: Person | None) -> dict[str, object]:
    pupil = "/".join(hold.key)
    typed = shlex.quote(pupil)
    rows = held_rows.loads(hold.rows) if hold.rows else []
    candidates = [persons[person] for person in hold.persons if person in persons]
    shown = child(rows[-1].facts) if rows else child(owner) if owner else ""
    link = [f"leerid conflicts link {typed} {_name(other)}" for other in candidates]
    return {
        "pupil": pupil,
        "code": hold.code,
        "why": hold_reasons.why_held(hold.code),
        "file": rows[-1].file if rows else "",
        "line": rows[-1].line if rows else 0,
        "row": shown,
        "register": [f"{_name(other)}: {child(other)}{_keys(other)}" for other in candidates],
        "commands": [*link, f"leerid conflicts keep {typed}"],
        "meanings": [
            *(_link_means(hold, owner, other, shown) for other in candidates),
            _keep_means(hold, owner),
        ],
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


def _link_means(hold: HeldRow, owner: Person | None, other: Person, row: str) -> str:
    """Return in a line what linking a held row to `other` would do; `owner` is whose the key is now."""
    if not hold.rows:
        text = _("one child, registered twice: {pupil} goes to {other}")
    elif owner is None:
        text = _(
            "{pupil} becomes a further stamnummer of {other}, who gets the name and birth date of the row"
        )
    elif owner.id == other.id:
        text = _("{pupil} stays with {other}, who gets the name and birth date of the row: {row}")
    else:
        text = _("{pupil} goes from {owner} to {other}, who gets the name and birth date of the row")
    owned = with_account(owner) if owner else ""
    return text.format(pupil="/".join(hold.key), owner=owned, other=with_account(other), row=row)


def _keep_means(hold: HeldRow, owner: Person | None) -> str:
    """Return in a line what keeping the register as it is would do; `owner` is whose the key is now."""
    if not hold.rows:
        text = _("two different children: both stay as they are")
    elif owner is None:
        text = _("{pupil} is a child of its own, and becomes a new pupil")
    else:
        text = _("{pupil} stays with {owner}; nothing is used of the row that contradicts this")
    return text.format(pupil="/".join(hold.key), owner=with_account(owner) if owner else "")
