"""Issues a batch: draws passwords, hashes them while the cards are drawn, then commits the accounts and the ZIP.

All commands that make accounts or passwords end here (docs/design.md, "The life of an account").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from leerid_cli.accounts import credentials
from leerid_cli.accounts.recheck import Recheck
from leerid_cli.batches import delivery, reservation
from leerid_cli.batches.reservation import Claim
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchOptions, DeliveredBatch, IssuedAccount
from leerid_cli.model.people import StatusReason
from leerid_cli.model.requests import AccountProposal
from leerid_cli.outputs.bundle import Bundle
from leerid_cli.outputs.card_factory import missing_letters
from leerid_cli.pools import pools
from leerid_cli.pools.machines import machines_at
from leerid_cli.rules.pupil_status import with_status
from leerid_cli.run import Run
from leerid_cli.store import history, register
from leerid_cli.store.accounts import write_issued
from leerid_cli.store.connection import Connection

# The lowest bcrypt cost that OWASP allows (docs/sources.md, "Passwords and keys"); a lower one gives a warning.
LOWEST_SAFE_COST = 10


def issue(
    run: Run,
    command: str,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
    on: date,
    lost: str = "",
) -> DeliveredBatch:
    """Make, commit and deliver the accounts and new passwords of one command; call it without the store lock.

    Pupils who are not as proposed any more, or whom another run has reserved, are skipped. `on` is the reference
    date for the status of pupils, `lost` the batch that the new one replaces. Raises BusyError where no pupil is
    left, and what `Bundle.check`, `machines_at`, `reservation.reserve`, `delivery.staging` and
    `delivery.deliver` raise.
    """
    bundle = bundle_for(run, proposals, options)
    recheck = Recheck(run.settings, proposals, on)
    with (
        machines_at(options.cluster, run.settings, run.stop) as machines,
        reservation.reserve(run, command, [bundle], recheck, lost=lost) as reserved,
    ):
        work = reserved.work
        with delivery.staging(work), machines.open_pools(work.batch.accounts) as workers:
            issued = credentials.issue(recheck.proposals)
            hashing = credentials.start_hashing(
                issued, run.settings.bcrypt_cost, workers.hashing, run.progress
            )
            for output, stages in work.to_prepare():
                work.staged += output.prepare(issued, stages, workers)
            hashes = [password_hash for group in pools.done(hashing, run.stop) for password_hash in group]
        accounts = credentials.accounts(issued, hashes)

        def write(connection: Connection, batch: Batch) -> None:
            left = left_since(run, connection, reserved.revision, accounts, on)
            write_issued(connection, batch, accounts, run.now, run.reason, left)

        delivered = delivery.deliver(run, work, write)
        of_work = machines.warnings()
    notes = (
        *warnings(run, printed=True),
        *missing_letters(recheck.proposals),
        *of_work,
        *delivered.warnings,
        *run.store.warn_if_open(),
    )
    return DeliveredBatch(work.batch.id, delivered.paths[0], tuple(recheck.skipped), notes)


def left_since(
    run: Run, connection: Connection, revision: int, accounts: Sequence[IssuedAccount], on: date
) -> set[int]:
    """Return those persons of these accounts who left every school since `revision` of the register."""
    if history.revision(connection) == revision:
        return set()
    persons = register.persons(connection, [account.person for account in accounts])
    pupils = with_status(persons, on, run.settings.kleuter)
    return {pupil.person.id for pupil in pupils if pupil.reason is StatusReason.LEFT}


def print_known(
    run: Run,
    command: str,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
    claim: Claim,
    write: Callable[[Connection, Batch], None],
) -> DeliveredBatch:
    """Deliver the cards of accounts whose passwords are known and hashed already, as `adopt --cards` does.

    `claim` is that of `reservation.reserve`, `write` the commit point of `delivery.deliver`. Raises what `issue`
    raises.
    """
    bundle = bundle_for(run, proposals, options)
    with (
        machines_at(options.cluster, run.settings, run.stop) as machines,
        reservation.reserve(run, command, [bundle], claim, cards=len(proposals)) as reserved,
    ):
        work = reserved.work
        with delivery.staging(work), machines.open_pools(len(proposals)) as workers:
            issued = credentials.issue(proposals)
            for output, stages in work.to_prepare():
                work.staged += output.prepare(issued, stages, workers)
        delivered = delivery.deliver(run, work, write)
        notes = (*machines.warnings(), *delivered.warnings)
    return DeliveredBatch(work.batch.id, delivered.paths[0], (), notes)


def bundle_for(run: Run, proposals: Sequence[AccountProposal], options: BatchOptions) -> Bundle:
    """Return the bundle of a batch, checked; raises what `Bundle.check` raises."""
    bundle = Bundle(run.settings, options, run.now, run.today, run.progress)
    bundle.check(proposals)
    return bundle


def warnings(run: Run, *, printed: bool) -> Iterator[str]:
    """Yield warnings about a low bcrypt cost and, where cards were `printed`, an unset address of the portal."""
    if run.settings.bcrypt_cost < LOWEST_SAFE_COST:
        yield _("warning: passwords were hashed at bcrypt cost {cost}, which is for trials only").format(
            cost=run.settings.bcrypt_cost
        )
    if printed and run.settings.example_portal:
        yield _(
            "warning: the cards bear VOORBEELD, for portal.url is not set in {file}; their address leads nowhere"
        ).format(file=run.settings.file)
