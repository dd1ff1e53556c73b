"""Passwords, hashes and cards of one batch: what goes into the ZIP, and the accounts behind it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from leerid_cli import resources
from leerid_cli.batches import delivery, files, output
from leerid_cli.cards import printer_settings
from leerid_cli.errors import StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import BatchOptions, DeliveredBatch, IssuedAccount
from leerid_cli.model.cards import Card, Credential, Logo
from leerid_cli.model.choices import BundlePart
from leerid_cli.model.people import PasswordKind, Person, Pupil
from leerid_cli.model.progress import Done
from leerid_cli.model.requests import AccountProposal
from leerid_cli.outputs import bundle_members
from leerid_cli.pools import cluster, pools
from leerid_cli.pools.cluster import Cluster
from leerid_cli.pools.pools import WorkerPools
from leerid_cli.rules import hashing, passwords, pictograms
from leerid_cli.run import Run
from leerid_cli.store.connection import Connection

if TYPE_CHECKING:
    from leerid_cli.cards.chunks import CardOptions, Chunk
    from leerid_cli.cards.sheets import Document

LOWEST_SAFE_COST = 10
USUAL_COST = 12

_Hashing = tuple[Callable[[], list[str]], Future[list[str]]]
"""Passwords to be hashed: how, and what becomes of it."""
_Member = tuple[str, "Document", "tuple[Chunk, ...]"]
"""A PDF of the bundle: its name in the ZIP, what it is, and the work of drawing it."""


def issue(
    run: Run,
    connection: Connection,
    command: str,
    proposals: Sequence[AccountProposal],
    batch_options: BatchOptions,
) -> DeliveredBatch:
    """Make, commit and deliver the accounts and new passwords of one command; call it under the lock.

    Raises StorageError where the ZIP cannot stand at its place, and all that `batches.deliver` raises.
    """
    batch = delivery.new_batch(run, command, batch_options.output, len(proposals))
    with cluster.reached(batch_options.cluster, run.settings) as reached:
        path = delivery.deliver(run, connection, batch, Maker(run, proposals, batch_options, reached).bundle)
        lost = reached.warnings() if reached else ()
    told = (*warnings(run, printed=True), *missing_letters(proposals), *lost, *run.store.warn_if_open())
    return DeliveredBatch(batch.id, path, told)


class Maker:
    """Issues the passwords of one batch, hashes and renders them, and packs the bundle."""

    def __init__(
        self,
        run: Run,
        proposals: Sequence[AccountProposal],
        batch_options: BatchOptions,
        cluster: Cluster | None = None,
    ) -> None:
        self.run, self.proposals, self.batch_options, self.cluster = run, proposals, batch_options, cluster
        self.catalogue = pictograms.load(resources.pictograms())
        self.words = passwords.load_words(resources.wordlists())
        self.logos = logos(run, {proposal.pupil.enrolment.school for proposal in proposals})
        self.sheet = printer_settings.sheet(run.settings, batch_options.labels)
        self._try_out()

    def _try_out(self) -> None:
        """Raise what is wrong with sheet and templates before anything is written."""
        kinds = sorted({proposal.kind for proposal in self.proposals})
        url = self.run.settings.portal_url.replace("{token}", "0" * passwords.TOKEN_LENGTH)
        from leerid_cli.cards import languages, sheets

        languages.read_own(self._options().templates)
        if self._has(BundlePart.STICKERS):
            printer_settings.refuse_unfit(self.run.settings, self.sheet, sheets.STICKERS, kinds, url)
        if self._options().templates.own_page():
            with drawing_libraries():
                from leerid_cli.cards import samples
            samples.try_out(self._options())

    def bundle(self, stage: Path) -> output.Prepared:
        """Stage the bundle and return it with its accounts. Hashing and drawing use all cores at once."""
        with self._pools() as workers:
            cards = [self._card(proposal) for proposal in self.proposals]
            hashing = self._start_hashing(workers, cards)
            printed = self._packed(stage, cards, workers)
            hashes = [password_hash for some in pools.done(hashing) for password_hash in some]
        accounts = [
            self._account(proposal, card, password_hash)
            for proposal, card, password_hash in zip(self.proposals, cards, hashes, strict=True)
        ]
        return replace(printed, accounts=accounts)

    def printed(self, stage: Path) -> output.Prepared:
        """Stage the bundle for accounts whose passwords are known and hashed already: it holds no account."""
        with self._pools() as workers:
            return self._packed(stage, [self._card(proposal) for proposal in self.proposals], workers)

    def _pools(self) -> AbstractContextManager[WorkerPools]:
        """Return who does the work; templates of the user's own are on this machine only."""
        own = self.run.settings.templates.is_dir()
        return pools.open_pools(len(self.proposals), self.cluster, draw_here=own)

    def _packed(self, stage: Path, cards: Sequence[Card], workers: WorkerPools) -> output.Prepared:
        """Write the bundle of these cards, a set of files in every folder, member by member."""
        from leerid_cli.cards import chunks

        groups = bundle_members.folders(cards, self.batch_options.split)
        with drawing_libraries():
            work = self._work(groups)
        books = {
            f"{folder}{bundle_members.WORKBOOK}": bundle_members.workbook_rows(group)
            for folder, group in groups.items()
            if self._has(BundlePart.WORKBOOK)
        }
        done = self.run.progress.step(_("files packed"), len(books) + len(work))
        with files.staged(stage) as out, bundle_members.packing(out, self.run.now) as packer:
            tables = workers.in_order(
                partial(bundle_members.make_workbook, made=self.run.now), books.values()
            )
            drawn = self._drawn(work, workers)
            for name, table in zip(books, tables, strict=True):
                with packer.member(name) as member:
                    member.write(table)
                done(1)
            for name, document, cut in work:
                with packer.member(name) as member:
                    chunks.write(member, document, islice(drawn, len(cut)), cut)
                done(1)
        pages = {name: sum(len(chunk.pages) for chunk in cut) for name, _document, cut in work}
        return output.Prepared(
            out.sha256, out.size, (), lambda path: self._verify(path, out.sha256, books, pages)
        )

    def _has(self, part: BundlePart) -> bool:
        if self.batch_options.only:
            return part in self.batch_options.only
        return part is not BundlePart.WORKBOOK or self.batch_options.with_workbook

    def _card(self, proposal: AccountProposal) -> Card:
        enrolment, person = proposal.pupil.enrolment, proposal.pupil.person
        token = proposal.token or passwords.draw_token(secrets.randbelow)
        settings = self.run.settings
        school = settings.school(enrolment.school)
        return Card(
            school=enrolment.school,
            school_name=school.name,
            administratieve_groep=enrolment.administratieve_groep_omschrijving
            or enrolment.administratieve_groep,
            klas=enrolment.klas,
            naam=person.naam,
            voornaam=person.voornaam,
            stamnummer=enrolment.stamnummer,
            username=proposal.username,
            url=settings.portal_url.replace("{token}", token),
            type=proposal.type,
            credential=self._credential(proposal, person),
            issued=self.run.today,
            language=proposal.card_language or self.batch_options.card_language or settings.card_language,
            contact=school.contact,
            logo=self.logos.get(enrolment.school),
        )

    def _credential(self, proposal: AccountProposal, person: Person) -> Credential:
        if proposal.credential:
            return proposal.credential
        own = passwords.own_parts(
            person.voornaam, person.naam, proposal.username, proposal.pupil.enrolment.klas, person.birth_date
        )
        return passwords.draw(proposal.kind, secrets.randbelow, self.words, self.catalogue, own)

    def _start_hashing(self, workers: WorkerPools, cards: Sequence[Card]) -> list[_Hashing]:
        """Have passwords hashed, so many at a time as take about as long as one at the usual cost."""
        cost = self.run.settings.bcrypt_cost
        done = self.run.progress.step(_("passwords"), len(cards))
        begun: list[_Hashing] = []
        for some in _slices([card.credential for card in cards], 1 << max(0, USUAL_COST - cost)):
            work = partial(hashing.hash_passwords, some, cost)
            future = workers.hashing.submit(work)
            future.add_done_callback(partial(_count, done, len(some)))
            begun.append((work, future))
        return begun

    def _work(self, groups: Mapping[str, Sequence[Card]]) -> list[_Member]:
        """Return the PDFs by their name in the ZIP, cut into chunks."""
        from leerid_cli.cards import chunks, sheets

        options = self._options()
        return [
            (f"{folder}{document.file_name}", document, chunks.chunks(document, group, options))
            for folder, group in groups.items()
            for document in sheets.Document
            if self._has(BundlePart.A4 if document is sheets.Document.A4 else BundlePart.STICKERS)
        ]

    def _drawn(self, work: Sequence[_Member], workers: WorkerPools) -> Iterator[bytes]:
        """Yield what the chunks of all PDFs become, in order; workers draw ahead while parts are packed."""
        done = self.run.progress.step(_("sheets"), sum(len(one.pages) for *_rest, cut in work for one in cut))
        every = [chunk for *_rest, cut in work for chunk in cut]
        return map(partial(_counted, done), every, workers.in_order(_rendered, every))

    def _options(self) -> CardOptions:
        from leerid_cli.cards import chunks, sheets

        paper = sheets.Paper(
            self.sheet,
            self.batch_options.labels.start_at,
            self.batch_options.compact,
            self.batch_options.with_workbook,
        )
        return chunks.CardOptions(
            example=self.run.settings.example_portal,
            colour=self.batch_options.colour,
            paper=paper,
            passwords_listed=self.batch_options.list_passwords,
            templates=printer_settings.templates(self.run.settings),
        )

    def _account(self, proposal: AccountProposal, card: Card, password_hash: str) -> IssuedAccount:
        before, _placeholder, after = self.run.settings.portal_url.partition("{token}")
        return IssuedAccount(
            person=proposal.pupil.person.id,
            username=proposal.username,
            type=proposal.type,
            password_kind=proposal.kind,
            password_hash=password_hash,
            must_change=proposal.kind is PasswordKind.TEMPORARY,
            token=card.url.removeprefix(before).removesuffix(after),
            issue=proposal.issue,
        )

    @staticmethod
    def _verify(path: Path, sha256: str, rows: dict[str, list[list[str]]], pages: dict[str, int]) -> None:
        from leerid_cli.cards.pdf_joining import page_count

        files.verify(path, sha256, rows, pages, page_count)


