"""`adopt`: takes over accounts that exist in LeerID already, so that no child gets a second one.

`intake/adoption_plan.py` matches rows with pupils, `adoption_outcome.py` decides what changes, and
`adoption_report.py` reports it. With `--cards` the cards are delivered as a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from leerid_cli.batches import files as batch_files
from leerid_cli.batches import recovery
from leerid_cli.cards import printer_settings
from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.intake import adoption_files, adoption_flaws, adoption_plan, adoption_rows, input_files
from leerid_cli.model.batches import BatchOptions
from leerid_cli.model.reports import Problem, Report
from leerid_cli.run import Run
from leerid_cli.store import connection as store
from leerid_cli.store import keys, meta
from leerid_cli.workflows.adoption_outcome import (
    AdoptOptions,
    ReadFiles,
    judge,
)
from leerid_cli.workflows.adoption_report import adoption_report
from leerid_cli.workflows.adoption_writing import take_over


def run_adopt(run: Run, files: Sequence[str], on: date, options: AdoptOptions) -> Report:
    """Take over the accounts in these files (`-` is standard input) and return the report.

    `on` is the reference date for the status of pupils. Raises InputError where a file cannot be read, no row can
    be used, or rows do not say of which of several schools they are; UsageError for card options without `cards`;
    with `cards`, also what `issue_batch.print_known` raises.
    """
    if not options.cards and options.batch_options != BatchOptions():
        raise UsageError(_("--output and how cards are laid out are for cards: add --cards"))
    printer_settings.sheet(run.settings, options.batch_options.labels)
    if options.cards:  # refuse a name that is taken before anything is read
        batch_files.final_path(options.batch_options.output, run.today, "")
    read_rows = _read(files, options)
    if options.dry_run:
        with _reading(run) as connection:
            outcome = judge(run, connection, read_rows, on, options)
        return adoption_report(run, read_rows, outcome, options)
    created = _made_if_missing(run)
    notes = recovery.settle(run, "adopt")
    outcome, delivered = take_over(run, files, read_rows, on, options)
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
        useless = [row.problem(*flaw) for row in rows for flaw in adoption_flaws.flaws(row)]
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


def _made_if_missing(run: Run) -> bool:
    """Make the store where there is none, with the key that `import` will need; tell whether it was made."""
    if run.store.exists():
        return False
    with run.store.locked("adopt"):
        if run.store.exists():
            return False
        key = _key_of_a_new_store(run)
        with run.store.open_or_create() as connection, store.transaction(connection):
            meta.set_meta(connection, "key_fingerprint", keys.fingerprint(key))
    return True


def _key_of_a_new_store(run: Run) -> bytes:
    """Return the key of the key file, else a new key, saved there."""
    key = keys.load(run.settings.key_file)
    if key is None:
        key = keys.new()
        keys.save(run.settings.key_file, key)
    return key
