"""Writes what `adopt` decided: accounts, refused rows, and with `--cards` the batch of their cards."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from leerid_cli.model.batches import AdoptedAccounts, Batch
from leerid_cli.run import Run
from leerid_cli.runtime import signals
from leerid_cli.store import adoptions, refused_adoptions
from leerid_cli.store.connection import Connection
from leerid_cli.workflows.adoption_outcome import COUNTS, AdoptOptions, Outcome, proposal_of, why_no_card
from leerid_cli.workflows.adoption_refusals import Refusals
from leerid_cli.workflows.issue_batch import print_known


def write_adoptions(
    run: Run,
    connection: Connection,
    outcome: Outcome,
    refusals: Refusals,
    batch: Batch | None,
    options: AdoptOptions,
) -> Batch | None:
    """Write the adopted accounts and deliver their cards; returns the delivered batch, None without cards."""
    printed = [found for found in outcome.settled if batch and not why_no_card(found)]
    by_count = {count: [found for found in outcome.settled if found.count == count] for count in COUNTS}
    adopted = AdoptedAccounts(
        new=tuple(found.written for found in by_count["adopted"]),
        updated=tuple(found.written for found in by_count["updated"]),
        usernames=(*outcome.reserved, *(found.account.username for found in by_count["adopted"])),
        suspended=frozenset(
            found.adoption.person.id for found in by_count["adopted"] if found.account.suspended
        ),
        printed=frozenset(found.adoption.person.id for found in printed),
        refused=refusals.rows,
        files=refusals.files,
        taken_over=refusals.taken_over,
    )
    if batch and printed:
        batch = replace(batch, accounts=len(printed))
        proposals = [proposal_of(found) for found in printed]
        write = partial(adoptions.write, adopted=adopted, now=run.now, reason=run.reason)
        print_known(run, connection, batch, proposals, options.batch_options, write)
        return batch
    refused_changes = refused_adoptions.differs(connection, adopted)
    if adopted.new or adopted.updated or adopted.usernames or refused_changes:
        signals.check()
        with signals.deferred():
            adoptions.write(connection, None, adopted, run.now, run.reason)
    return None
