"""Recovery of batches whose run was killed: each one is undone, finished or reported as lost.

Every command that makes accounts or passwords calls `recover` first, under the store lock. Recovery may itself be
killed at any point: each step leaves a state from which the next recovery can continue.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from leerid_cli.batches import files
from leerid_cli.batches.delivery import abort, publish
from leerid_cli.errors import NotFoundError, UndeliveredError
from leerid_cli.i18n import _
from leerid_cli.model.batches import Batch, BatchState
from leerid_cli.model.reports import Problem
from leerid_cli.runtime.failpoints import hit
from leerid_cli.store import batches
from leerid_cli.store.connection import Connection


def recover(connection: Connection, lost: str = "") -> list[str]:
    """Finish or undo every open batch and return one line of text on each; call it under the store lock.

    Raises UndeliveredError where accounts are committed but their ZIP is gone or cannot get its name, after all
    other batches are settled. It is not raised for the batch with the id `lost`: the caller handles that one.
    """
    lines: list[str] = []
    failures: list[tuple[str, UndeliveredError]] = []
    for batch in batches.open_batches(connection):
        try:
            lines.append(_settle(connection, batch))
        except UndeliveredError as error:
            failures.append((batch.id, error))
    failures = [(batch_id, error) for batch_id, error in failures if batch_id != lost]
    if failures:
        (_id, first), *others = failures
        said = (*lines, *(f"{error.message}; {error.hint}" for _id, error in others))
        notes = tuple(Problem("batch", line, warning=True) for line in said)
        raise UndeliveredError(first.message, first.hint, notes)
    return lines


def _settle(connection: Connection, batch: Batch) -> str:
    stage, final = Path(batch.stage), Path(batch.final)
    if batch.state == BatchState.INTENT:
        return _undone(batch) if abort(connection, batch) else _not_removed(batch)
    if files.digest(final) == batch.sha256:
        with suppress(OSError):  # where the folder has become read-only, the ZIP is delivered all the same
            files.discard(stage)
    elif files.digest(stage) == batch.sha256:
        publish(stage, final)
    elif not batches.waiting_for(connection, batch.id):
        batches.set_state(connection, batch.id, BatchState.ACCEPTED)
        return _(
            "the lost batch {batch} is settled: none of its accounts waits for its passwords any more"
        ).format(batch=batch.id)
    else:
        _lose(connection, batch)
    batches.set_state(connection, batch.id, BatchState.DELIVERED)
    return _("the interrupted batch {batch} was finished: {final}").format(batch=batch.id, final=final)


def _not_removed(batch: Batch) -> str:
    return _(
        "the interrupted batch {batch} made no account, but {stage} cannot be removed yet; it holds passwords that "
        "count nowhere: delete it, or run `leerid recover` once that is possible"
    ).format(batch=batch.id, stage=batch.stage)


def _undone(batch: Batch) -> str:
    line = _("the interrupted batch {batch} was undone; it made and changed no account").format(
        batch=batch.id
    )
    if not Path(batch.stage).parent.is_dir():
        line += "; " + _("if {stage} is on a disk that is not here now, delete it there").format(
            stage=batch.stage
        )
    return line


def _lose(connection: Connection, batch: Batch) -> NoReturn:
    if batch.state != BatchState.LOST:
        hit("batch-lost")
        batches.set_state(connection, batch.id, BatchState.LOST)
    raise UndeliveredError(
        _("the ZIP of batch {batch} with {n} accounts is gone from {final}").format(
            batch=batch.id, n=batch.accounts, final=batch.final
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
