"""Decides what `adopt` will write: which accounts are new, which change, and which pupils get a card."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from leerid_cli import resources
from leerid_cli.accounts.recheck import being_served
from leerid_cli.errors import BusyError, InputError
from leerid_cli.i18n import _
from leerid_cli.intake import adoption_plan, adoption_rows
from leerid_cli.intake.adoption_plan import Adoption, AdoptionPlan
from leerid_cli.model.batches import BatchOptions, IssuedAccount
from leerid_cli.model.people import Account, Pupil, Status, SuspendedBy
from leerid_cli.model.progress import Done
from leerid_cli.model.reports import Problem
from leerid_cli.model.requests import AccountProposal
from leerid_cli.pools import pools
from leerid_cli.rules import hashing, passwords, pictograms
from leerid_cli.rules.pupil_status import class_list_order, with_status
from leerid_cli.run import Run
from leerid_cli.store import connection as store
from leerid_cli.store import register, usernames

COUNTS = ("adopted", "updated", "unchanged", "rejected", "skipped", "reserved")


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """The options of `adopt` on the command line, None or empty where not given.

    `newer` is no option: `restore --bundles` says with it that the files were made after the store was.
    """

    school: str = ""
    encoding: str | None = None
    cards: bool = False
    batch_options: BatchOptions = field(default_factory=BatchOptions)
    dry_run: bool = False
    newer: bool = False


@dataclass(frozen=True)
class ReadFiles:
    """The rows of all files, and the problems found while reading them."""

    rows: tuple[adoption_rows.AdoptionRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class SettledAdoption:
    """One adoption as it will be written: the pupil, the account, and the member of COUNTS that it counts for."""

    adoption: Adoption
    pupil: Pupil
    account: Account
    count: str

    @property
    def written(self) -> IssuedAccount:
        """The account in the form in which the store takes it."""
        account = self.account
        return IssuedAccount(
            self.adoption.person.id, account.username, account.type, account.password_kind,
            account.password_hash, account.must_change, account.token,
        )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The result of `judge`: the plan, the adoptions to write, and other usernames of the files, to reserve."""

    plan: AdoptionPlan
    settled: Sequence[SettledAdoption]
    reserved: tuple[str, ...]


def judge(
    run: Run,
    connection: store.Connection | None,
    read_rows: ReadFiles,
    on: date,
    options: AdoptOptions,
    reserved: Collection[int] = (),
) -> Outcome:
    """Match the rows with the register, compare and hash passwords, and return the outcome; nothing is written.

    `connection` is None where there is no store yet; `reserved` are persons for whom another run is making cards:
    they are left out. Raises InputError where a row names no school, `--school` is not given, and the store has
    several schools; BusyError where only reserved persons would be left.
    """
    pupils = with_status(register.persons(connection), on, run.settings.kleuter) if connection else []
    taken = usernames.owners(connection) if connection else {}
    _refuse_unnamed_schools(read_rows, pupils, options)
    known = adoption_plan.Known(
        [_registered(run, pupil) for pupil in pupils],
        taken,
        pictograms.load(resources.pictograms()),
        run.settings.portal_url,
        options.school,
        options.newer,
    )
    plan = adoption_plan.plan_adoption(read_rows.rows, known)
    plan = _without_reserved(plan, reserved)
    by_person = {pupil.person.id: pupil for pupil in pupils}
    settled = _settle(run, plan.adoptions, by_person, on, dry_run=options.dry_run)
    mine = {found.account.username.lower() for found in settled}
    free = tuple(name for name in plan.usernames if name.lower() not in taken and name.lower() not in mine)
    return Outcome(plan, settled, free)


def _without_reserved(plan: AdoptionPlan, reserved: Collection[int]) -> AdoptionPlan:
    """Return the plan without the pupils for whom another run is making cards: their rows are problems of it.

    Raises BusyError where it would take over nobody else.
    """
    free = tuple(found for found in plan.adoptions if found.person.id not in reserved)
    busy = [found for found in plan.adoptions if found.person.id in reserved]
    if busy and not free:
        raise BusyError(being_served(), _("wait until it is done; nothing was changed"))
    problems = [found.row.problem("username", "being-served", being_served()) for found in busy]
    return replace(plan, adoptions=free, problems=(*plan.problems, *problems))