def _rendered(chunk: Chunk) -> bytes:
    """Render a chunk, in this process or in a worker."""
    with drawing_libraries():
        from leerid_cli.cards.render import render_chunk
    return render_chunk(chunk)


def _counted(done: Done, chunk: Chunk, part: bytes) -> bytes:
    done(len(chunk.pages))
    return part


def _count(done: Done, number: int, _future: Future[list[str]]) -> None:
    done(number)


def _slices(credentials: Sequence[Credential], size: int) -> Iterator[Sequence[Credential]]:
    for start in range(0, len(credentials), size):
        yield credentials[start : start + size]


def logos(run: Run, schools: Iterable[str]) -> dict[str, Logo]:
    """Read the logos of these schools; raises InputError naming the file that is no usable picture."""
    named = {school: run.settings.school(school).logo for school in schools}
    if not any(named.values()):
        return {}
    from leerid_cli.cards.images import read_logo

    return {school: read_logo(run.settings.beside(name)) for school, name in named.items() if name}


def missing_letters(proposals: Sequence[AccountProposal]) -> Iterator[str]:
    """Yield a warning that names the pupils in whose name or class is a letter that no font here has."""
    from leerid_cli.cards.fitting import missing_letters

    def has_some(pupil: Pupil) -> bool:
        printed = f"{pupil.person.voornaam} {pupil.person.naam} {pupil.enrolment.klas}"
        return bool(missing_letters(printed))

    pupils = [proposal.pupil.id for proposal in proposals if has_some(proposal.pupil)]
    if pupils:
        yield plural(
            "warning: the fonts of the cards lack letters in the name or class of {n} pupil; "
            "look at the card: {pupils}",
            "warning: the fonts of the cards lack letters in the names or classes of {n} pupils; "
            "look at the cards: {pupils}",
            len(pupils),
        ).format(n=len(pupils), pupils=", ".join(pupils))


@contextmanager
def drawing_libraries() -> Iterator[None]:
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


def warnings(run: Run, *, printed: bool) -> Iterator[str]:
    """Yield what to warn about after passwords were hashed, and `printed` on cards."""
    if run.settings.bcrypt_cost < LOWEST_SAFE_COST:
        yield _("warning: passwords were hashed at bcrypt cost {cost}, which is for trials only").format(
            cost=run.settings.bcrypt_cost
        )
    if printed and run.settings.example_portal:
        yield _(
            "warning: the cards bear VOORBEELD, for portal.url is not set in {file}; their address leads nowhere"
        ).format(file=run.settings.file)
