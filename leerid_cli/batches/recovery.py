"""Recovery of batches whose run was killed: each one is undone, finished or reported as lost.

Every command that makes accounts or passwords calls `recover` first, under the store lock. A batch that another
run is making at the moment is left alone: its lock tells (`store/batch_lock.py`). Recovery may itself be killed at
any point: each step leaves a state from which the next recovery can continue.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from leerid_cli.batches import files
from leerid_cli.batches.delivery import abort, publish
from leerid_cli.errors import NotFoundError, UndeliveredError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchFile, BatchState, FileState
from leerid_cli.model.reports import Problem
from leerid_cli.run import Run
from leerid_cli.runtime.failpoints import hit
from leerid_cli.store import batch_lock, batches
from leerid_cli.store.access import Store
from leerid_cli.store.connection import Connection


def recover(store: Store, connection: Connection, lost: str = "") -> list[str]:
    """Finish or undo every open batch and return one line of text on each; call it under the store lock.

    Lock files that killed runs left are removed.

    Raises UndeliveredError where accounts are committed but a file of theirs is gone or cannot get its name,
    after all other files and batches are settled. It is not raised for the batch with the id `lost`: the caller
    handles that one.
    """
    lines: list[str] = []
    failures: list[tuple[str, UndeliveredError]] = []
    for batch in batches.open_batches(connection):
        if batch_lock.is_live(store.path, batch.id):
            continue
        try:
            lines.append(_settle(connection, batch))
        except UndeliveredError as error:
            failures.append((batch.id, error))
    batch_lock.sweep(store.path)
    failures = [(batch_id, error) for batch_id, error in failures if batch_id != lost]
    if failures:
        _raise([error for _id, error in failures], lines)
    return lines


def settle(run: Run, command: str, lost: str = "") -> list[str]:
    """Do what `recover` does, under the store lock; `command` is the one that wants to write afterwards."""
    with run.store.writing(command) as connection:
        return recover(run.store, connection, lost)


def being_made(store: Store, connection: Connection) -> list[Batch]:
    """Return the open batches that other runs are making at the moment; recovery leaves them alone."""
    return [batch for batch in batches.open_batches(connection) if batch_lock.is_live(store.path, batch.id)]


def _raise(errors: Sequence[UndeliveredError], lines: Sequence[str]) -> NoReturn:
    """Raise the first error, with the others and the lines about settled batches as its problems."""
    first, *others = errors
    said = (*lines, *(f"{error.message}; {error.hint}" for error in others))
    notes = tuple(Problem("batch", line, warning=True) for line in said)
    raise UndeliveredError(first.message, first.hint, (*first.problems, *notes))


def _settle(connection: Connection, batch: Batch) -> str:
    """Finish or undo one batch and return a line about it; raises UndeliveredError."""
    if batch.state == BatchState.INTENT:
        return _undone(batch) if abort(connection, batch) else _not_removed(batch)
    if gone := _publish_all(connection, batch):
        if batches.waiting_for(connection, batch.id):
            _lose(connection, batch, gone)
        batches.set_state(connection, batch.id, BatchState.ACCEPTED, [file.number for file in gone])
        return _(
            "the lost batch {batch} is settled: none of its accounts waits for its passwords any more"
        ).format(batch=batch.id)
    paths = ", ".join(str(file.final) for file in batch.files)
    return _("the interrupted batch {batch} was finished: {final}").format(batch=batch.id, final=paths)


def _publish_all(connection: Connection, batch: Batch) -> list[BatchFile]:
    """Give all files of a committed batch their final names, and return those that are gone.

    Raises UndeliveredError where a file cannot get its name, after all others were tried.
    """
    errors: list[UndeliveredError] = []
    gone: list[BatchFile] = []
    for file in batch.files:
        if file.state is FileState.PUBLISHED:
            continue
        try:
            there = _put_in_place(file)
        except UndeliveredError as error:
            errors.append(error)
            continue
        if there:
            batches.note_published(connection, batch.id, file.number)
        else:
            gone.append(file)
    if errors:
        _raise(errors, ())
    return gone


def _put_in_place(file: BatchFile) -> bool:
    """Give a file of a committed batch its final name if it has not got it yet; False where it is gone.

    Raises UndeliveredError where it cannot get that name.
    """
    if files.digest(file.final) == file.sha256:
        with suppress(OSError):  # where the folder has become read-only, the file is delivered all the same
            files.discard(file.stage)
        return True
    if files.digest(file.stage) != file.sha256:
        return False
    publish(file)
    return True


def _not_removed(batch: Batch) -> str:
    return _(
        "the interrupted batch {batch} made no account, but {stage} cannot be removed yet; it holds passwords that "
        "count nowhere: delete it, or run `leerid recover` once that is possible"
    ).format(batch=batch.id, stage=", ".join(str(file.stage) for file in batch.files))


def _undone(batch: Batch) -> str:
    line = _("the interrupted batch {batch} was undone; it made and changed no account").format(
        batch=batch.id
    )
    for file in batch.files:
        if not file.stage.parent.is_dir():
            line += "; " + _("if {stage} is on a disk that is not here now, delete it there").format(
                stage=file.stage
            )
    return line


def _lose(connection: Connection, batch: Batch, gone: Sequence[BatchFile]) -> NoReturn:
    if batch.state != BatchState.LOST:
        hit("batch-lost")
        batches.set_state(connection, batch.id, BatchState.LOST, [file.number for file in gone])
    raise UndeliveredError(
        _("the ZIP of batch {batch} with {n} accounts is gone from {final}").format(
            batch=batch.id, n=batch.accounts, final=", ".join(str(file.final) for file in gone)
        ),
        _(
            "put it back there and run `leerid recover`; if it is gone for good, "
            "`leerid recover --reissue {batch}` makes new passwords and cards for its accounts; "
            "if its cards were printed already, run `leerid recover --accept {batch}`"
        ).format(batch=batch.id),
    )


def lost(connection: Connection, wanted: str) -> Batch:
    """Return the lost batch with the id `wanted`; raises NotFoundError where no lost batch has it."""
    batch = next((batch for batch in batches.open_batches(connection) if batch.id == wanted), None)
    if batch is None or batch.state != BatchState.LOST:
        raise NotFoundError(
            _("no lost batch {batch}").format(batch=wanted),
            _("`leerid recover` names the batches whose ZIP is gone"),
        )
    return batch
