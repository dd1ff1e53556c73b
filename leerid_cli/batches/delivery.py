"""The order in which the files and the accounts of a batch are written (docs/design.md, step 5 of `bulk-create`).

Files and the database cannot be committed together. So each file is first written under a hidden name (staged) and
synced to disk, then the accounts are committed, and then the files get their final names. Whenever the run is
killed, either no account was made, or recovery finds every file complete under its hidden or its final name.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from leerid_cli.batches import files
from leerid_cli.batches.output import Output, StagedFile
from leerid_cli.errors import BusyError, StorageError, UndeliveredError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchFile, BatchState
from leerid_cli.rules.passwords import UNAMBIGUOUS
from leerid_cli.run import Run
from leerid_cli.runtime.failpoints import hit
from leerid_cli.runtime.stop import Stop
from leerid_cli.store import batches
from leerid_cli.store.connection import Connection

_ID_LENGTH = 6
LOCK_SECONDS = 60.0
"""So long a finished batch waits for the store lock, whatever `--wait` says: minutes of work are at stake."""


@dataclass
class BatchWork:
    """A batch while it is made: its row, its outputs with their files, and what these have staged so far.

    `commit_tried`: whether it is committed by now can only be told by the store.
    """

    batch: Batch
    parts: Sequence[tuple[Output, Sequence[BatchFile]]]
    staged: list[StagedFile] = field(default_factory=list)
    commit_tried: bool = False

    def to_prepare(self) -> Iterator[tuple[Output, list[Path]]]:
        """Yield every output with the hidden paths of its files; the caller adds what it stages to `staged`."""
        for output, mine in self.parts:
            yield output, [file.stage for file in mine]

    def verify(self) -> None:
        """Read all files back; raises StorageError where one differs from what was written."""
        written = {staged.path: staged for staged in self.staged}
        for output, mine in self.parts:
            output.verify([written[file.stage] for file in mine])

    def committable(self) -> Batch:
        """Return the batch with the digests and sizes of its staged files."""
        written = {staged.path: staged for staged in self.staged}
        found = ((file, written[file.stage]) for file in self.batch.files)
        return replace(
            self.batch,
            files=tuple(replace(file, sha256=made.sha256, size=made.size) for file, made in found),
        )


@dataclass(frozen=True)
class Delivery:
    """The final paths of the files of a delivered batch, and warnings for the user."""

    paths: Sequence[Path]
    warnings: Sequence[str]


def new_batch(command: str, outputs: Sequence[Output], accounts: int) -> BatchWork:
    """Return a batch of `command` with a new random id; nothing is written yet. Raises what `Output.names` raises.

    `accounts` is the number of accounts in the batch.
    """
    batch = "".join(secrets.choice(UNAMBIGUOUS) for _index in range(_ID_LENGTH))
    number = count(1)
    parts = [
        (
            output,
            [
                BatchFile(next(number), output.kind, files.stage_path(final, batch), final)
                for final in output.names(batch)
            ],
        )
        for output in outputs
    ]
    every = tuple(file for _output, mine in parts for file in mine)
    return BatchWork(Batch(batch, command, accounts, files=every), parts)


@contextmanager
def staging(work: BatchWork) -> Iterator[None]:
    """After the block, in which the outputs stage their files, read these back.

    Raises StorageError where a file cannot be written or does not read back. Call it within `reservation.reserve`.
    """
    with _disk_errors_as_storage_errors():
        hit("batch-intended")
        yield
        hit("batch-made")
        work.verify()
        hit("batch-verified")


@contextmanager
def _disk_errors_as_storage_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            _("the cards cannot be made: {why}").format(why=error.strerror or error),
            _("no account was made and no password changed; is there room in the temporary folder?"),
        ) from error


def deliver(run: Run, work: BatchWork, write: Callable[[Connection, Batch], None]) -> Delivery:
    """Commit a staged batch, and give its files their final names. Call it within `reservation.reserve`.

    `write` is the commit point: one transaction that writes the accounts and marks the batch as committed. From
    just before it, nothing stops the run any more. Raises BusyError, with nothing done, where the store lock is
    not free within LOCK_SECONDS; UndeliveredError where the accounts are committed but a file could not get its
    name; StorageError where the store cannot tell whether the commit succeeded, or cannot record the delivery
    (`leerid recover` settles both); and what `write` raises, with nothing done.
    """
    batch = work.committable()
    with run.store.writing(batch.command, LOCK_SECONDS) as connection:
        run.stop.check()
        run.stop.no_way_back()
        work.commit_tried = True
        _commit(connection, batch, write)
    failed: list[UndeliveredError] = []
    unnoted: list[StorageError] = []
    warnings: list[str] = []
    for file in batch.files:  # whatever goes wrong with one file, the others get their names
        try:
            publish(file)
            warnings += _note_published(run, batch, file)
        except UndeliveredError as error:
            failed.append(error)
        except StorageError as error:
            unnoted.append(error)
    for errors in (failed, unnoted):
        if errors:
            raise errors[0]
    return Delivery([file.final for file in batch.files], warnings)


def discard(batch: Batch) -> None:
    """Remove the hidden files of a batch that is not committed; raises OSError where one cannot be removed."""
    for file in batch.files:
        files.discard(file.stage)


def abort(connection: Connection, batch: Batch, stop: Stop) -> bool:
    """Remove the hidden files of a batch that was not committed, mark it as aborted, and tell whether it is.

    Errors of the disk or the store are ignored: recovery in the next run tries again. `stop` is the run's.
    """
    with stop.deferred(), suppress(OSError, StorageError):
        discard(batch)
        hit("batch-discarded")
        batches.abort(connection, batch.id)
        return True
    return False


def _commit(connection: Connection, batch: Batch, write: Callable[[Connection, Batch], None]) -> None:
    """Call `write`; raises what it raises, unless the batch was committed all the same.

    An error from COMMIT does not tell whether the transaction was committed, so the store is asked.
    """
    try:
        write(connection, batch)
    except BaseException:
        if not _is_committed(connection, batch):
            raise


def _is_committed(connection: Connection, batch: Batch) -> bool:
    """Tell whether a batch was committed although `write` failed; raises StorageError where it cannot be read."""
    try:
        return batches.state(connection, batch.id) == BatchState.COMMITTED
    except StorageError as error:
        raise StorageError(
            _("{why}; whether the accounts of batch {batch} count is not known yet").format(
                why=error.message, batch=batch.id
            ),
            _("once the store can be read, run `leerid recover`: it finishes the batch or undoes it"),
        ) from error


def _note_published(run: Run, batch: Batch, file: BatchFile) -> list[str]:
    """Note that a file has its name; returns a warning where another run has the store lock all the time."""
    try:
        with run.store.writing(batch.command, LOCK_SECONDS) as connection:
            batches.note_published(connection, batch.id, file.number)
    except BusyError as error:
        return [not_noted(error)]
    except (StorageError, OSError) as error:
        raise StorageError(
            _("all is done and the ZIP stands at {final}, but the store cannot note it: {why}").format(
                final=file.final, why=error
            ),
            _("make room for the store and run `leerid recover`"),
        ) from error
    return []


def not_noted(error: BusyError) -> str:
    """Return the warning that all is done, but another run has the store lock, so that it cannot be noted."""
    return _("all is done, but the store cannot note it yet ({why}); the next run does").format(
        why=error.message
    )


def publish(file: BatchFile) -> None:
    """Rename a hidden file of a committed batch to its final name.

    Raises UndeliveredError, which names the hidden file, where that is not possible.
    """
    try:
        hit("batch-committed")
        files.publish(file.stage, file.final)
    except OSError as error:
        raise UndeliveredError(
            _("the new passwords count, but their ZIP could not be named {final}: {why}").format(
                final=file.final, why=error.strerror
            ),
            _(
                "it stands as {stage}; make room for its name and run `leerid recover`, "
                "or run `leerid recover --deliver OTHER.zip`"
            ).format(stage=file.stage),
        ) from error
