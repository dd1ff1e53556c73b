"""What happens to the batches of runs that were killed: undone, finished, or called lost.

Whoever writes to the store next calls `recover` first, under the lock. It may itself be killed anywhere, any
number of times: each step leaves a state that the next recovery starts from.
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
    """Finish or undo every batch that a killed run left open, and say what was done; call it under the lock.

    Raises UndeliveredError, once all others are settled, where accounts are committed and their ZIP is gone
    or has no place; not about the batch `lost`, which the caller deals with.
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
        abort(connection, batch)
        return _undone(batch)
    if files.digest(final) == batch.sha256:
        with suppress(OSError):  # a folder that is read-only by now: the ZIP stands there all the same
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
    """Return a batch whose ZIP is gone; raises NotFoundError where there is none of that id."""
    batch = next((batch for batch in batches.open_batches(connection) if batch.id == wanted), None)
    if batch is None or batch.state != BatchState.LOST:
        raise NotFoundError(
            _("no lost batch {batch}").format(batch=wanted),
            _("`leerid recover` names the batches whose ZIP is gone"),
        )
    return batch
