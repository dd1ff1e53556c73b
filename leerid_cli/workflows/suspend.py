"""`suspend` and `reactivate`: do by hand what an import does when a pupil leaves or returns.

Without a terminal, filters that select more than one pupil need `--expect N` or `--yes` (docs/contract.md §2,
"Asking"): a mistyped filter could lock out a whole school, or let in pupils who were suspended for a reason.
Pupils named on the command line or in a list need neither. Password, cards and QR code stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from leerid_cli.errors import RefusedError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.people import Person, Pupil, SuspendedBy
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import accounts
from leerid_cli.store.connection import Connection
from leerid_cli.workflows import confirmation
from leerid_cli.workflows.confirmation import Consent
from leerid_cli.workflows.selection import Selection, select_or_refuse
from leerid_cli.workflows.served import divide


@dataclass(frozen=True, slots=True)
class SuspendOptions:
    """The options of both commands; `named` is true where exactly one PUPIL was given and no filter."""

    consent: Consent = field(default_factory=Consent)
    named: bool = False


@dataclass(frozen=True, slots=True)
class SuspensionAction:
    """What distinguishes the two commands.

    `command` is the name, `count` the key of its count in the report. `why_not` returns the reason why a pupil is
    skipped, '' for none. `carry_out` changes the store. `question` and `summary` return texts for a number of
    accounts.
    """

    command: str
    count: str
    why_not: Callable[[Pupil], str]
    carry_out: Callable[[Connection, Iterable[Person], datetime, str], None]
    question: Callable[[int], str]
    summary: Callable[[int], str]


def suspend(run: Run, selection: Selection, on: date, options: SuspendOptions) -> Report:
    """Suspend the selected accounts until `reactivate` is used: an import does not end a suspension by hand.

    Pupils without account, or suspended by hand already, are skipped. Raises UsageError where no filter is given;
    RefusedError where the one named pupil has no account, the answer is no, or `--expect` is needed or gives
    another number; and what `selection.select_or_refuse` raises.
    """
    return _carry_out(run, selection, on, options, _SUSPEND)


def reactivate(run: Run, selection: Selection, on: date, options: SuspendOptions) -> Report:
    """End the suspension of the selected accounts, whether by hand or by an import; raises as `suspend` does."""
    return _carry_out(run, selection, on, options, _REACTIVATE)


def _carry_out(
    run: Run, selection: Selection, on: date, options: SuspendOptions, action: SuspensionAction
) -> Report:
    """Carry out one of the two commands and return its report; raises what `suspend` says."""
    if selection.is_everything:
        raise UsageError(_("say for whom: PUPIL, --class, --school, --group or --from"))
    with run.store.reading() as connection:
        pupils = select_or_refuse(connection, selection, on, run.settings)
    if options.named and pupils[0].person.account is None:
        raise RefusedError(_("{pupil}: {why}").format(pupil=pupils[0].id, why=_("has no account")))
    served, skipped = divide(pupils, action.why_not)
    _ask(run, len(served), selection, options, action)
    if served:
        with run.store.writing(action.command) as connection:
            _refuse_changed(connection, selection, on, run, served, action)
            action.carry_out(connection, [pupil.person for pupil in served], run.now, run.reason)
    return Report(
        command=action.command,
        summary=action.summary(len(served)),
        counts={action.count: len(served), "skipped": len(skipped)},
        skipped=skipped,
        notes=run.store.warn_if_open(),
    )


def _refuse_changed(
    connection: Connection,
    selection: Selection,
    on: date,
    run: Run,
    asked: Sequence[Pupil],
    action: SuspensionAction,
) -> None:
    """Raise RefusedError where the pupils to serve are not those that the user was asked about any more."""
    served, _skipped = divide(select_or_refuse(connection, selection, on, run.settings), action.why_not)
    if [_account(pupil) for pupil in served] != [_account(pupil) for pupil in asked]:
        raise RefusedError(
            _("another run changed these pupils meanwhile; nothing was done"), _("run the command again")
        )


def _account(pupil: Pupil) -> tuple[int, str]:
    account = pupil.person.account
    return pupil.person.id, account.username if account else ""


def _ask(
    run: Run, count: int, selection: Selection, options: SuspendOptions, action: SuspensionAction
) -> None:
    listed = replace(selection, pupils=None).is_everything
    never_ask = options.named or not count
    needs_expect = not (listed or options.consent.yes)
    confirmation.agree(
        run, action.question(count), count, options.consent, never_ask=never_ask, needs_expect=needs_expect
    )


def _no_suspension(pupil: Pupil) -> str:
    account = pupil.person.account
    if account is None:
        return _("has no account")
    return _("is suspended by hand already") if account.suspended is SuspendedBy.HAND else ""


def _no_reactivation(pupil: Pupil) -> str:
    account = pupil.person.account
    if account is None:
        return _("has no account")
    return "" if account.suspended else _("is not suspended")


_SUSPEND = SuspensionAction(
    "suspend",
    "suspended",
    _no_suspension,
    accounts.suspend,
    lambda n: plural(
        "Suspend {n} account? The pupil can no longer sign in.",
        "Suspend {n} accounts? The pupils can no longer sign in.",
        n,
    ).format(n=n),
    lambda n: plural("{n} account suspended", "{n} accounts suspended", n).format(n=n),
)
_REACTIVATE = SuspensionAction(
    "reactivate",
    "reactivated",
    _no_reactivation,
    accounts.reactivate,
    lambda n: plural(
        "Reactivate {n} account? The pupil can sign in again, with the present password.",
        "Reactivate {n} accounts? The pupils can sign in again, with their present passwords.",
        n,
    ).format(n=n),
    lambda n: plural("{n} account reactivated", "{n} accounts reactivated", n).format(n=n),
)
