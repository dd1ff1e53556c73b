"""The order of side effects of a delivery.

Two files cannot be committed together, so one commits and the other can be recovered: the bundle
is staged and durable before the accounts are committed, and gets its name after. Whatever kills
the run, either no account exists, or a complete bundle stands at its stage or its final name.
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
    """A batch whose output is being prepared: where it is to be staged, and what came of it."""

    stage: Path
    prepared: Prepared | None = None


def final_path(output: Path | None, run: Run, batch: str) -> Path:
    """Return where the ZIP will stand; raises StorageError where something stands there, UsageError for `-`."""
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
    """Return a batch with an id of its own, of which nothing is there yet; raises what `final_path` raises."""
    batch_id = "".join(secrets.choice(UNAMBIGUOUS) for _sign in range(_ID_LENGTH))
    final = final_path(output, run, batch_id)
    return Batch(
        batch_id, command, BatchState.INTENT, str(files.stage_path(final, batch_id)), str(final), accounts
    )


@contextmanager
def staging(run: Run, connection: Connection, batch: Batch, output: Output) -> Iterator[Staging]:
    """Note that a batch is intended, and have its output prepared in the block, which sets `prepared`.

    After the block what was prepared is read back. From then on no signal interrupts the run, and `deliver`
    must follow. An error or signal before undoes the batch: no account and no file is left of it. Raises
    StorageError where the disk does not let the output be made. Call it under the lock.
    """
    made = Staging(Path(batch.stage))
    try:
        batches.intend(connection, batch, run.now)
        with _disk_explained():
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
def _disk_explained() -> Iterator[None]:
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
    """Commit a staged batch and publish its output; returns where its ZIP stands.

    `write` is the commit point: one transaction that also marks the batch as committed.
    Raises UndeliveredError where accounts are committed but their ZIP could not get its name.
    """
    prepared = _prepared(made)
    batch = replace(batch, sha256=prepared.sha256, size=prepared.size)
    _commit(connection, batch, write)
    publish(Path(batch.stage), Path(batch.final))
    _note_delivered(connection, batch)
    return Path(batch.final)


def abort(connection: Connection, batch: Batch) -> None:
    """Undo a batch that was not committed; where the disk does not let it, the next run tries again."""
    with signals.deferred(), suppress(OSError, StorageError):
        files.discard(Path(batch.stage))
        hit("batch-discarded")
        batches.set_state(connection, batch.id, BatchState.ABORTED)


def _commit(connection: Connection, batch: Batch, write: Callable[[Connection, Batch], None]) -> None:
    """Commit; an error from the COMMIT itself says nothing, so the store is asked what it holds."""
    try:
        write(connection, batch)
    except BaseException:
        if _is_committed(connection, batch):
            return
        abort(connection, batch)
        raise


def _is_committed(connection: Connection, batch: Batch) -> bool:
    """Ask the store after a failed commit; raises StorageError where it cannot tell."""
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
    """Give a staged ZIP of a committed batch its name; raises UndeliveredError saying where it stands."""
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
