"""Issues a batch: draws passwords, hashes them while the cards are drawn, then commits the accounts and the ZIP.

All commands that make accounts or passwords end here (docs/design.md, "The life of an account").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from leerid_cli.accounts import credentials
from leerid_cli.batches import delivery
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchOptions, DeliveredBatch
from leerid_cli.model.requests import AccountProposal
from leerid_cli.outputs.bundle import Bundle
from leerid_cli.outputs.card_factory import missing_letters
from leerid_cli.pools import pools
from leerid_cli.pools.machines import machines_at
from leerid_cli.run import Run
from leerid_cli.store.accounts import write_issued
from leerid_cli.store.connection import Connection

# The lowest bcrypt cost that OWASP allows (docs/sources.md, "Passwords and keys"); a lower one gives a warning.
LOWEST_SAFE_COST = 10


def issue(
    run: Run,
    connection: Connection,
    command: str,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
) -> DeliveredBatch:
    """Make, commit and deliver the accounts and new passwords of one command; call it under the store lock.

    Raises what `delivery.new_batch`, `machines_at`, `Bundle.check`, `delivery.staging` and
    `delivery.deliver` raise.
    """
    batch = delivery.new_batch(run, command, options.output, len(proposals))
    with machines_at(options.cluster, run.settings) as machines:
        bundle = bundle_for(run, proposals, options)
        with (
            delivery.staging(run, connection, batch, bundle) as made,
            machines.open_pools(len(proposals)) as workers,
        ):
            issued = credentials.issue(proposals)
            hashing = credentials.start_hashing(
                issued, run.settings.bcrypt_cost, workers.hashing, run.progress
            )
            made.prepared = bundle.prepare(issued, made.stage, workers)
            hashes = [password_hash for group in pools.done(hashing) for password_hash in group]
        accounts = credentials.accounts(issued, hashes)
        write = partial(write_issued, accounts=accounts, now=run.now, reason=run.reason)
        path = delivery.deliver(connection, batch, made, write)
        of_work = machines.warnings()
    notes = (*warnings(run, printed=True), *missing_letters(proposals), *of_work, *run.store.warn_if_open())
    return DeliveredBatch(batch.id, path, notes)


def print_known(
    run: Run,
    connection: Connection,
    batch: Batch,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
    write: Callable[[Connection, Batch], None],
) -> None:
    """Deliver the cards of accounts whose passwords are known and hashed already, as `adopt --cards` does.

    `write` is the commit point of `delivery.deliver`. Raises what `issue` raises. Call it under the store lock.
    """
    with machines_at(options.cluster, run.settings) as machines:
        bundle = bundle_for(run, proposals, options)
        with (
            delivery.staging(run, connection, batch, bundle) as made,
            machines.open_pools(len(proposals)) as workers,
        ):
            made.prepared = bundle.prepare(credentials.issue(proposals), made.stage, workers)
        delivery.deliver(connection, batch, made, write)


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
