"""The order in which the ZIP and the accounts of a batch are written (docs/design.md, step 5 of `bulk-create`).

The ZIP and the database cannot be committed together. So the ZIP is first written to a hidden file (staged) and
synced to disk, then the accounts are committed, and then the ZIP gets its final name. Whenever the run is killed,
either no account was made, or a complete ZIP exists under its hidden or its final name, for recovery to find.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from leerid_cli.batches import files
from leerid_cli.batches.output import Output, Prepared
from leerid_cli.errors import StorageError, UndeliveredError, UsageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchState
from leerid_cli.rules.passwords import UNAMBIGUOUS
from leerid_cli.run import Run
from leerid_cli.runtime import new_file, signals
from leerid_cli.runtime.failpoints import hit
from leerid_cli.store import batches
from leerid_cli.store.connection import Connection

_ID_LENGTH = 6


@dataclass
class Staging:
    """The output of a batch while it is made: the path of its hidden file, and what was written to it so far."""

    stage: Path
    prepared: Prepared | None = None


def final_path(output: Path | None, run: Run, batch: str) -> Path:
    """Return the path that the ZIP of a batch will get, from the option --output (None: the working folder).

    Raises StorageError where that file exists already or its folder does not, UsageError for `-`: a ZIP never
    goes to standard output (docs/contract.md §2).
    """
    name = f"leerid-{run.today.isoformat()}-{batch}.zip"
    if output is not None and str(output) == "-":
        raise UsageError(
            _("passwords are never written to standard output"), _("give --output FILE or FOLDER")
        )
    path = (output or Path()).absolute()
    if path.is_dir():
        path = path / name
    new_file.check(path)
    return path


def new_batch(run: Run, command: str, output: Path | None, accounts: int) -> Batch:
    """Return a batch of `command` with a new random id; nothing is written yet. Raises what `final_path` raises.

    `accounts` is the number of accounts in the batch.
    """
    batch_id = "".join(secrets.choice(UNAMBIGUOUS) for _index in range(_ID_LENGTH))
    final = final_path(output, run, batch_id)
    return Batch(
        batch_id, command, BatchState.INTENT, str(files.stage_path(final, batch_id)), str(final), accounts
    )


@contextmanager
def staging(run: Run, connection: Connection, batch: Batch, output: Output) -> Iterator[Staging]:
    """Record a batch as intended and yield its Staging; the block makes the output and sets `Staging.prepared`.

    After the block the output is read back with `Output.verify`. From then on signals no longer stop the run, and
    the caller must call `deliver`. An error or a signal before that point undoes the batch: no account and no
    file of it is left. Raises StorageError where the output cannot be written or does not read back. Call it
    under the store lock.
    """
    made = Staging(Path(batch.stage))
    try:
        batches.intend(connection, batch, run.now)
        with _disk_errors_as_storage_errors():
            hit("batch-intended")
            yield made
            hit("batch-made")
            output.verify(_prepared(made))
            hit("batch-verified")
        signals.check()
        signals.no_way_back()
    except BaseException:
        abort(connection, batch)
        raise


def _prepared(made: Staging) -> Prepared:
    assert made.prepared is not None  # noqa: S101 - the block of `staging` sets it
    return made.prepared


@contextmanager
def _disk_errors_as_storage_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            _("the cards cannot be made: {why}").format(why=error.strerror or error),
            _("no account was made and no password changed; is there room in the temporary folder?"),
        ) from error


def deliver(
    connection: Connection, batch: Batch, made: Staging, write: Callable[[Connection, Batch], None]
) -> Path:
    """Commit a staged batch, give its ZIP the final name, and return that path.

    `write` is the commit point: one transaction that writes the accounts and marks the batch as committed.
    Raises UndeliveredError where the accounts are committed but the ZIP could not get its name; StorageError
    where the store cannot tell whether the commit succeeded, or cannot record the delivery (`leerid recover`
    settles both); and what `write` raises, after the batch was undone.
    """
    prepared = _prepared(made)
    batch = replace(batch, sha256=prepared.sha256, size=prepared.size)
    _commit(connection, batch, write)
    publish(Path(batch.stage), Path(batch.final))
    _note_delivered(connection, batch)
    return Path(batch.final)


def abort(connection: Connection, batch: Batch) -> bool:
    """Remove the hidden file of a batch that was not committed, mark the batch as aborted, and tell whether it is.

    Errors of the disk or the store are ignored: recovery in the next run tries again.
    """
    with signals.deferred(), suppress(OSError, StorageError):
        files.discard(Path(batch.stage))
        hit("batch-discarded")
        batches.set_state(connection, batch.id, BatchState.ABORTED)
        return True
    return False


def _commit(connection: Connection, batch: Batch, write: Callable[[Connection, Batch], None]) -> None:
    """Call `write`, and undo the batch where it did not commit.

    An error from COMMIT does not tell whether the transaction was committed, so the store is asked.
    """
    try:
        write(connection, batch)
    except BaseException:
        if _is_committed(connection, batch):
            return
        abort(connection, batch)
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


def _note_delivered(connection: Connection, batch: Batch) -> None:
    try:
        batches.set_state(connection, batch.id, BatchState.DELIVERED)
    except (StorageError, OSError) as error:
        raise StorageError(
            _("all is done and the ZIP stands at {final}, but the store cannot note it: {why}").format(
                final=batch.final, why=error
            ),
            _("make room for the store and run `leerid recover`"),
        ) from error


def publish(stage: Path, final: Path) -> None:
    """Rename the hidden file of a committed batch to its final name.

    Raises UndeliveredError, which names the hidden file, where that is not possible.
    """
    try:
        hit("batch-committed")
        files.publish(stage, final)
    except OSError as error:
        raise UndeliveredError(
            _("the new passwords count, but their ZIP could not be named {final}: {why}").format(
                final=final, why=error.strerror
            ),
            _(
                "it stands as {stage}; make room for its name and run `leerid recover`, "
                "or run `leerid recover --deliver OTHER.zip`"
            ).format(stage=stage),
        ) from error
