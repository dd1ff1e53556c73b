"""Divides selected pupils into those whom a command serves and those it skips, with the reason for the user.

Reasons that concern official numbers follow docs/sources.md, "The LeerID manual" §2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from leerid_cli.accounts.recheck import being_served
from leerid_cli.errors import BusyError, RefusedError
from leerid_cli.i18n import _
from leerid_cli.model.people import Account, Pupil, Status, StatusReason
from leerid_cli.model.reports import Skipped


def divide(
    pupils: Iterable[Pupil], why_not: Callable[[Pupil], str], reserved: Collection[int] = ()
) -> tuple[list[Pupil], tuple[Skipped, ...]]:
    """Return the pupils to serve, and the others with a reason.

    `why_not` returns the reason why a pupil is skipped, '' for a pupil to serve. `reserved` are the persons for whom
    another run is making cards at the moment.
    """
    served: list[Pupil] = []
    skipped: list[Skipped] = []
    for pupil in pupils:
        if why := why_not(pupil):
            skipped.append(Skipped(pupil.id, pupil.status, why))
        elif pupil.person.id in reserved:
            skipped.append(Skipped(pupil.id, pupil.status, being_served(), again=True))
        else:
            served.append(pupil)
    return served, tuple(skipped)


def refuse_reserved(pupil: Pupil, reserved: Collection[int]) -> None:
    """Raise BusyError where another run is making cards for this pupil: one of the persons `reserved`."""
    if pupil.person.id in reserved:
        raise BusyError(
            _("{pupil}: {why}").format(pupil=pupil.id, why=being_served()),
            _("wait until it is done; nothing was changed"),
        )


def status_with(skipped: Iterable[Skipped]) -> str:
    """Return the status of a report: `partial` where a pupil was skipped who can be served later."""
    return "partial" if any(one.again for one in skipped) else "ok"


def why_no_account(pupil: Pupil) -> str:
    """Return the reason, for the user, why a pupil gets no new account; not for the status `none`."""
    if pupil.reason:
        return _REASONS[pupil.reason]()
    return {
        Status.SUSPENDED: _("has an account, which is suspended"),
        Status.CONVERT: _("has an account of the other type; bulk-create --convert gives the new kind"),
    }.get(pupil.status, _("has an account already"))


_REASONS: dict[StatusReason, Callable[[], str]] = {
    StatusReason.LEFT: lambda: _("has left"),
    StatusReason.NUMBER_MISSING: lambda: _("the official number is missing"),
    StatusReason.NUMBER_INVALID: lambda: _("the official number is wrong"),
    StatusReason.TOO_YOUNG: lambda: _("is too young for an account"),
    StatusReason.BIRTH_DATE_MISSING: lambda: _("the birth date is missing"),
}


_TO_CORRECT = (StatusReason.NUMBER_MISSING, StatusReason.NUMBER_INVALID, StatusReason.BIRTH_DATE_MISSING)


def remedy(pupil: Pupil) -> str:
    """Return a hint, for the user, what to do about a pupil who gets no new account."""
    if pupil.reason in _TO_CORRECT:
        return _(
            "correct it in the school's administration package; it comes through DISCIMUS a day later: "
            "export and import again then"
        )
    if pupil.reason is StatusReason.TOO_YOUNG:
        return _("the setting accounts.kleuter says from when kleuters get an account")
    return _("`leerid show {pupil}` tells more").format(pupil=pupil.id)


def working_account(pupil: Pupil) -> Account:
    """Return the account of a pupil; raises RefusedError where there is none or it is suspended.

    The error holds the reason and a hint for the user.
    """
    account = pupil.person.account
    if account is None or account.suspended:
        raise RefusedError(
            _("{pupil}: {why}").format(pupil=pupil.id, why=why_no_working_account(pupil)),
            _("`leerid show {pupil}` tells more").format(pupil=pupil.id),
        )
    return account


def why_no_working_account(pupil: Pupil) -> str:
    """Return the reason, for the user, why a pupil has no account whose password can be reset."""
    if pupil.status is Status.SUSPENDED:
        return _("the account is suspended; `leerid reactivate` lifts that")
    return _("has no account")
