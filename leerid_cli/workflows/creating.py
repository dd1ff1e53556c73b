"""`create` and `bulk-create`: pupils without an account get one, and a ZIP with their cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from leerid_cli.accounts import names, passwords
from leerid_cli.errors import NotFoundError, RefusedError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.model import (
    AccountType,
    PasswordKind,
    Report,
    Skipped,
    Status,
)
from leerid_cli.store import ledger, register
from leerid_cli.store.connection import Connection
from leerid_cli.workflows import batches
from leerid_cli.workflows.issuing import Maker, Manner, Proposal, warnings
from leerid_cli.workflows.run import Run
from leerid_cli.workflows.selecting import Pupil, Selection, judged, refuse_ambiguous, resolve, select

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class CreateOptions:
    """The options of the command line; None or empty where not given."""

    output: Path | None = None
    username: str = ""
    password_kind: PasswordKind | None = None
    password: str | None = None
    compact: bool = False
    colour: bool = False
    everything: bool = False
    yes: bool = False

    def __repr__(self) -> str:
        return f"CreateOptions({self.output})"


def create(run: Run, pupil: str, on: date, options: CreateOptions) -> Report:
    """Make one account; raises RefusedError where the pupil may not get one. The ZIP holds no workbook."""
    with run.writing("create") as connection:
        notes = batches.recover(connection)
        person = resolve(connection, pupil)
        (found,) = judged(register.persons(connection, [person]), on, run.settings)
        if found.standing.status is not Status.NONE:
            raise RefusedError(_("{pupil}: {why}").format(pupil=found.id, why=why_not(found)), _remedy(found))
        proposal = _propose(run, connection, found, options, set())
        if options.password_kind not in (None, proposal.kind):
            raise RefusedError(
                _("a {type} account cannot have a password of the kind {kind}").format(
                    type=proposal.type, kind=options.password_kind
                )
            )
        return _make(run, connection, "create", [proposal], options, notes)


def bulk_create(run: Run, selection: Selection, on: date, options: CreateOptions) -> Report:
    """Make accounts for all selected pupils that may get one; the others are reported as skipped."""
    if selection.is_everything and not options.everything:
        raise UsageError(
            _("say for whom: --class, --school, --group, --from, or --all for everybody"),
        )
    with run.writing("bulk-create") as connection:
        notes = batches.recover(connection)
        pupils = select(connection, selection, on, run.settings)
        if not pupils:
            raise NotFoundError(
                _("no pupil found"), _("`leerid search` with the same options shows whom they select")
            )
        refuse_ambiguous(pupils, selection)
        wanted = [pupil for pupil in pupils if pupil.standing.status is Status.NONE]
        skipped = tuple(
            Skipped(pupil.id, pupil.standing.status, why_not(pupil))
            for pupil in pupils
            if pupil.standing.status is not Status.NONE
        )
        if not wanted:
            summary = _("nothing to do: none of the {n} pupils gets an account").format(n=len(pupils))
            counts = {"created": 0, "skipped": len(skipped)}
            return Report("bulk-create", summary, counts=counts, skipped=skipped, notes=tuple(notes))
        _ask(run, len(wanted), options)
        given: set[str] = set()
        proposals = [_propose(run, connection, pupil, options, given) for pupil in wanted]
        return _make(run, connection, "bulk-create", proposals, options, notes, skipped)


def _ask(run: Run, count: int, options: CreateOptions) -> None:
    question = plural("Make {n} account?", "Make {n} accounts?", count).format(n=count)
    if not options.yes and not run.confirm(question):
        raise RefusedError(_("nothing was done"))


def why_not(pupil: Pupil) -> str:
    """Return in words why a pupil gets no new account; only for a status other than none."""
    standing = pupil.standing
    if standing.reason:
        return {
            "left": _("has left"),
            "number-missing": _("the official number is missing"),
            "number-invalid": _("the official number is wrong"),
            "too-young": _("is too young for an account"),
            "birth-date-missing": _("the birth date is missing"),
        }[standing.reason]
    return {
        Status.SUSPENDED: _("has an account, which is suspended"),
        Status.CONVERT: _("has an account of the other type"),
    }.get(standing.status, _("has an account already"))


def _remedy(pupil: Pupil) -> str:
    if pupil.standing.reason in ("number-missing", "number-invalid", "birth-date-missing"):
        return _(
            "correct it in the school's administration package; it comes through DISCIMUS a day later: "
            "export and import again then"
        )
    if pupil.standing.reason == "too-young":
        return _("the setting accounts.kleuter says from when kleuters get an account")
    return _("`leerid show {pupil}` tells more").format(pupil=pupil.id)


def _propose(
    run: Run, connection: Connection, pupil: Pupil, options: CreateOptions, given: set[str]
) -> Proposal:
    """Return what the pupil's account will be, with a username neither issued nor `given` in this run."""
    enrolment, person = pupil.enrolment, pupil.person
    account_type = pupil.standing.type or enrolment.type

    def is_taken(name: str) -> bool:
        return name in given or ledger.taken(connection, name)

    if options.username:
        username = names.check_username(options.username)
        if is_taken(username):
            raise RefusedError(_("the username {username} is taken").format(username=username))
    else:
        username = names.free_username(person.voornaam, person.naam, is_taken)
    given.add(username)
    return Proposal(pupil, account_type, username, _kind(run, pupil, account_type, options))


def _kind(run: Run, pupil: Pupil, account_type: AccountType, options: CreateOptions) -> PasswordKind:
    """Return the wish where the account type allows it, else what is configured for the class."""
    allowed = passwords.kinds_of(account_type)
    if options.password_kind in allowed:
        return options.password_kind
    if account_type is AccountType.GEVORDERD:
        return PasswordKind.TEMPORARY
    enrolment = pupil.enrolment
    return run.settings.basis_kind(enrolment.school, enrolment.hoofdstructuur, enrolment.klas)


def _make(
    run: Run,
    connection: Connection,
    command: str,
    proposals: Sequence[Proposal],
    options: CreateOptions,
    notes: Sequence[str],
    skipped: tuple[Skipped, ...] = (),
) -> Report:
    batch = batches.planned(run, command, options.output, len(proposals))
    manner = Manner(command != "create", options.password, options.compact, options.colour)
    maker = Maker(run, proposals, manner)
    path = batches.deliver(run, connection, batch, maker.bundle)
    summary = plural("{n} account made: {path}", "{n} accounts made: {path}", len(proposals))
    if skipped:
        summary += ", " + plural("{skipped} pupil skipped", "{skipped} pupils skipped", len(skipped))
    return Report(
        command=command,
        summary=summary.format(n=len(proposals), path=path, skipped=len(skipped)),
        counts={"created": len(proposals), "skipped": len(skipped)},
        batch=batch.id,
        output=str(path),
        skipped=skipped,
        notes=(*notes, *warnings(run, printed=True), *run.warn_if_open()),
    )
