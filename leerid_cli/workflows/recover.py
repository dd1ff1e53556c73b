"""`recover`: finishes interrupted batches, or settles one as the operator decides.

The recovery that other commands share is in `batches/recovery.py`; `--reissue` is in `reissue_lost.py`.
"""

from __future__ import annotations

from pathlib import Path

from leerid_cli.batches import files
from leerid_cli.batches.recovery import being_made, lost, recover
from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import BatchState, FileState
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import batch_lock, batches, history
from leerid_cli.store.connection import Connection, transaction


def run_recover(run: Run, accept: str, deliver_to: Path | None) -> Report:
    """Finish or undo interrupted batches and return the report.

    `accept` is the id of a lost batch to leave as it is, '' for none; `deliver_to` is another name, in the same
    folder, for the one ZIP that waits for delivery. Raises NotFoundError where no lost batch has that id;
    RefusedError where not exactly one ZIP waits, or the new name is in another folder; UndeliveredError where a
    batch still needs the operator.
    """
    with run.store.writing("recover") as connection:
        lines = []
        if accept:
            lines.append(_accept(run, connection, accept))
        if deliver_to is not None:
            _redirect(run, connection, deliver_to)
        lines += recover(run, connection)
        made = [
            _("batch {batch} is being made by another run").format(batch=batch.id)
            for batch in being_made(run.store, connection)
        ]
    summary = plural("{n} batch settled", "{n} batches settled", len(lines)).format(n=len(lines))
    return Report("recover", summary, counts={"settled": len(lines)}, notes=(*lines, *made))


def _accept(run: Run, connection: Connection, wanted: str) -> str:
    batch = lost(connection, wanted)
    batches.set_state(connection, batch.id, BatchState.ACCEPTED)
    with transaction(connection):
        history.record(
            connection, run.now, [(None, HistoryEvent.BATCH_ACCEPTED, {"batch": batch.id})], run.reason
        )
    return _(
        "batch {batch} is accepted as it is: its accounts stay, its ZIP is not looked for any more"
    ).format(batch=batch.id)


def _redirect(run: Run, connection: Connection, deliver_to: Path) -> None:
    waiting = [
        (batch, file)
        for batch in batches.open_batches(connection)
        for file in batch.files
        if batch.state is BatchState.COMMITTED
        and file.state is FileState.STAGED
        and not batch_lock.is_live(run.store.path, batch.id)
    ]
    if len(waiting) != 1:
        raise RefusedError(_("{n} ZIPs wait for delivery; --deliver is for one").format(n=len(waiting)))
    ((batch, file),) = waiting
    final = files.final_path(deliver_to, run.today, batch.id)
    if final.parent != file.stage.parent:
        raise RefusedError(
            _("the ZIP can only get a name in its own folder {folder}").format(folder=file.stage.parent)
        )
    batches.move(connection, batch.id, file.number, final)
