"""`adopt`: accounts that exist in LeerID already are taken over, so that no child gets a second one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from leerid_cli import resources
from leerid_cli.batches import delivery, recovery
from leerid_cli.cards import printer_settings
from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.intake import adoption_plan, adoption_rows, input_files
from leerid_cli.intake.adoption_plan import Adoption, AdoptionPlan
from leerid_cli.model.batches import AdoptedAccounts, Batch, BatchOptions, IssuedAccount
from leerid_cli.model.people import Account, Pupil, Status, SuspendedBy
from leerid_cli.model.progress import Done
from leerid_cli.model.reports import Problem, Report, Skipped
from leerid_cli.model.requests import AccountProposal
from leerid_cli.outputs.card_factory import missing_letters
from leerid_cli.pools import cluster, pools
from leerid_cli.rules import hashing, passwords, pictograms
from leerid_cli.rules.pupil_status import class_list_order, with_status
from leerid_cli.run import Run
from leerid_cli.runtime import signals
from leerid_cli.store import adoptions, keys, meta, register, usernames
from leerid_cli.store import connection as store
from leerid_cli.workflows.issue_batch import bundle_for, print_known, warnings

COUNTS = ("adopted", "updated", "unchanged", "rejected", "skipped", "reserved")


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """The options of the command line, None or empty where not given."""

    school: str = ""
    encoding: str | None = None
    cards: bool = False
    batch_options: BatchOptions = field(default_factory=BatchOptions)
    dry_run: bool = False


@dataclass(frozen=True)
class _ReadFiles:
    """The rows of all files, and what was wrong with reading some."""

    rows: tuple[adoption_rows.AdoptionRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Settled:
    """What one adoption comes to: the pupil with the account as it will be, and under what it counts."""

    adoption: Adoption
    pupil: Pupil
    account: Account
    count: str

    @property
    def written(self) -> IssuedAccount:
        """The account as the store is told of it."""
        account = self.account
        return IssuedAccount(
            self.adoption.person.id, account.username, account.type, account.password_kind,
            account.password_hash, account.must_change, account.token,
        )  # fmt: skip


@dataclass(frozen=True)
class _Outcome:
    """All that a run of `adopt` found out and is about to write or has written."""

    plan: AdoptionPlan
    settled: Sequence[_Settled]
    reserved: tuple[str, ...]


def run_adopt(run: Run, files: Sequence[str], on: date, options: AdoptOptions) -> Report:
    """Take over the accounts of the files; raises InputError when nothing in them can be used."""
    if not options.cards and options.batch_options != BatchOptions():
        raise UsageError(_("--output and how cards are laid out are for cards: add --cards"))
    printer_settings.sheet(run.settings, options.batch_options.labels)
    batch = delivery.new_batch(run, "adopt", options.batch_options.output, 0) if options.cards else None
    read_rows = _read(files, options)
    if options.dry_run:
        with _reading(run) as connection:
            outcome = _judge(run, connection, read_rows, on, options)
        return _report(run, read_rows, outcome, options)
    with run.store.locked("adopt"):
        created = not run.store.exists()
        with _store(run) as connection:
            notes = recovery.recover(connection)
            outcome = _judge(run, connection, read_rows, on, options)
            delivered = _write(run, connection, outcome, batch, options)
    report = _report(run, read_rows, outcome, options, delivered)
    announced = (_("a new store was made: {path}").format(path=run.store.path),) if created else ()
    return replace(report, announcements=announced, notes=(*notes, *report.notes, *run.store.warn_if_open()))


def _read(files: Sequence[str], options: AdoptOptions) -> _ReadFiles:
    rows: list[adoption_rows.AdoptionRow] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found = adoption_rows.read(input_files.name(file), input_files.content(file), options.encoding)
        except InputError as error:
            raise InputError(f"{input_files.name(file)}: {error.message}", error.hint) from error
        rows += found[0]
        problems += found[1]
    if not adoption_plan.usernames(rows):
        useless = [row.problem(*flaw) for row in rows for flaw in adoption_plan.flaws(row)]
        raise InputError(
            _("{files}: there is no row that can be used").format(files=", ".join(files)),
            _("correct the file or export it again; nothing was changed"),
            (*problems, *useless),
        )
    return _ReadFiles(tuple(rows), tuple(problems))


@contextmanager
def _reading(run: Run) -> Iterator[store.Connection | None]:
    """Yield the store for reading, None where there is none yet."""
    if not run.store.exists():
        yield None
        return
    with run.store.reading() as connection:
        yield connection


@contextmanager
def _store(run: Run) -> Iterator[store.Connection]:
    """Open the store for writing, or make it with the key for official numbers that `import` will need."""
    key = None if run.store.exists() else _key_of_a_new_store(run)
    with run.store.open_or_create() as connection:
        if key:
            with store.transaction(connection):
                meta.set_meta(connection, "key_fingerprint", keys.fingerprint(key))
        yield connection


def _key_of_a_new_store(run: Run) -> bytes:
    """Return the key that is there already, else a new one that is saved."""
    key = keys.load(run.settings.key_file)
    if key is None:
        key = keys.new()
        keys.save(run.settings.key_file, key)
    return key


def _judge(
    run: Run, connection: store.Connection | None, read_rows: _ReadFiles, on: date, options: AdoptOptions
) -> _Outcome:
    """Plan, and compare or hash the passwords; nothing is written yet."""
    pupils = with_status(register.persons(connection), on, run.settings.kleuter) if connection else []
    taken = usernames.owners(connection) if connection else {}
    _refuse_unnamed_schools(read_rows, pupils, options)
    known = adoption_plan.Known(
        [_registered(run, pupil) for pupil in pupils],
        taken,
        pictograms.load(resources.pictograms()),
        run.settings.portal_url,
        options.school,
    )
    plan = adoption_plan.plan_adoption(read_rows.rows, known)
    by_person = {pupil.person.id: pupil for pupil in pupils}
    settled = _settle(run, plan.adoptions, by_person, on, dry_run=options.dry_run)
    mine = {found.account.username.lower() for found in settled}
    free = tuple(name for name in plan.usernames if name.lower() not in taken and name.lower() not in mine)
    return _Outcome(plan, settled, free)


def _refuse_unnamed_schools(read_rows: _ReadFiles, pupils: Sequence[Pupil], options: AdoptOptions) -> None:
    """Raise InputError where a row does not say of which school it is, and there are several here."""
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
) -> list[_Settled]:
    """Compare every password with the one known here, hash those that are new, in threads, in card order."""
    ordered = sorted(found, key=lambda adopted: class_list_order(by_person[adopted.person.id]))
    cost = None if dry_run else run.settings.bcrypt_cost
    done = run.progress.step(_("passwords"), len(ordered))
    with pools.hashing() as threads:
        hashes = [threads.submit(_hashed, adopted, cost, done) for adopted in ordered]
        return [
            _settled(run, adopted, by_person[adopted.person.id], hashed.result(), on)
            for adopted, hashed in zip(ordered, hashes, strict=True)
        ]


def _hashed(adopted: Adoption, cost: int | None, done: Done) -> str:
    """Return the hash known here where the password is still the same or not told, else a new one.

    `cost` None: nothing will be written, so nothing is hashed.
    """
    known = adopted.account.password_hash if adopted.account else ""
    credential = adopted.credential
    if credential and not hashing.matches(passwords.hashable(credential), known):
        known = "new" if cost is None else hashing.hash_password(credential, cost)
    done(1)
    return known


def _suspended_by(pupil: Pupil) -> SuspendedBy:
    """Return who suspends a new account: import, where the pupil has left every school."""
    return SuspendedBy.IMPORT if pupil.status is Status.LEFT else SuspendedBy.NOBODY


def _settled(run: Run, adopted: Adoption, before: Pupil, password_hash: str, on: date) -> _Settled:
    """Return what an adoption comes to; who has left every school gets a suspended account."""
    known = adopted.account
    suspended = known.suspended if known else _suspended_by(before)
    account = Account(
        adopted.username, adopted.type, adopted.kind, password_hash, adopted.must_change,
        adopted.token or passwords.draw_token(secrets.randbelow), suspended,
    )  # fmt: skip
    if known is None:
        count = "adopted"
    elif adopted.credential and (known.type, known.password_hash) != (account.type, password_hash):
        count = "updated"
    else:
        account, count = known, "unchanged"
    (pupil,) = with_status([replace(adopted.person, account=account)], on, run.settings.kleuter)
    return _Settled(adopted, pupil, account, count)


def _write(
    run: Run, connection: store.Connection, outcome: _Outcome, batch: Batch | None, options: AdoptOptions
) -> Batch | None:
    """Commit what was found, with the cards of those who get one; returns the batch that was delivered."""
    printed = [found for found in outcome.settled if batch and not _no_card(found)]
    by_count = {count: [found for found in outcome.settled if found.count == count] for count in COUNTS}
    adopted = AdoptedAccounts(
        new=tuple(found.written for found in by_count["adopted"]),
        updated=tuple(found.written for found in by_count["updated"]),
        usernames=(*outcome.reserved, *(found.account.username for found in by_count["adopted"])),
        suspended=frozenset(
            found.adoption.person.id for found in by_count["adopted"] if found.account.suspended
        ),
        printed=frozenset(found.adoption.person.id for found in printed),
    )
    if batch and printed:
        batch = replace(batch, accounts=len(printed))
        with cluster.reached(options.batch_options.cluster, run.settings) as reached:
            proposals = [_proposal(found) for found in printed]
            bundle = bundle_for(run, proposals, options.batch_options)
            delivery.deliver(
                run, connection, batch, bundle, partial(print_known, run, proposals, bundle, reached),
                lambda connection, batch, _none, now, reason: adoptions.write(connection, adopted, now, reason, batch),
            )  # fmt: skip
        return batch
    if adopted.new or adopted.updated or adopted.usernames:
        signals.check()
        with signals.deferred():
            adoptions.write(connection, adopted, run.now, run.reason)
    return None


def _proposal(found: _Settled) -> AccountProposal:
    account = found.account
    return AccountProposal(
        found.pupil,
        account.type,
        account.username,
        account.password_kind,
        token=account.token,
        credential=found.adoption.credential,
    )


def _no_card(found: _Settled) -> str:
    """Return in words why there is no card for an account, '' where there is one."""
    if found.adoption.credential is None:
        return _("the file does not hold the password")
    return _("has an account, which is suspended") if found.account.suspended else ""


def _report(
    run: Run, read_rows: _ReadFiles, outcome: _Outcome, options: AdoptOptions, batch: Batch | None = None
) -> Report:
    problems = (*read_rows.problems, *outcome.plan.problems)
    skipped = tuple(
        Skipped(found.pupil.id, found.pupil.status, why)
        for found in outcome.settled
        if options.cards and (why := _no_card(found))
    )
    counts = dict.fromkeys(COUNTS, 0)
    for found in outcome.settled:
        counts[found.count] += 1
    counts |= {
        "rejected": len({(problem.file, problem.line) for problem in problems}),
        "skipped": len(skipped),
        "reserved": len(outcome.reserved),
    }
    summary = ", ".join(f"{counts[name]} {_label(name)}" for name in COUNTS)
    if batch:
        summary += ", " + _("cards: {path}").format(path=batch.final)
    return Report(
        command="adopt",
        summary=summary,
        status="partial" if counts["rejected"] else "ok",
        counts=counts,
        batch=batch.id if batch else "",
        output=batch.final if batch else "",
        problems=(*problems, *_replaced(outcome)),
        skipped=skipped,
        notes=tuple(_notes(run, outcome, options, batch)),
    )


def _replaced(outcome: _Outcome) -> Iterator[Problem]:
    """Yield a warning for every password of an account here that gives way to another one from the file."""
    for found in outcome.settled:
        before = found.adoption.account
        if before and before.password_known and before.password_hash != found.account.password_hash:
            message = _(
                "the password known here gives way to the one in the file; cards with the old one are worthless"
            )
            yield found.adoption.row.problem("password", "password-replaced", message, warning=True)


def _notes(run: Run, outcome: _Outcome, options: AdoptOptions, batch: Batch | None) -> Iterator[str]:
    if number := outcome.plan.other_addresses:
        yield plural(
            "{n} address does not fit portal.url in {file}: that account gets a new one, "
            "and its printed QR code leads nowhere",
            "{n} addresses do not fit portal.url in {file}: those accounts get new ones, "
            "and their printed QR codes lead nowhere",
            number,
        ).format(n=number, file=run.settings.file)
    if options.dry_run:
        yield _("dry run: nothing was written")
    elif batch or any(found.adoption.credential and found.count != "unchanged" for found in outcome.settled):
        yield from warnings(run, printed=batch is not None)
    if batch:
        yield from missing_letters([_proposal(found) for found in outcome.settled if not _no_card(found)])


def _label(count: str) -> str:
    return {
        "adopted": _("adopted"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "rejected": _("rejected"),
        "skipped": _("skipped"),
        "reserved": _("usernames kept free"),
    }[count]
