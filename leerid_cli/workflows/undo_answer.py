"""`conflicts undo`: takes the newest answer to a conflict back, until the next import."""

from __future__ import annotations

from leerid_cli.errors import NotFoundError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import history, register, undo
from leerid_cli.store.connection import Connection
from leerid_cli.workflows.answer_effects import effects
from leerid_cli.workflows.answering import COUNTS, Answered, AnswerOptions, answer, refuse_reserved


def take_back(run: Run, options: AnswerOptions) -> Report:
    """Take the newest answer since the last import back: all that it changed is again as it was.

    Raises NotFoundError where there is none, RefusedError where an account was made or renamed since for a child
    it concerns, or the answer to the question is no.
    """

    def carry_out(connection: Connection) -> Answered:
        answered = undo.newest(connection)
        if answered is None:
            raise _nothing_to_take_back()
        pupil = "/".join(answered.key)
        _refuse_changed_accounts(connection, answered, pupil)
        refuse_reserved(connection, pupil, answered.persons)
        before = register.persons(connection, answered.persons)
        undo.take_back(connection, answered)
        detail: dict[str, object] = dict(zip(("school", "stamnummer"), answered.key, strict=True))
        events = [(person, HistoryEvent.CONFLICT_UNDONE, detail) for person in sorted(answered.persons)]
        history.record(connection, run.now, events, run.reason)
        return Answered(
            effects(before, register.persons(connection, answered.persons)),
            _("Take the answer about {pupil} back?").format(pupil=pupil),
            _("the answer about {pupil} was taken back").format(pupil=pupil),
            dict.fromkeys(COUNTS, 0),
        )

    return answer(run, options, carry_out)


def _nothing_to_take_back() -> NotFoundError:
    return NotFoundError(
        _("there is no answer to take back: none was given since the last import"),
        _("answer again instead: `leerid conflicts link PUPIL USERNAME` gives a stamnummer to a child"),
    )


def _refuse_changed_accounts(connection: Connection, answered: undo.GivenAnswer, pupil: str) -> None:
    """Raise RefusedError where an account was made or renamed since for a child that the answer concerns."""
    if accounts := undo.changed_accounts(connection, answered):
        raise RefusedError(
            _("the answer about {pupil} cannot be taken back: accounts were made or renamed since").format(
                pupil=pupil
            )
            + f" ({', '.join(accounts)})",
            _("nothing was changed; `leerid show USERNAME` tells whose they are"),
        )
