"""`adopt`: takes over accounts that exist in LeerID already, so that no child gets a second one.

`intake/adoption_plan.py` matches rows with pupils, `adoption_outcome.py` decides what changes, and
`adoption_report.py` reports it. With `--cards` the cards are delivered as a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial

from leerid_cli.batches import delivery, recovery
from leerid_cli.cards import printer_settings
from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.intake import adoption_files, adoption_plan, adoption_rows, input_files
from leerid_cli.model.batches import AdoptedAccounts, Batch, BatchOptions
from leerid_cli.model.reports import Problem, Report
from leerid_cli.run import Run
from leerid_cli.runtime import signals
from leerid_cli.store import adoptions, keys, meta
from leerid_cli.store import connection as store
from leerid_cli.workflows.adoption_outcome import (
    COUNTS,
    AdoptOptions,
    Outcome,
    ReadFiles,
    judge,
    proposal_of,
    why_no_card,
)
from leerid_cli.workflows.adoption_report import adoption_report
from leerid_cli.workflows.issue_batch import print_known


def run_adopt(run: Run, files: Sequence[str], on: date, options: AdoptOptions) -> Report:
    """Take over the accounts in these files (`-` is standard input) and return the report.

    `on` is the reference date for the status of pupils. Raises InputError where a file cannot be read, no row can
    be used, or rows do not say of which of several schools they are; UsageError for card options without `cards`;
    with `cards`, also what `issue_batch.print_known` raises.
    """
    if not options.cards and options.batch_options != BatchOptions():
        raise UsageError(_("--output and how cards are laid out are for cards: add --cards"))
    printer_settings.sheet(run.settings, options.batch_options.labels)
    batch = delivery.new_batch(run, "adopt", options.batch_options.output, 0) if options.cards else None
    read_rows = _read(files, options)
    if options.dry_run:
        with _reading(run) as connection:
            outcome = judge(run, connection, read_rows, on, options)
        return adoption_report(run, read_rows, outcome, options)
    with run.store.locked("adopt"):
        created = not run.store.exists()
        with _store(run) as connection:
            notes = recovery.recover(connection)
            outcome = judge(run, connection, read_rows, on, options)
            delivered = _write(run, connection, outcome, batch, options)
    report = adoption_report(run, read_rows, outcome, options, delivered)
    announced = (_("a new store was made: {path}").format(path=run.store.path),) if created else ()
    return replace(report, announcements=announced, notes=(*notes, *report.notes, *run.store.warn_if_open()))


def _read(files: Sequence[str], options: AdoptOptions) -> ReadFiles:
    rows: list[adoption_rows.AdoptionRow] = []
    problems: list[Problem] = []
    for file in files:
        try:
            found = adoption_files.read(input_files.name(file), input_files.content(file), options.encoding)
        except InputError as error:
            raise InputError(f"{input_files.name(file)}: {error.message}", error.hint) from error
        rows += found[0]
        problems += found[1]
    if not adoption_plan.usernames(rows):
        useless = [row.problem(*flaw) for row in rows for flaw in adoption_rows.flaws(row)]
        raise InputError(
            _("{files}: there is no row that can be used").format(files=", ".join(files)),
            _("correct the file or export it again; nothing was changed"),
            (*problems, *useless),
        )
    return ReadFiles(tuple(rows), tuple(problems))


@contextmanager
def _reading(run: Run) -> Iterator[store.Connection | None]:
    """Yield the store for reading, or None where there is none yet."""
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
    """Return the key of the key file, else a new key, saved there."""
    key = keys.load(run.settings.key_file)
    if key is None:
        key = keys.new()
        keys.save(run.settings.key_file, key)
    return key


def _write(
    run: Run, connection: store.Connection, outcome: Outcome, batch: Batch | None, options: AdoptOptions
) -> Batch | None:
    """Write the adopted accounts and deliver their cards; returns the delivered batch, None without cards."""
    printed = [found for found in outcome.settled if batch and not why_no_card(found)]
    by_count = {count: [found for found in outcome.settled if found.count == count] for count in COUNTS}
    adopted = AdoptedAccounts(
        new=tuple(found.written for found in by_count["adopted"]),
        updated=tuple(found.written for found in by_count["updated"]),
        usernames=(
            *outcome.reserved,
            *(found.account.username for found in (*by_count["adopted"], *by_count["updated"])),
        ),
        suspended=frozenset(
            found.adoption.person.id for found in by_count["adopted"] if found.account.suspended
        ),
        printed=frozenset(found.adoption.person.id for found in printed),
    )
    if batch and printed:
        batch = replace(batch, accounts=len(printed))
        proposals = [proposal_of(found) for found in printed]
        write = partial(adoptions.write, adopted=adopted, now=run.now, reason=run.reason)
        print_known(run, connection, batch, proposals, options.batch_options, write)
        return batch
    if adopted.new or adopted.updated or adopted.usernames:
        signals.check()
        with signals.deferred():
            adoptions.write(connection, None, adopted, run.now, run.reason)
    return None
