"""Issues a batch: draws passwords, hashes them while the cards are drawn, then commits the accounts and the ZIP.

All commands that make accounts or passwords end here (docs/design.md, "The life of an account").
"""

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

    Raises what `Bundle.check`, `delivery.new_batch`, `pools.open_cluster`, `delivery.staging` and
    `delivery.deliver` raise.
    """
    work = delivery.new_batch(command, [bundle_for(run, proposals, options)], len(proposals))
    with pools.open_cluster(options.cluster, run.settings) as cluster:
        with (
            delivery.staging(run, connection, work),
            pools_for(run, len(proposals), cluster) as workers,
        ):
            issued = credentials.issue(proposals)
            hashing = credentials.start_hashing(
                issued, run.settings.bcrypt_cost, workers.hashing, run.progress
            )
            work.prepare(issued, workers)
            hashes = [password_hash for group in pools.done(hashing) for password_hash in group]
        accounts = credentials.accounts(issued, hashes)
        write = partial(write_issued, accounts=accounts, now=run.now, reason=run.reason)
        path = delivery.deliver(connection, work, write)[0]
        lost = cluster.warnings() if cluster else ()
    notes = (*warnings(run, printed=True), *missing_letters(proposals), *lost, *run.store.warn_if_open())
    return DeliveredBatch(work.batch.id, path, notes)


def print_known(
    run: Run,
    connection: Connection,
    command: str,
    proposals: Sequence[AccountProposal],
    options: BatchOptions,
    write: Callable[[Connection, Batch], None],
) -> DeliveredBatch:
    """Deliver the cards of accounts whose passwords are known and hashed already, as `adopt --cards` does.

    `write` is the commit point of `delivery.deliver`. Raises what `issue` raises. Call it under the store lock.
    """
    work = delivery.new_batch(command, [bundle_for(run, proposals, options)], len(proposals))
    with pools.open_cluster(options.cluster, run.settings) as cluster:
        with (
            delivery.staging(run, connection, work),
            pools_for(run, len(proposals), cluster) as workers,
        ):
            work.prepare(credentials.issue(proposals), workers)
        path = delivery.deliver(connection, work, write)[0]
    return DeliveredBatch(work.batch.id, path, ())


def bundle_for(run: Run, proposals: Sequence[AccountProposal], options: BatchOptions) -> Bundle:
    """Return the bundle of a batch, checked; raises what `Bundle.check` raises."""
    bundle = Bundle(run.settings, options, run.now, run.today, run.progress)
    bundle.check(proposals)
    return bundle


def pools_for(run: Run, cards: int, cluster: Cluster | None) -> AbstractContextManager[WorkerPools]:
    """Return the pools that hash passwords and draw `cards` cards; `cluster` is the one to use, None without one.

    With templates of the user's own the cards are drawn on this machine, because a cluster does not have them.
    """
    return pools.open_pools(cards, cluster, draw_here=run.settings.templates.is_dir())


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
