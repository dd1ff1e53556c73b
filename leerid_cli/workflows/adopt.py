"""`adopt`: takes over accounts that exist in LeerID already, so that no child gets a second one.

`intake/adoption_plan.py` matches rows with pupils, `adoption_outcome.py` decides what changes, and
`adoption_report.py` reports it. With `--cards` the cards are delivered as a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date

from leerid_cli.batches import delivery, recovery
from leerid_cli.cards import printer_settings
from leerid_cli.errors import BusyError, InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.intake import adoption_plan, adoption_rows, input_files
from leerid_cli.model.batches import AdoptedAccounts, Batch, BatchOptions, DeliveredBatch, Reservation
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.reports import Problem, Report
from leerid_cli.run import Run
from leerid_cli.runtime import signals
from leerid_cli.store import adoptions, history, keys, meta, reservations
from leerid_cli.store import connection as store
from leerid_cli.workflows.adoption_outcome import (
    COUNTS,
    AdoptOptions,
    Outcome,
    ReadFiles,
    SettledAdoption,
    judge,
    proposal_of,
    why_no_card,
)
from leerid_cli.workflows.adoption_report import adoption_report
from leerid_cli.workflows.issue_batch import left_since, print_known
from leerid_cli.workflows.served import refuse_reserved

TURNS = 3
"""So often the rows are judged, where the register changes meanwhile."""


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
        delivery.final_path(options.batch_options.output, run.today, "")
    read_rows = _read(files, options)
    if options.dry_run:
        with _reading(run) as connection:
            outcome = judge(run, connection, read_rows, on, options)
        return adoption_report(run, read_rows, outcome, options)
    created = _made_if_missing(run)
    notes = recovery.settle(run, "adopt")
    outcome, delivered = _taken_over(run, read_rows, on, options)
    report = adoption_report(run, read_rows, outcome, options, delivered)
    announced = (_("a new store was made: {path}").format(path=run.store.path),) if created else ()
    return replace(report, announcements=announced, notes=(*notes, *report.notes, *run.store.warn_if_open()))


def _read(files: Sequence[str], options: AdoptOptions) -> ReadFiles:
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


class _Changed(Exception):
    """The register has changed since the outcome was judged."""


def _taken_over(
    run: Run, read_rows: ReadFiles, on: date, options: AdoptOptions
) -> tuple[Outcome, DeliveredBatch | None]:
    """Judge the rows while the store is free for others, then write; returns the outcome and its cards.

    Comparing and hashing passwords takes long, so where the register has changed by the time the store is locked,
    the rows are judged anew. Raises BusyError where it keeps changing, and what `_write` raises.
    """
    for _turn in range(TURNS):
        with run.store.reading() as connection:
            revision = history.revision(connection)
            outcome = judge(run, connection, read_rows, on, options)
        with suppress(_Changed):
            return outcome, _write(run, outcome, revision, on, options)
    raise BusyError(_("other runs keep changing the register; nothing was done"), _("run the command again"))


def _write(
    run: Run, outcome: Outcome, revision: int, on: date, options: AdoptOptions
) -> DeliveredBatch | None:
    """Write the adopted accounts and deliver their cards; returns the delivered batch, None without cards.

    Raises _Changed, with nothing done, where the register does not have this revision any more; BusyError where
    another run is making cards for one of the pupils.
    """
    printed = [found for found in outcome.settled if options.cards and not why_no_card(found)]
    adopted = _adopted(outcome, printed)

    def claim(connection: store.Connection) -> list[Reservation]:
        if history.revision(connection) != revision:
            raise _Changed
        reserved = reservations.persons(connection)
        for found in outcome.settled:
            refuse_reserved(found.pupil, reserved)
        return [_reservation(found) for found in outcome.settled]

    if printed:
        proposals = [proposal_of(found) for found in printed]

        def write(connection: store.Connection, batch: Batch) -> None:
            left = left_since(run, connection, revision, adopted.new, on)
            written = replace(adopted, suspended=adopted.suspended | left)
            adoptions.write(connection, batch, written, run.now, run.reason)

        return print_known(run, "adopt", proposals, options.batch_options, claim, write)
    if adopted.new or adopted.updated or adopted.usernames:
        signals.check()
        with run.store.writing("adopt") as connection, signals.deferred():
            claim(connection)
            adoptions.write(connection, None, adopted, run.now, run.reason)
    return None


def _adopted(outcome: Outcome, printed: Sequence[SettledAdoption]) -> AdoptedAccounts:
    """Return what is written to the store; `printed` are the adoptions of which cards are made."""
    by_count = {count: [found for found in outcome.settled if found.count == count] for count in COUNTS}
    return AdoptedAccounts(
        new=tuple(found.written for found in by_count["adopted"]),
        updated=tuple(found.written for found in by_count["updated"]),
        usernames=(*outcome.reserved, *(found.account.username for found in by_count["adopted"])),
        suspended=frozenset(
            found.adoption.person.id for found in by_count["adopted"] if found.account.suspended
        ),
        printed=frozenset(found.adoption.person.id for found in printed),
    )


def _reservation(found: SettledAdoption) -> Reservation:
    """Return the reservation of an adopted account, with its username where the account is new here."""
    username = found.account.username if found.count == "adopted" else ""
    return Reservation(found.adoption.person.id, HistoryEvent.ACCOUNT_ADOPTED, username)
