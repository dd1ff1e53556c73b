"""The bundle, which is the ZIP that a batch delivers (docs/contract.md §8): checks, writes and reads it back.

`workflows/issue_batch.py` makes a Bundle; `batches/delivery.py` knows it as an `Output`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from leerid_cli.batches import files
from leerid_cli.batches.output import StagedFile
from leerid_cli.cards import printer_settings
from leerid_cli.i18n import _
from leerid_cli.model.batches import BatchOptions, OutputKind
from leerid_cli.model.cards import Card, Logo
from leerid_cli.model.choices import BundlePart
from leerid_cli.model.progress import Done, Progress
from leerid_cli.model.requests import AccountProposal, IssuedCredential
from leerid_cli.outputs import bundle_members
from leerid_cli.outputs.card_factory import card_of, card_options, drawing_libraries, read_logos
from leerid_cli.pools.pools import WorkerPools
from leerid_cli.rules.passwords import TOKEN_LENGTH
from leerid_cli.settings.settings import Settings

if TYPE_CHECKING:
    from leerid_cli.cards.chunks import Chunk
    from leerid_cli.cards.sheets import Document

_Pdf = tuple[str, "Document", "tuple[Chunk, ...]"]
"""A PDF in the ZIP: its name there, which document it is, and the chunks in which it is drawn."""


class Bundle:
    """The ZIP of one batch. Call `check`, then `prepare`, then `verify`.

    `options` are those of the command line; `now` dates the members of the ZIP, `today` is printed on the cards
    and part of the file name.
    """

    kind = OutputKind.BUNDLE

    def __init__(
        self, settings: Settings, options: BatchOptions, now: datetime, today: date, progress: Progress
    ) -> None:
        self._settings, self._options = settings, options
        self._now, self._today, self._progress = now, today, progress
        self._logos: Mapping[str, Logo] = {}
        self._records: list[dict[str, str | bool]] = []
        self._rows: dict[str, list[list[str]]] = {}
        self._pages: dict[str, int] = {}

    def check(self, proposals: Sequence[AccountProposal]) -> None:
        """Check label sheet, templates, languages and logos before anything is made, and read the logos.

        Raises UsageError where cards would be too small to read on the label sheet; InputError, naming the file,
        where a template, language or logo of the user's cannot be used; and what `printer_settings.sheet` raises.
        """
        settings = self._settings
        self._logos = read_logos(settings, {proposal.pupil.enrolment.school for proposal in proposals})
        options = card_options(settings, self._options)
        from leerid_cli.cards import languages, sheets

        languages.read_all(options.templates)
        if self._has(BundlePart.STICKERS):
            kinds = sorted({proposal.kind for proposal in proposals})
            url = settings.portal_url.replace("{token}", "0" * TOKEN_LENGTH)
            sheet = printer_settings.sheet(settings, self._options.labels)
            printer_settings.refuse_unfit(settings, sheet, sheets.STICKERS, kinds, url)
        if options.templates.own_page():
            with drawing_libraries():
                from leerid_cli.cards import samples
            samples.try_out(options)

    def names(self, batch: str) -> Sequence[Path]:
        """Return the final path of the ZIP; raises what `files.final_path` raises."""
        return [files.final_path(self._options.output, self._today, batch)]

    def prepare(
        self, issued: Sequence[IssuedCredential], stages: Sequence[Path], pools: WorkerPools
    ) -> Sequence[StagedFile]:
        """Write the ZIP to the one new file of `stages` and sync it; meanwhile the pools draw the next PDFs.

        Raises StorageError where it cannot be written, or a drawing library is missing.
        """
        from leerid_cli.cards import chunks, pdf_joining

        (stage,) = stages
        pdfs = self._laid_out(issued)
        done = self._progress.step(_("files packed"), 1 + len(self._rows) + len(pdfs))
        with files.staged(stage) as out, bundle_members.packing(out, self._now) as packer:
            make = partial(bundle_members.make_workbook, made=self._now)
            workbooks = pools.in_order(make, self._rows.values())
            drawn = self._drawn(pdfs, pools)
            packer.add(bundle_members.ACCOUNTS, bundle_members.make_accounts(self._records))
            done(1)
            for name, data in zip(self._rows, workbooks, strict=True):
                packer.add(name, data)
                done(1)
            for name, document, cut in pdfs:
                with packer.member(name) as member:
                    parts, marks = islice(drawn, len(cut)), chunks.marks(cut)
                    pdf_joining.write(member, document.dutch_title, parts, marks, whole_fonts=len(cut) > 1)
                done(1)
        return [StagedFile(stage, out.sha256, out.size)]

    def _laid_out(self, issued: Sequence[IssuedCredential]) -> list[_Pdf]:
        """Return the PDFs to draw, and keep what the other members hold, for writing and reading back."""
        language = self._options.card_language or self._settings.card_language
        cards = [card_of(one, self._settings, self._logos, language, self._today) for one in issued]
        folders = bundle_members.folders(cards, self._options.split)
        with drawing_libraries():
            pdfs = self._pdfs(folders)
        self._pages = {name: sum(len(chunk.pages) for chunk in cut) for name, _document, cut in pdfs}
        self._records = bundle_members.account_records(cards)
        self._rows = {
            f"{folder}{bundle_members.WORKBOOK}": bundle_members.workbook_rows(group)
            for folder, group in folders.items()
            if self._has(BundlePart.WORKBOOK)
        }
        return pdfs

    def verify(self, staged: Sequence[StagedFile]) -> None:
        """Read the staged ZIP back from disk.

        Raises StorageError where its SHA-256, its members, the accounts, the rows of a workbook or the number of
        pages of a PDF differ from what `prepare` wrote.
        """
        from leerid_cli.cards.pdf_joining import page_count

        (file,) = staged
        bundle_members.read_back(file.path, file.sha256, self._records, self._rows, self._pages, page_count)

    def _has(self, part: BundlePart) -> bool:
        if self._options.only:
            return part in self._options.only
        return part is not BundlePart.WORKBOOK or self._options.with_workbook

    def _pdfs(self, folders: Mapping[str, Sequence[Card]]) -> list[_Pdf]:
        """Return the PDFs of the ZIP, cut into chunks; `folders` are the cards by folder in the ZIP."""
        from leerid_cli.cards import chunks, sheets

        options = card_options(self._settings, self._options)
        return [
            (f"{folder}{document.file_name}", document, chunks.chunks(document, group, options))
            for folder, group in folders.items()
            for document in sheets.Document
            if self._has(BundlePart.A4 if document is sheets.Document.A4 else BundlePart.STICKERS)
        ]

    def _drawn(self, pdfs: Sequence[_Pdf], pools: WorkerPools) -> Iterator[bytes]:
        """Yield the drawn chunks of all PDFs, in order."""
        done = self._progress.step(_("sheets"), sum(self._pages.values()))
        every = [chunk for _name, _document, cut in pdfs for chunk in cut]
        return map(partial(_counted, done), every, pools.in_order(_rendered, every))


def _rendered(chunk: Chunk) -> bytes:
    """Return a chunk drawn as a PDF; it may run in a worker process, so the libraries are loaded here."""
    with drawing_libraries():
        from leerid_cli.cards.render import render_chunk
    return render_chunk(chunk)


def _counted(done: Done, chunk: Chunk, part: bytes) -> bytes:
    done(len(chunk.pages))
    return part