def _refuse_unnamed_schools(read_rows: ReadFiles, pupils: Sequence[Pupil], options: AdoptOptions) -> None:
    """Raise InputError where a row does not name its school and the store has several."""
    schools = sorted({enrolment.school for pupil in pupils for enrolment in pupil.person.enrolments})
    unnamed = next((row for row in read_rows.rows if not row.cell("school")), None)
    if unnamed and not options.school and len(schools) > 1:
        raise InputError(
            _(
                "{file}, line {line}: there is no instellingsnummer, and there are several schools here"
            ).format(file=unnamed.file, line=unnamed.line),
            _("say of which school the file is: --school NR; schools here: {schools}").format(
                schools=", ".join(schools)
            ),
        )


def _registered(run: Run, pupil: Pupil) -> adoption_plan.Registered:
    enrolment = pupil.enrolment
    kind = run.settings.basis_kind(enrolment.school, enrolment.hoofdstructuur, enrolment.klas)
    return adoption_plan.Registered(pupil.person, pupil.type, kind)


def _settle(
    run: Run, found: Sequence[Adoption], by_person: dict[int, Pupil], on: date, *, dry_run: bool
) -> list[SettledAdoption]:
    """Return the adoptions in the order of class lists, with their passwords compared and hashed in threads."""
    ordered = sorted(found, key=lambda adopted: class_list_order(by_person[adopted.person.id]))
    cost = None if dry_run else run.settings.bcrypt_cost
    done = run.progress.step(_("passwords"), len(ordered))
    with pools.hashing(run.stop) as threads:
        hashes = [threads.submit(_hashed, adopted, cost, done) for adopted in ordered]
        return [
            _settled(run, adopted, by_person[adopted.person.id], hashed.result(), on)
            for adopted, hashed in zip(ordered, hashes, strict=True)
        ]


def _hashed(adopted: Adoption, cost: int | None, done: Done) -> str:
    """Return the stored hash where the file has the same password or none, else the hash of the new password.

    `cost` is the bcrypt cost, None in a dry run: then a placeholder is returned, since hashing takes long.
    """
    known = adopted.account.password_hash if adopted.account else ""
    credential = adopted.credential
    if credential and not hashing.matches(passwords.hashable(credential), known):
        known = "new" if cost is None else hashing.hash_password(credential, cost)
    done(1)
    return known


def _suspended_by(pupil: Pupil) -> SuspendedBy:
    """Return who suspends a newly adopted account: the import, where the pupil has left every school."""
    return SuspendedBy.IMPORT if pupil.status is Status.LEFT else SuspendedBy.NOBODY


def _settled(run: Run, adopted: Adoption, before: Pupil, password_hash: str, on: date) -> SettledAdoption:
    """Return an adoption as it will be written; a pupil who has left every school gets a suspended account."""
    known = adopted.account
    suspended = known.suspended if known else _suspended_by(before)
    account = Account(
        adopted.username, adopted.type, adopted.kind, password_hash, adopted.must_change,
        adopted.token or passwords.draw_token(secrets.randbelow), suspended,
    )  # fmt: skip
    if known is None:
        count = "adopted"
    elif adopted.credential and _on_the_card(known) != _on_the_card(account):
        count = "updated"
    else:
        account, count = known, "unchanged"
    (pupil,) = with_status([replace(adopted.person, account=account)], on, run.settings.kleuter)
    return SettledAdoption(adopted, pupil, account, count)


def _on_the_card(account: Account) -> tuple[str, ...]:
    """Return what two accounts have to differ in for a card of the one to be of no use for the other."""
    return account.username, account.type, account.password_hash, account.token


def proposal_of(found: SettledAdoption) -> AccountProposal:
    """Return the proposal from which the card of an adopted account is made, with the password of the file."""
    account = found.account
    return AccountProposal(
        found.pupil,
        account.type,
        account.username,
        account.password_kind,
        token=account.token,
        credential=found.adoption.credential,
        must_change=account.must_change,
    )


def why_no_card(found: SettledAdoption) -> str:
    """Return the reason, for the user, why an adopted account gets no card; '' where it gets one."""
    if found.adoption.credential is None:
        return _("the file does not hold the password")
    return _("has an account, which is suspended") if found.account.suspended else ""
