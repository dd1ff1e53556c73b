"""Issuing a batch: passwords are drawn and hashed while the bundle is drawn, then accounts and ZIP become real."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from leerid_cli.accounts import credentials
from leerid_cli.batches import delivery
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchOptions, DeliveredBatch
from leerid_cli.model.requests import AccountProposal
from leerid_cli.outputs.bundle import Bundle
from leerid_cli.outputs.card_factory import missing_letters
from leerid_cli.pools import pools
from leerid_cli.pools.pools import WorkerPools
from leerid_cli.run import Run
from leerid_cli.store.accounts import write_issued
from leerid_cli.store.connection import Connection

if TYPE_CHECKING:
    from leerid_cli.pools.cluster import Cluster

# OWASP's least bcrypt cost (docs/sources.md, "Passwords and keys"); a lower one gives a warning.
LOWEST_SAFE_COST = 10


def issue(
    run: Run,
    connection: Connection,
    command: str,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
) -> DeliveredBatch:
    """Make, commit and deliver the accounts and new passwords of one command; call it under the lock.

    Raises StorageError where the ZIP cannot stand at its place, and all that `staging` and `deliver` raise.
    """
    batch = delivery.new_batch(run, command, options.output, len(proposals))
    with pools.open_cluster(options.cluster, run.settings) as reached:
        bundle = bundle_for(run, proposals, options)
        with (
            delivery.staging(run, connection, batch, bundle) as made,
            pools_for(run, len(proposals), reached) as workers,
        ):
            issued = credentials.issue(proposals)
            hashing = credentials.start_hashing(
                issued, run.settings.bcrypt_cost, workers.hashing, run.progress
            )
            made.prepared = bundle.prepare(issued, made.stage, workers)
            hashes = [password_hash for some in pools.done(hashing) for password_hash in some]
        accounts = credentials.accounts(issued, hashes)
        write = partial(write_issued, accounts=accounts, now=run.now, reason=run.reason)
        path = delivery.deliver(connection, batch, made, write)
        lost = reached.warnings() if reached else ()
    told = (*warnings(run, printed=True), *missing_letters(proposals), *lost, *run.store.warn_if_open())
    return DeliveredBatch(batch.id, path, told)


def print_known(
    run: Run,
    connection: Connection,
    batch: Batch,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
    write: Callable[[Connection, Batch], None],
) -> None:
    """Deliver cards of accounts whose passwords are known and hashed already; `write` is the commit point.

    Raises what `issue` raises. Call it under the lock.
    """
    with pools.open_cluster(options.cluster, run.settings) as reached:
        bundle = bundle_for(run, proposals, options)
        with (
            delivery.staging(run, connection, batch, bundle) as made,
            pools_for(run, len(proposals), reached) as workers,
        ):
            made.prepared = bundle.prepare(credentials.issue(proposals), made.stage, workers)
        delivery.deliver(connection, batch, made, write)


def bundle_for(run: Run, proposals: Sequence[AccountProposal], options: BatchOptions) -> Bundle:
    """Return the output of a batch; raises what `Bundle.check` raises."""
    bundle = Bundle(run.settings, options, run.now, run.today, run.progress)
    bundle.check(proposals)
    return bundle


def pools_for(run: Run, cards: int, reached: Cluster | None) -> AbstractContextManager[WorkerPools]:
    """Return who does the work; templates of the user's own are on this machine only."""
    return pools.open_pools(cards, reached, draw_here=run.settings.templates.is_dir())


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
