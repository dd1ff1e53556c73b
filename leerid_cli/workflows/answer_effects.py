"""Says what an answer to a conflict does: it compares the children concerned before the answer and after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from leerid_cli.i18n import _
from leerid_cli.model.people import Person
from leerid_cli.model.plans import PersonFacts

Persons = Mapping[int, Person]
"""Persons by their id."""


def child(facts: PersonFacts | Person) -> str:
    """Return naam, voornaam and birth date of a child, as far as they are known."""
    born = f", {facts.birth_date.isoformat()}" if facts.birth_date else ""
    return f"{facts.naam}, {facts.voornaam}{born}"


def with_account(person: Person) -> str:
    """Return naam, voornaam and username of a registered child, without one how else to name it in an answer."""
    account = person.account
    called = account.username if account else _("person:{number}, no account").format(number=person.id)
    return f"{person.naam}, {person.voornaam} ({called})"


def effects(before: Iterable[Person], after: Iterable[Person]) -> tuple[str, ...]:
    """Return for the user, line by line, what differs between the same children before and after an answer."""
    old, new = ({person.id: person for person in persons} for persons in (before, after))
    lines = (*_moved_keys(old, new), *_changed_data(old, new), *_changed_accounts(old, new))
    return lines or (_("nothing changes in the register"),)


def _owners(persons: Persons) -> dict[str, Person]:
    return {"/".join(e.key): person for person in persons.values() for e in person.enrolments}


def _moved_keys(old: Persons, new: Persons) -> Iterator[str]:
    """Yield a line for each pupil id that goes to another person, is new, or is gone."""
    had, have = _owners(old), _owners(new)
    for pupil in sorted(had.keys() | have.keys()):
        source, target = had.get(pupil), have.get(pupil)
        if source is None and target:
            yield _("{pupil} becomes a new pupil: {child}").format(pupil=pupil, child=with_account(target))
        elif source and target is None:
            yield _("{pupil} is no longer in the register: {child}").format(
                pupil=pupil, child=with_account(source)
            )
        elif source and target and source.id != target.id:
            yield f"{pupil}: {with_account(source)} → {with_account(target)}"


def _changed_data(old: Persons, new: Persons) -> Iterator[str]:
    """Yield a line for each person whose name, birth date or official number becomes another."""
    for number in sorted(old.keys() & new.keys()):
        before, now = old[number], new[number]
        if child(before) != child(now):
            yield f"{_who(before)}: {child(before)} → {child(now)}"
        if before.official_hash != now.official_hash:
            yield _("{who}: another official number, or none").format(who=_who(before))


def _who(person: Person) -> str:
    """Return the username of a person, else a pupil id, else its number in the store."""
    keys = ["/".join(enrolment.key) for enrolment in person.enrolments]
    return person.account.username if person.account else next(iter(keys), f"person:{person.id}")


def _changed_accounts(old: Persons, new: Persons) -> Iterator[str]:
    """Yield lines about accounts: those that change hands, work again or not, gain or lose their school."""
    had = {person.account.username: person for person in old.values() if person.account}
    for person in new.values():
        if person.account is None or person.account.username not in had:
            continue
        username, before = person.account.username, had[person.account.username]
        if before.id != person.id:
            yield _("the account {username}: {before} → {now}").format(
                username=username, before=child(before), now=child(person)
            )
        if before.account and before.account.suspended and not person.account.suspended:
            yield _("the account {username} works again").format(username=username)
        if before.enrolments and not person.enrolments:
            yield _(
                "the account {username} has no school any more; it stays as it is, in a row of its own in `search`. "
                "If that is wrong: `leerid conflicts undo`"
            ).format(username=username)
