"""The order of side effects of a delivery, and its recovery.

Two files cannot be committed together, so one commits and the other can be recovered: the bundle
is staged and durable before the accounts are committed, and gets its name after. Whatever kills
the run, either no account exists, or a complete bundle stands at its stage or its final name.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from leerid_cli.delivery import staging
from leerid_cli.errors import NotFoundError, RefusedError, StorageError, UndeliveredError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import Batch, BatchState, IssuedAccount
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.reports import Problem, Report
from leerid_cli.rules.passwords import UNAMBIGUOUS
from leerid_cli.runtime import new_file, signals
from leerid_cli.runtime.failpoints import hit
from leerid_cli.store import ledger, register
from leerid_cli.store.connection import Connection, transaction
from leerid_cli.workflows.run import Run

_ID_LENGTH = 6


@dataclass(frozen=True)
class Bundle:
    """A staged bundle: its SHA-256 and size, the accounts whose passwords it holds, and how to read it back."""

    sha256: str
    size: int
    accounts: Sequence[IssuedAccount]
    verify: Callable[[Path], None]


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
        batch_id, command, BatchState.INTENT, str(staging.stage_path(final, batch_id)), str(final), accounts
    )


def deliver(
    run: Run,
    connection: Connection,
    batch: Batch,
    make: Callable[[Path], Bundle],
    write: Callable[[Connection, Batch, Sequence[IssuedAccount], datetime, str], None] = ledger.commit,
) -> Path:
    """Make, stage, commit and publish a batch; returns where its ZIP stands.

    `make` writes the bundle to its stage, a new file that is durable when it returns.
    `write` is the commit point: one transaction that also marks the batch as committed.
    Call it under the lock. An error or signal before the commit leaves no account and no file.
    Raises UndeliveredError where accounts are committed but their ZIP could not get its name.
    """
    try:
        ledger.intend(connection, batch, run.now)
        bundle = _staged(batch, make)
        batch = replace(batch, sha256=bundle.sha256, size=bundle.size)
        signals.check()
        signals.no_way_back()
    except BaseException:
        _abort(connection, batch)
        raise
    _commit(connection, batch, lambda: write(connection, batch, bundle.accounts, run.now, run.reason))
    _publish(Path(batch.stage), Path(batch.final))
    _note_delivered(connection, batch)
    return Path(batch.final)


def _staged(batch: Batch, make: Callable[[Path], Bundle]) -> Bundle:
    """Have the bundle made and staged, and read it back; raises StorageError where the disk does not let it."""
    hit("batch-intended")
    try:
        bundle = make(Path(batch.stage))
        hit("batch-made")
        bundle.verify(Path(batch.stage))
        hit("batch-verified")
    except OSError as error:
        raise StorageError(
            _("the cards cannot be made: {why}").format(why=error.strerror or error),
            _("no account was made and no password changed; is there room in the temporary folder?"),
        ) from error
    return bundle


def _abort(connection: Connection, batch: Batch) -> None:
    """Undo a batch that was not committed; where the disk does not let it, the next run tries again."""
    with signals.deferred(), suppress(OSError, StorageError):
        staging.discard(Path(batch.stage))
        hit("batch-discarded")
        ledger.set_state(connection, batch.id, BatchState.ABORTED)


def _commit(connection: Connection, batch: Batch, write: Callable[[], None]) -> None:
    """Commit; an error from the COMMIT itself says nothing, so the store is asked what it holds."""
    try:
        write()
    except BaseException:
        if _is_committed(connection, batch):
            return
        _abort(connection, batch)
        raise


def _is_committed(connection: Connection, batch: Batch) -> bool:
    """Ask the store after a failed commit; raises StorageError where it cannot tell."""
    try:
        return ledger.state(connection, batch.id) == BatchState.COMMITTED
    except StorageError as error:
        raise StorageError(
            _("{why}; whether the accounts of batch {batch} count is not known yet").format(
                why=error.message, batch=batch.id
            ),
            _("once the store can be read, run `leerid recover`: it finishes the batch or undoes it"),
        ) from error


def _note_delivered(connection: Connection, batch: Batch) -> None:
    try:
        ledger.set_state(connection, batch.id, BatchState.DELIVERED)
    except (StorageError, OSError) as error:
        raise StorageError(
            _("all is done and the ZIP stands at {final}, but the store cannot note it: {why}").format(
                final=batch.final, why=error
            ),
            _("make room for the store and run `leerid recover`"),
        ) from error


def _publish(stage: Path, final: Path) -> None:
    try:
        hit("batch-committed")
        staging.publish(stage, final)
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


def recover(connection: Connection, lost: str = "") -> list[str]:
    """Finish or undo every batch that a killed run left open, and say what was done; call it under the lock.

    Raises UndeliveredError, once all others are settled, where accounts are committed and their ZIP is gone
    or has no place; not about the batch `lost`, which the caller deals with.
    """
    lines: list[str] = []
    failures: list[tuple[str, UndeliveredError]] = []
    for batch in ledger.open_batches(connection):
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
        _abort(connection, batch)
        return _undone(batch)
    if staging.digest(final) == batch.sha256:
        with suppress(OSError):  # a folder that is read-only by now: the ZIP stands there all the same
            staging.discard(stage)
    elif staging.digest(stage) == batch.sha256:
        _publish(stage, final)
    elif not ledger.waiting_for(connection, batch.id):
        ledger.set_state(connection, batch.id, BatchState.ACCEPTED)
        return _(
            "the lost batch {batch} is settled: none of its accounts waits for its passwords any more"
        ).format(batch=batch.id)
    else:
        _lose(connection, batch)
    ledger.set_state(connection, batch.id, BatchState.DELIVERED)
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
        ledger.set_state(connection, batch.id, BatchState.LOST)
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


def run_recover(run: Run, accept: str, deliver_to: Path | None) -> Report:
    """Carry out `leerid recover`: finish what was interrupted, or settle a batch by the operator's word.

    `accept` names a lost batch to settle as it is; with `deliver_to` a committed ZIP gets that name.
    """
    with run.writing("recover") as connection:
        lines = []
        if accept:
            lines.append(_accept(run, connection, accept))
        if deliver_to is not None:
            _redirect(run, connection, deliver_to)
        lines += recover(connection)
    summary = plural("{n} batch settled", "{n} batches settled", len(lines)).format(n=len(lines))
    return Report("recover", summary, counts={"settled": len(lines)}, notes=tuple(lines))


def lost(connection: Connection, wanted: str) -> Batch:
    """Return a batch whose ZIP is gone; raises NotFoundError where there is none of that id."""
    batch = next((batch for batch in ledger.open_batches(connection) if batch.id == wanted), None)
    if batch is None or batch.state != BatchState.LOST:
        raise NotFoundError(
            _("no lost batch {batch}").format(batch=wanted),
            _("`leerid recover` names the batches whose ZIP is gone"),
        )
    return batch


def _accept(run: Run, connection: Connection, wanted: str) -> str:
    batch = lost(connection, wanted)
    ledger.set_state(connection, batch.id, BatchState.ACCEPTED)
    with transaction(connection):
        register.record(
            connection, run.now, [(None, HistoryEvent.BATCH_ACCEPTED, {"batch": batch.id})], run.reason
        )
    return _(
        "batch {batch} is accepted as it is: its accounts stay, its ZIP is not looked for any more"
    ).format(batch=batch.id)


def _redirect(run: Run, connection: Connection, deliver_to: Path) -> None:
    waiting = [batch for batch in ledger.open_batches(connection) if batch.state == BatchState.COMMITTED]
    if len(waiting) != 1:
        raise RefusedError(_("{n} batches wait for delivery; --deliver is for one").format(n=len(waiting)))
    stage = Path(waiting[0].stage)
    final = final_path(deliver_to, run, waiting[0].id)
    if final.parent != stage.parent:
        raise RefusedError(
            _("the ZIP can only get a name in its own folder {folder}").format(folder=stage.parent)
        )
    ledger.move(connection, waiting[0].id, str(final))
