"""`create` and `bulk-create`: pupils without an account get one, and a ZIP with their cards."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from leerid_cli import resources
from leerid_cli.accounts import hashing, names, passwords, pictograms
from leerid_cli.delivery import bundle, staging
from leerid_cli.errors import NotFoundError, RefusedError, StorageError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.model import (
    AccountType,
    Batch,
    Card,
    Credential,
    NewAccount,
    PasswordKind,
    Person,
    Report,
    Skipped,
    Status,
)
from leerid_cli.store import ledger, register
from leerid_cli.store.connection import Connection
from leerid_cli.workflows import batches
from leerid_cli.workflows.run import Run
from leerid_cli.workflows.selecting import Pupil, Selection, judged, refuse_ambiguous, resolve, select

if TYPE_CHECKING:
    from leerid_cli.cards.sheets import Document

LOWEST_SAFE_COST = 10
BATCH_ID_LENGTH = 6


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


@dataclass(frozen=True, slots=True)
class Proposal:
    """An account as it will be: for whom, under which username, with which kind of password."""

    pupil: Pupil
    type: AccountType
    username: str
    kind: PasswordKind


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
            if pupil not in wanted
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
    batch_id = "".join(secrets.choice(passwords.UNAMBIGUOUS) for _sign in range(BATCH_ID_LENGTH))
    final = batches.final_path(options.output, run, batch_id)
    stage = staging.stage_path(final, batch_id)
    batch = Batch(batch_id, command, "intent", str(stage), str(final), len(proposals))
    maker = _Maker(run, proposals, options, with_workbook=command != "create")
    path = batches.deliver(run, connection, batch, maker.bundle)
    summary = plural("{n} account made: {path}", "{n} accounts made: {path}", len(proposals))
    if skipped:
        summary += ", " + plural("{skipped} pupil skipped", "{skipped} pupils skipped", len(skipped))
    return Report(
        command=command,
        summary=summary.format(n=len(proposals), path=path, skipped=len(skipped)),
        counts={"created": len(proposals), "skipped": len(skipped)},
        batch=batch_id,
        output=str(path),
        skipped=skipped,
        notes=(*notes, *_warnings(run), *run.warn_if_open()),
    )


def _warnings(run: Run) -> Iterator[str]:
    if run.settings.bcrypt_cost < LOWEST_SAFE_COST:
        yield _("warning: passwords were hashed at bcrypt cost {cost}, which is for trials only").format(
            cost=run.settings.bcrypt_cost
        )
    if run.settings.example_portal:
        yield _(
            "warning: the cards bear VOORBEELD, for portal.url is not set in {file}; their address leads nowhere"
        ).format(file=run.settings.file)


class _Maker:
    """Issues the passwords of one batch, hashes and renders them, and packs the bundle."""

    def __init__(
        self, run: Run, proposals: Sequence[Proposal], options: CreateOptions, *, with_workbook: bool
    ) -> None:
        self.run, self.options, self.proposals = run, options, proposals
        self.with_workbook = with_workbook
        self.catalogue = pictograms.load(resources.pictograms())
        self.words = passwords.load_words(resources.wordlists())

    def bundle(self) -> batches.Bundle:
        """Return the bundle with its accounts. bcrypt releases the GIL, so hashing and rendering overlap."""
        cards = [self._card(proposal) for proposal in self.proposals]
        with _pool() as pool:
            hashes = self._start_hashing(pool, cards)
            documents, pages = self._render(cards)
            accounts = [
                self._account(proposal, card, hashed.result())
                for proposal, card, hashed in zip(self.proposals, cards, hashes, strict=True)
            ]
        members, rows = {}, None
        if self.with_workbook:
            rows = bundle.workbook_rows(cards)
            members[bundle.WORKBOOK] = bundle.make_workbook(cards, self.run.now)
        members |= documents
        data = bundle.pack(members, self.run.now)
        return batches.Bundle(data, accounts, lambda path: self._verify(path, data, rows, pages))

    def _card(self, proposal: Proposal) -> Card:
        enrolment, person = proposal.pupil.enrolment, proposal.pupil.person
        token = passwords.draw_token(secrets.randbelow)
        return Card(
            school=enrolment.school,
            school_name=self.run.settings.school(enrolment.school).name,
            administratieve_groep=enrolment.administratieve_groep_omschrijving
            or enrolment.administratieve_groep,
            klas=enrolment.klas,
            naam=person.naam,
            voornaam=person.voornaam,
            stamnummer=enrolment.stamnummer,
            username=proposal.username,
            url=self.run.settings.portal_url.replace("{token}", token),
            type=proposal.type,
            credential=self._credential(proposal, person),
            issued=self.run.today,
        )

    def _credential(self, proposal: Proposal, person: Person) -> Credential:
        if self.options.password is not None:
            return passwords.typed(proposal.kind, self.options.password, self.catalogue)
        own = passwords.own_parts(
            person.voornaam, person.naam, proposal.username, proposal.pupil.enrolment.klas, person.birth_date
        )
        return passwords.draw(proposal.kind, secrets.randbelow, self.words, self.catalogue, own)

    def _start_hashing(self, pool: ThreadPoolExecutor, cards: Sequence[Card]) -> list[Future[str]]:
        done = self.run.progress.step(_("passwords"), len(cards))
        futures = []
        for card in cards:
            future = pool.submit(hashing.hash_password, card.credential, self.run.settings.bcrypt_cost)
            future.add_done_callback(lambda _future: done())
            futures.append(future)
        return futures

    def _render(self, cards: Sequence[Card]) -> tuple[dict[str, bytes], dict[str, int]]:
        """Return the PDFs by file name, and how many pages each must have."""
        with _drawing_libraries():
            from leerid_cli.cards import render, sheets
        options = render.CardOptions(
            example=self.run.settings.example_portal,
            compact=self.options.compact,
            colour=self.options.colour,
        )
        work = {document: render.chunks(document, cards, options) for document in sheets.Document}
        done = self.run.progress.step(_("cards"), sum(len(chunks) for chunks in work.values()))
        documents = {}
        for document, chunks in work.items():
            parts = []
            for chunk in chunks:
                parts.append(render.render_chunk(chunk))
                done()
            documents[document.file_name] = render.join(document, parts)
        return documents, {name.file_name: _pages(name, cards, options.compact) for name in work}

    def _account(self, proposal: Proposal, card: Card, password_hash: str) -> NewAccount:
        before, _placeholder, after = self.run.settings.portal_url.partition("{token}")
        return NewAccount(
            person=proposal.pupil.person.id,
            username=proposal.username,
            type=proposal.type,
            password_kind=proposal.kind,
            password_hash=password_hash,
            must_change=proposal.kind is PasswordKind.TEMPORARY,
            token=card.url.removeprefix(before).removesuffix(after),
        )

    @staticmethod
    def _verify(path: Path, data: bytes, rows: list[list[str]] | None, pages: dict[str, int]) -> None:
        from leerid_cli.cards.render import page_count

        staging.verify(path, data, rows, pages, page_count)


def _pages(document: Document, cards: Sequence[Card], compact: bool) -> int:
    from leerid_cli.cards.sheets import paginate

    return len(paginate(document, cards, compact=compact))


@contextmanager
def _drawing_libraries() -> Iterator[None]:
    """Say what to install where WeasyPrint finds no Pango or HarfBuzz."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            _("the libraries that draw the cards are not installed: {why}").format(why=error),
            _("Debian and Ubuntu: sudo apt-get install {debian}; macOS: brew install pango").format(
                debian="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
            ),
        ) from error


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Yield a thread for every core; what has not begun is dropped when the block is left by an error."""
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
