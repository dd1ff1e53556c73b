"""`todo`: lists everything that waits for a person, each item with the command to type; it only reads."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from leerid_cli.batches import recovery
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import RefusedAdoption
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import Pupil, Status, StatusReason
from leerid_cli.model.plans import Detail
from leerid_cli.rules.pupil_status import natural_order, with_status
from leerid_cli.run import Run
from leerid_cli.store import guarded, refused_adoptions, register, reservations
from leerid_cli.store.batches import open_batches
from leerid_cli.store.conflicts import WithheldBefore, withheld
from leerid_cli.store.history import last_event
from leerid_cli.workflows import conflicts

COLUMNS = ("kind", "pupils", "what", "command")
OLD_BACKUP_DAYS = 30
MOST_NAMED = 5
_NUMBER = (StatusReason.NUMBER_MISSING, StatusReason.NUMBER_INVALID)
Item = dict[str, object]


def todo(run: Run, on: date, *, details: bool = False) -> list[Item]:
    """Return the items that wait, with the keys of COLUMNS, the most urgent first; `on` is the reference date.

    The column `pupils` is a number of pupils or accounts. `details`: below what an import did not take over
    stands each value, old and new. Raises NotFoundError where there is no store.
    """
    with run.store.reading() as connection:
        batches, being_made = open_batches(connection), recovery.being_made(run.store, connection)
        not_done, values = withheld(connection), guarded.values(connection)
        pupils = with_status(register.persons(connection), on, run.settings.kleuter)
        refused = refused_adoptions.waiting(connection)
        reserved = reservations.persons(connection)
        last_backup = last_event(connection, HistoryEvent.BACKUP)
    items = [
        _item(
            "being-made",
            batch.accounts,
            _("batch {batch} is being made by another run").format(batch=batch.id),
            "",
        )
        for batch in being_made
    ]
    items += [
        _item(
            "undelivered",
            batch.accounts,
            _("batch {batch}: its ZIP").format(batch=batch.id),
            "leerid recover",
        )
        for batch in batches
        if batch not in being_made
    ]
    for entry in not_done:
        items.append(_withheld(entry))
        own = [one for one in values if one.key[0] == entry.school and not one.code]
        items += map(_value, own if details else ())
    for school, code in dict.fromkeys((one.key[0], one.code) for one in values if one.code):
        own = [one for one in values if (one.key[0], one.code) == (school, code)]
        items.append(_named(school, code, own))
        items += map(_value, own if details else ())
    items += [_held(entry) for entry in conflicts.listed(run)]
    free = [pupil for pupil in pupils if pupil.person.id not in reserved]
    items += _by_class(free, Status.CONVERT, "convert", "--convert --status convert")
    items += _by_class(free, Status.NONE, "eligible", "")
    items += _without_number(pupils)
    items += [
        _without_school(pupil) for pupil in pupils if pupil.person.account and not pupil.person.enrolments
    ]
    items += _refused(refused)
    items += _old_backup(run, pupils, last_backup)
    return items


def _old_backup(run: Run, pupils: Iterable[Pupil], last: datetime | None) -> Iterator[Item]:
    """Yield an item where there are accounts, and no backup or one of OLD_BACKUP_DAYS or more ago."""
    accounts = sum(pupil.person.account is not None for pupil in pupils)
    if accounts and (last is None or (run.now - last).days >= OLD_BACKUP_DAYS):
        when = (
            _("the last backup is of {date}").format(date=last.date())
            if last
            else _("there is no backup yet")
        )
        yield _item("backup", accounts, when, f"leerid backup leerid-{run.today.isoformat()}.db")


def _item(kind: str, pupils: int, what: str, command: str) -> Item:
    return {"kind": kind, "pupils": pupils, "what": what, "command": command}


def _withheld(entry: WithheldBefore) -> Item:
    files = shlex.join(entry.files)
    accept = f" --accept {entry.school}:{entry.pupils}" if entry.code != "illegible-row" else ""
    what = plural(
        "school {school}: {n} pupil withheld ({code}); if the file is right:",
        "school {school}: {n} pupils withheld ({code}); if the file is right:",
        entry.pupils,
    )
    if not accept:
        what = _("school {school}: {n} departures withheld ({code}); once the row is corrected:")
    text = what.format(school=entry.school, n=entry.pupils, code=entry.code)
    return _item("withheld", entry.pupils, text, f"leerid import{accept} {files}")


def _named(school: str, code: str, values: Sequence[Detail]) -> Item:
    pupils = len({value.key for value in values})
    text = plural(
        "school {school}: values of {n} pupil not taken over ({code}): correct them where they come from",
        "school {school}: values of {n} pupils not taken over ({code}): correct them where they come from",
        pupils,
    ).format(school=school, n=pupils, code=code)
    return _item("named", pupils, text, "leerid todo --details")


def _value(value: Detail) -> Item:
    """Return an item for one value that was not taken over; there is nothing to type for it alone."""
    text = f"{'/'.join(value.key)}: {value.field} {value.old or '–'} → {value.new or '–'}"
    return _item("value", 1, text, "")


def _held(entry: dict[str, object]) -> Item:
    commands = entry["commands"]
    text = f"{entry['pupil']} ({entry['row']}): {entry['why']}"
    return _item("held", 1, text, "  |  ".join(commands) if isinstance(commands, list) else "")


def _by_class(pupils: Iterable[Pupil], status: Status, kind: str, options: str) -> Iterator[Item]:
    """Yield an item for each class with pupils of this status; `options` are added to its command."""
    waiting = (pupil for pupil in pupils if pupil.status is status)
    for school, klas, count in _classes(waiting):
        command = f"leerid bulk-create --school {school}{_in_class(klas)} {options}"
        text = _("school {school}, class {klas}: {what}").format(
            school=school, klas=klas or "–", what=_what(status)
        )
        yield _item(kind, count, text, command.strip())


def _without_number(pupils: Iterable[Pupil]) -> Iterator[Item]:
    """Yield an item for each class with pupils who get no account because their official number is not valid."""
    for school, klas, count in _classes(pupil for pupil in pupils if pupil.reason in _NUMBER):
        text = _("school {school}, class {klas}: {what}").format(
            school=school, klas=klas or "–", what=_("no account without a valid official number; who:")
        )
        command = f"leerid search --school {school}{_in_class(klas)} --status ineligible"
        yield _item("no-number", count, text, command)


def _refused(rows: Iterable[RefusedAdoption]) -> Iterator[Item]:
    """Yield an item for each file and reason of rows that `adopt` did not take over; it names the first few."""
    by_reason: dict[tuple[str, str], list[RefusedAdoption]] = defaultdict(list)
    for row in rows:
        by_reason[row.file, row.code].append(row)
    for (file, code), found in by_reason.items():
        named = [row.stamnummer or _("line {line}").format(line=row.line) for row in found]
        more = ", …" if len(named) > MOST_NAMED else ""
        text = plural(
            "{file}: {n} row was not adopted ({code}): {rows}",
            "{file}: {n} rows were not adopted ({code}): {rows}",
            len(found),
        ).format(file=Path(file).name, n=len(found), code=code, rows=", ".join(named[:MOST_NAMED]) + more)
        yield _item("not-adopted", len(found), text, f"leerid adopt {shlex.quote(file)}")


def _classes(pupils: Iterable[Pupil]) -> Iterator[tuple[str, str, int]]:
    """Yield (school, class, number of these pupils), in the order of class lists."""
    waiting = Counter((pupil.enrolment.school, pupil.enrolment.klas) for pupil in pupils)
    for school, klas in sorted(waiting, key=lambda place: (place[0], natural_order(place[1]))):
        yield school, klas, waiting[school, klas]


def _in_class(klas: str) -> str:
    return f" --class {shlex.quote(klas)}" if klas else ""


def _what(status: Status) -> str:
    if status is Status.CONVERT:
        return _("to get their new kind of account")
    return _("may get an account")


def _without_school(pupil: Pupil) -> Item:
    """Return an item for an account that an answer to a conflict left without a school.

    Its command changes nothing: only a person knows whether the answer was right.
    """
    text = _("the account {username} has no school: an answer gave its stamnummer to another child")
    return _item("no-school", 1, text.format(username=pupil.id), f"leerid show {pupil.id}")
