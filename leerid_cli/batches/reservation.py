"""Reserving the pupils of a batch: its first transaction, and the lock that says that it is being made.

While passwords are hashed and cards drawn, the store lock is free for others. They leave the reserved pupils
alone, and whoever finds the batch open sees by its lock that it is no leftover of a killed run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from leerid_cli.batches import recovery
from leerid_cli.batches.delivery import BatchWork, abort, discard, new_batch
from leerid_cli.batches.output import Output
from leerid_cli.errors import BusyError, StorageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchState, FileState, Reservation
from leerid_cli.run import Run
from leerid_cli.runtime import signals
from leerid_cli.store import batch_lock, batches, history
from leerid_cli.store.connection import Connection

Claim = Callable[[Connection], Sequence[Reservation]]
"""Checks under the store lock that the pupils of a batch are still as proposed, and returns whom to reserve."""


@dataclass(frozen=True)
class Reserved:
    """A batch whose pupils are reserved: the batch, and the revision of the register (`history.revision`) then."""

    work: BatchWork
    revision: int


@contextmanager
def reserve(
    run: Run,
    command: str,
    outputs: Sequence[Output],
    claim: Claim,
    *,
    cards: int | None = None,
    lost: str = "",
) -> Iterator[Reserved]:
    """Reserve pupils for a new batch of `command` in one short transaction; the block makes and delivers it.

    Batches that killed runs left are settled before, but the batch with the id `lost`. The lock of the new batch
    is held until the end of the block. An error or a signal before the commit undoes the batch: no account and no
    file of it is left. `cards` is the number of accounts that get a card, None: all that are reserved. Raises
    BusyError where the store lock is not free in time, and what `claim`, `recovery.recover` and
    `delivery.new_batch` raise.
    """
    work: BatchWork | None = None
    with ExitStack() as locks:
        try:
            with run.store.writing(command) as connection:
                recovery.recover(run.store, connection, lost)
                reserved = claim(connection)
                work = new_batch(command, outputs, len(reserved) if cards is None else cards)
                _refuse_names_in_use(connection, work.batch)
                locks.enter_context(batch_lock.held(run.store.path, work.batch.id))
                batches.intend(connection, work.batch, reserved, run.now)
                revision = history.revision(connection)
            yield Reserved(work, revision)
        except BaseException:
            if work:
                _give_up(run, work)
            raise


def _give_up(run: Run, work: BatchWork) -> None:
    """Undo a batch, unless it is committed by now.

    Before its commit was tried, the hidden files are removed at once, whoever has the store lock. What cannot be
    done now is left to recovery in the next run: errors of the disk or the store are ignored.
    """
    with signals.deferred(), suppress(OSError, StorageError, BusyError):
        if not work.commit_tried:
            discard(work.batch)
        with run.store.writing(work.batch.command) as connection:
            if batches.state(connection, work.batch.id) is BatchState.INTENT:
                abort(connection, work.batch)


def _refuse_names_in_use(connection: Connection, batch: Batch) -> None:
    """Raise StorageError where a file that another batch has yet to publish gets one of these final names."""
    names = {
        file.final
        for other in batches.open_batches(connection)
        for file in other.files
        if file.state is FileState.STAGED
    }
    for file in batch.files:
        if file.final in names:
            raise StorageError(
                _(
                    "{path} is the name of a ZIP that another run is making, or that waits for `leerid recover`"
                ).format(path=file.final),
                _("give another name with --output, or a folder"),
            )
