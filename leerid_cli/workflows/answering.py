"""What `conflicts link`, `keep` and `undo` share: one transaction, the question at a terminal, the options.

What an answer changes is found by carrying it out and comparing the children concerned before and after it. Where
somebody is asked, that is done once on trial and rolled back, so that the store is free while they think.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from leerid_cli.accounts.recheck import being_served
from leerid_cli.errors import BusyError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import reservations
from leerid_cli.store.connection import Connection, transaction

COUNTS = ("new", "changed", "unchanged", "merged")


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """The options of `link`, `keep` and `undo`: only say what would change; do not ask at a terminal."""

    dry_run: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer changed, as lines, with the question whether to do it and what to report once it is done."""

    lines: Sequence[str]
    question: str
    summary: str
    counts: Mapping[str, int]


Answering = Callable[[Connection], Answered]
"""Carries an answer out, within a transaction of the caller."""


def answer(run: Run, options: AnswerOptions, carry_out: Answering) -> Report:
    """Carry an answer out in one transaction, after asking at a terminal, and return the report.

    A dry run writes nothing. Raises RefusedError where the user says no, or the register changed meanwhile; and
    what `carry_out` raises.
    """
    asked = None
    if options.dry_run or (run.dialogue is not None and not options.yes):
        asked = _carried_out(run, carry_out, keep=False)
    if options.dry_run and asked:
        return _report(asked, (*asked.lines, _("dry run: nothing was written")))
    if asked:
        _ask(run, asked)
    done = _carried_out(run, carry_out, keep=True, expected=asked)
    return _report(done, done.lines)


def _carried_out(run: Run, carry_out: Answering, *, keep: bool, expected: Answered | None = None) -> Answered:
    """Carry an answer out; with `keep` false it is rolled back.

    Raises RefusedError, with nothing changed, where it would change something else than `expected`.
    """
    with run.store.writing("conflicts") as connection, transaction(connection, keep=keep):
        done = carry_out(connection)
        if expected and done.lines != expected.lines:
            raise RefusedError(
                _("another run changed these pupils meanwhile; nothing was done"), _("run the command again")
            )
    return done


def _ask(run: Run, asked: Answered) -> None:
    """Show at a terminal what an answer changes, and ask; raises RefusedError where the user says no."""
    for line in asked.lines:
        if run.dialogue:
            run.dialogue.say(line)
    if not run.confirm(asked.question):
        raise RefusedError(_("nothing was done"))


def _report(answered: Answered, notes: Sequence[str]) -> Report:
    return Report("conflicts", answered.summary, counts=dict(answered.counts), notes=tuple(notes))


def refuse_reserved(connection: Connection, pupil: str, persons: Iterable[int]) -> None:
    """Raise BusyError where another run is making cards for one of these persons, whom an answer concerns."""
    if not reservations.persons(connection).isdisjoint(persons):
        raise BusyError(
            _("{pupil}: {why}").format(pupil=pupil, why=being_served()),
            _("wait until it is done; nothing was changed"),
        )
