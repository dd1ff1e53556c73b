"""The checks of `doctor` on batches: which are open, and whether the store knows the ZIPs that were delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from leerid_cli.i18n import _
from leerid_cli.model.batches import BatchState
from leerid_cli.store import batch_lock, batches
from leerid_cli.store.connection import Connection
from leerid_cli.workflows.findings import Finding

_BUNDLE = re.compile(r"leerid-\d{4}-\d\d-\d\d-([a-z0-9]{6})\.zip")


def open_batches(connection: Connection, path: Path) -> Iterator[Finding]:
    """Yield a finding for each open batch of the store at `path`, or that there is none."""
    open_ = batches.open_batches(connection)
    for batch in open_:
        if batch_lock.is_live(path, batch.id):
            yield Finding(
                "batches", True, _("batch {batch} is being made by another run").format(batch=batch.id)
            )
            continue
        what = {
            BatchState.INTENT: _("batch {batch} was interrupted before it made an account"),
            BatchState.COMMITTED: _("batch {batch}: its accounts count, but its ZIP was not put in place"),
            BatchState.LOST: _("batch {batch}: its accounts count, and its ZIP is gone"),
        }[batch.state]
        yield Finding("batches", False, what.format(batch=batch.id), _("run `leerid recover`"))
    if not open_:
        yield Finding("batches", True, _("every batch was delivered or settled"))


def older_than_its_bundles(connection: Connection) -> Iterator[Finding]:
    """Yield a bad finding for each ZIP in the folders of deliveries that this store did not make.

    Then the store may be an older copy. A delivered ZIP that is gone is no fault: it may have been moved.
    """
    delivered = batches.final_paths(connection)
    known = {batch for batch, _path in delivered}
    folders = {path.parent for _batch, path in delivered}
    strangers = [
        path
        for folder in sorted(folders)
        for path in sorted(folder.glob("leerid-*.zip"))
        if (named := _BUNDLE.fullmatch(path.name)) and named[1] not in known
    ]
    for path in strangers:
        yield Finding(
            "batches",
            False,
            _(
                "the store knows nothing of {path}: it is older than that ZIP, or the ZIP is another store's"
            ).format(path=path),
            _(
                "if an older copy of the store was put back: `leerid restore BACKUP --bundles {folder}`"
            ).format(folder=path.parent),
        )
