"""Finds the pupils that a command is about: one named pupil, or a selection by filters (docs/contract.md §2).

The LeerID Schoolloket selects in the same way: docs/sources.md, "The LeerID manual" §3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from leerid_cli.errors import NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.people import AccountType, Pupil, Status
from leerid_cli.rules.pupil_status import class_list_order, with_status
from leerid_cli.settings.settings import Settings
from leerid_cli.store import register
from leerid_cli.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters of a command: of the values of one filter any may fit, and all filters together must.

    `text` is searched as `search TEXT` does; `schools` are numbers or configured names; `pupils` is a list of
    pupil ids or usernames, None where no list is given.
    """

    text: str = ""
    schools: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    types: tuple[AccountType, ...] = ()
    pupils: tuple[str, ...] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether no filter is set, so that every pupil is selected."""
        return self == Selection()


def select(connection: Connection, selection: Selection, on: date, settings: Settings) -> list[Pupil]:
    """Return the selected pupils in the order of class lists, with their status on the date `on`; perhaps none.

    Raises NotFoundError for an unknown pupil or school, RefusedError for a stamnummer of several schools.
    """
    ids: set[int] | None = None
    if selection.text.strip():
        ids = register.find(connection, selection.text.split())
    if selection.pupils is not None:
        named = {resolve(connection, pupil) for pupil in selection.pupils}
        ids = named if ids is None else ids & named
    pupils = with_status(register.persons(connection, ids), on, settings.kleuter)
    wanted = school_numbers(connection, selection.schools, settings)
    there = [pupil for pupil in pupils if pupil.person.enrolments or pupil.person.account]
    return sorted((pupil for pupil in there if _fits(pupil, selection, wanted)), key=class_list_order)


def select_or_refuse(
    connection: Connection, selection: Selection, on: date, settings: Settings
) -> list[Pupil]:
    """Return the pupils that a writing command is about, as `select` does.

    Raises NotFoundError where nobody is selected, RefusedError where a class or group name is in several schools,
    and what `select` raises.
    """
    pupils = select(connection, selection, on, settings)
    if not pupils:
        raise NotFoundError(
            _("no pupil found"), _("`leerid search` with the same options shows whom they select")
        )
    refuse_ambiguous(pupils, selection)
    return pupils


def school_numbers(connection: Connection, names: Sequence[str], settings: Settings) -> set[str]:
    """Return the instellingsnummers of schools given by number or configured name (in any case).

    Raises NotFoundError where the store has no such school.
    """
    by_name: dict[str, set[str]] = {}
    for number, school in settings.schools.items():
        by_name.setdefault(school.name.casefold(), set()).add(number)
    known = set(register.schools(connection))
    found = set()
    for name in names:
        numbers = by_name.get(name.casefold(), {name}) & known
        if not numbers:
            raise NotFoundError(
                _("no school {name} in the store").format(name=name),
                _("schools here: {schools}").format(schools=", ".join(sorted(known))),
            )
        found |= numbers
    return found


def _fits(pupil: Pupil, selection: Selection, schools: set[str]) -> bool:
    enrolment = pupil.enrolment
    groups = (enrolment.administratieve_groep, enrolment.administratieve_groep_omschrijving)
    return (
        (not schools or enrolment.school in schools)
        and _among([enrolment.klas], selection.classes)
        and _among(groups, selection.groups)
        and (not selection.statuses or pupil.status in selection.statuses)
        and (not selection.types or pupil.type in selection.types)
    )


def _among(values: Iterable[str], wanted: Sequence[str]) -> bool:
    """Tell whether one of the values equals one of `wanted`, in any case; True where nothing is wanted."""
    return not wanted or bool({value.casefold() for value in values} & {name.casefold() for name in wanted})


def refuse_ambiguous(pupils: Iterable[Pupil], selection: Selection) -> None:
    """Raise RefusedError where a class or group name selects pupils of several schools and no school is given."""
    if selection.schools:
        return
    select_or_refuse = list(pupils)
    for name in (*selection.classes, *selection.groups):
        schools = {
            pupil.enrolment.school
            for pupil in select_or_refuse
            if name.casefold() in _class_and_groups(pupil)
        }
        if len(schools) > 1:
            raise RefusedError(
                _("{name} is in several schools: {schools}").format(
                    name=name, schools=", ".join(sorted(schools))
                ),
                _("add --school NR"),
            )


def _class_and_groups(pupil: Pupil) -> set[str]:
    enrolment = pupil.enrolment
    names = (
        enrolment.klas,
        enrolment.administratieve_groep,
        enrolment.administratieve_groep_omschrijving,
    )
    return {name.casefold() for name in names}


def resolve(connection: Connection, pupil: str) -> int:
    """Return the person number for what the user calls a PUPIL (docs/contract.md §1).

    That is a pupil id, a username, a bare stamnummer, or `person:N` as `conflicts` prints it. Raises
    NotFoundError where there is no such pupil, RefusedError, naming the candidates, where several schools have
    the stamnummer.
    """
    school, _slash, stamnummer = pupil.rpartition("/")
    if match := re.fullmatch(r"person:([0-9]{1,15})", pupil):
        for known in register.persons(connection, [int(match[1])]):
            return known.id
    person = register.by_username(connection, pupil)
    if person is not None:
        return person
    hits = register.by_key(connection, school, stamnummer)
    if not hits:
        raise NotFoundError(
            _("no pupil {pupil}").format(pupil=pupil),
            _("give a username, SCHOOL/STAMNUMMER or a stamnummer; `leerid search` finds them"),
        )
    if len(hits) > 1:
        candidates = ", ".join(f"{school}/{number}" for school, number, _person in hits)
        raise RefusedError(
            _("the stamnummer {pupil} is in several schools").format(pupil=pupil),
            _("name one of: {candidates}").format(candidates=candidates),
        )
    return hits[0][2]


def named(connection: Connection, pupil: str, on: date, settings: Settings) -> Pupil:
    """Return the pupil that `resolve` finds, with the status on the date `on`; raises what `resolve` raises."""
    return _with_status(connection, resolve(connection, pupil), on, settings)


def by_key(
    connection: Connection, school: str, stamnummer: str, on: date, settings: Settings
) -> Pupil | None:
    """Return the pupil with this school and stamnummer, with the status on the date `on`; None for nobody."""
    hits = register.by_key(connection, school, stamnummer) if stamnummer else []
    return _with_status(connection, hits[0][2], on, settings) if hits else None


def _with_status(connection: Connection, person: int, on: date, settings: Settings) -> Pupil:
    (found,) = with_status(register.persons(connection, [person]), on, settings.kleuter)
    return found


def read_ids(text: str) -> tuple[str, ...]:
    """Return the pupil ids in a text, one a line; raises NotFoundError where it has none."""
    ids = tuple(line.strip() for line in text.lstrip("\ufeff").splitlines() if line.strip())
    if not ids:
        raise NotFoundError(_("the list of pupils is empty"), _("`leerid search --format ids` prints one"))
    return ids
