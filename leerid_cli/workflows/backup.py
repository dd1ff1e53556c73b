"""`backup` copies the whole store to one file; `restore` puts such a copy in the place of the store.

A username that was given out after the backup stays taken after `restore`, so it is never given out twice.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from leerid_cli.batches.files import digest
from leerid_cli.errors import InputError, LeeridError, RefusedError, StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.model.history import HistoryEvent
from leerid_cli.model.people import Account, SuspendedBy
from leerid_cli.model.reports import Problem, Report
from leerid_cli.run import Run
from leerid_cli.runtime import signals
from leerid_cli.store import backups, batch_lock, batches, history, register, usernames
from leerid_cli.store import connection as store
from leerid_cli.store.accounts import number_of_accounts
from leerid_cli.workflows.adopt import run_adopt
from leerid_cli.workflows.adoption_outcome import AdoptOptions

COUNTS = ("adopted", "updated", "unchanged", "rejected")


def run_backup(run: Run, target: Path) -> Report:
    """Copy the store to a new file of mode 0600, with a note in the history; raises StorageError."""
    with run.store.writing("backup") as connection:
        backups.copy(connection, target)
        with store.transaction(connection):
            history.record(
                connection, run.now, [(None, HistoryEvent.BACKUP, {"file": target.name})], run.reason
            )
        number = number_of_accounts(connection)
    summary = plural("{n} account copied to {path}", "{n} accounts copied to {path}", number)
    note = _("keep it as safe as the store, and the key file {path} apart from it").format(
        path=run.settings.key_file
    )
    return Report(
        "backup", summary.format(n=number, path=target), counts={"accounts": number}, output=str(target),
        notes=(note,),
    )  # fmt: skip


def run_restore(run: Run, source: Path, bundles: Path | None, on: date) -> Report:
    """Replace the store by the backup `source`, and adopt accounts made after it from the ZIPs in `bundles`.

    `bundles` is a folder, or None; `on` is the reference date for the status of pupils. The replaced store is
    first copied to the backup folder, and its usernames stay taken. What was lost with it is reported as
    problems. Raises, with nothing changed, StorageError where `source` is not an undamaged store; InputError
    where the folder `bundles` does not exist; RefusedError where `source` is the store itself, or the answer is
    no.
    """
    store.refuse_damaged(source)
    files = _bundles(bundles) if bundles else ()
    created = not run.store.exists()
    if run.store.exists() and source.samefile(run.store.path):
        raise RefusedError(_("{path} is the store itself").format(path=source))
    question = _("Replace the store {store} by {backup}?").format(store=run.store.path, backup=source)
    if not created and not run.confirm(question):
        raise RefusedError(_("nothing was done"))
    with run.store.locked("restore", migrate=False):
        batch_lock.refuse_live(run.store.path)
        former = _accounts(run)
        kept, notes = _set_aside(run)
        _replace(run, source, kept)
    with run.store.reading() as connection:
        number = number_of_accounts(connection)
        known = batches.digests(connection)
    restored = _accounts(run)
    report = _take_back(run, [file for file in files if digest(file) not in known], on)
    summary = plural("{n} account restored", "{n} accounts restored", number).format(n=number)
    if bundles:
        summary += ", " + _("{n} taken back from ZIPs").format(
            n=report.counts["adopted"] + report.counts["updated"]
        )
    announcement = _("a new store was made: {path}").format(path=run.store.path)
    undone = tuple(_undone(former, restored, _accounts(run)))
    return replace(
        report,
        summary=summary,
        status="partial" if undone else report.status,
        problems=(*report.problems, *undone),
        counts={"accounts": number, **report.counts},
        notes=(*notes, *report.notes),
        announcements=(announcement,) if created else (),
    )


def _accounts(run: Run) -> dict[str, Account]:
    """Return the accounts of the store by username; empty where there is no store or it cannot be read."""
    try:
        with closing(store.connect(run.store.path, write=False)) as connection:
            persons = register.persons(connection)
    except LeeridError:
        return {}
    return {person.account.username: person.account for person in persons if person.account}


def _undone(
    former: Mapping[str, Account], restored: Mapping[str, Account], now: Mapping[str, Account]
) -> Iterator[Problem]:
    """Yield a problem for each account, password or suspension by hand that was lost with the replaced store.

    `former` are its accounts, `restored` those of the backup, `now` those after ZIPs were adopted; all are by
    username. A password that a ZIP brought back is not lost.
    """
    for username, account in former.items():
        found, backed_up = now.get(username), restored.get(username)
        if found is None:
            message = _(
                "the account {username} is not in the backup: its cards are worthless, and it is made anew"
            )
            yield Problem("account-undone", message.format(username=username))
            continue
        same = backed_up is not None and found.password_hash == backed_up.password_hash
        if same and found.password_hash != account.password_hash:
            message = _(
                "the password of {username} is that of the backup: cards made since then are worthless"
            )
            yield Problem("password-undone", message.format(username=username))
        if account.suspended is SuspendedBy.HAND and not found.suspended:
            message = _("{username} was suspended by hand and is not any more: `leerid suspend {username}`")
            yield Problem("suspension-undone", message.format(username=username))


def _set_aside(run: Run) -> tuple[dict[str, int | None], list[str]]:
    """Keep a copy of the present store; returns its usernames with their owners, and notes for the report.

    A store that cannot be read is kept as it is, under another name.
    """
    if not run.store.exists():
        return {}, []
    try:
        with closing(store.connect(run.store.path, write=True)) as connection:
            path = backups.automatic(connection, run.store.path, "before-restore")
            return usernames.owners(connection), [_("the store as it was: {path}").format(path=path)]
    except StorageError as error:
        path = backups.folder(run.store.path) / f"damaged-{run.now.strftime('%Y%m%dT%H%M%S')}.store"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.link(run.store.path, path)
        return {}, [
            _("the store as it was could not be read ({why}); it stands as {path}").format(
                why=error.message, path=path
            ),
            _(
                "usernames given out since the backup are not known: `leerid reserve FILE` keeps them from being reused"
            ),
        ]


def _replace(run: Run, source: Path, taken: dict[str, int | None]) -> None:
    """Build the new store under another name, complete and checked, then rename it over the old one.

    `taken` are the usernames of the old store with their owners: they stay taken.
    """
    part = run.store.path.with_name(f".{run.store.path.name}.{os.getpid()}.restored")
    try:
        with closing(store.connect_for_copy(source)) as backup:
            backups.copy(backup, part)
        with (
            closing(store.connect(part, write=True, backup=False)) as connection,
            store.transaction(connection),
        ):
            usernames.keep_taken(connection, taken, run.now)
            history.record(
                connection, run.now, [(None, HistoryEvent.RESTORED, {"from": source.name})], run.reason
            )
        store.refuse_damaged(part)
        signals.check()
        with signals.deferred():
            backups.put_back(part, run.store.path)
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            left.unlink(missing_ok=True)


def _bundles(folder: Path) -> Sequence[Path]:
    """Return the ZIPs in a folder, oldest first; raises InputError where there is no such folder."""
    if not folder.is_dir():
        raise InputError(_("there is no folder {folder}").format(folder=folder))
    return sorted((file for file in folder.glob("*.zip") if zipfile.is_zipfile(file)), key=_made)


def _made(file: Path) -> tuple[tuple[int, ...], str]:
    with zipfile.ZipFile(file) as archive:
        return max((info.date_time for info in archive.infolist()), default=(0,)), file.name


def _take_back(run: Run, files: Sequence[Path], on: date) -> Report:
    """Adopt the accounts of ZIPs, the latest last, so that its passwords hold; an unusable ZIP is a problem."""
    counts = dict.fromkeys(COUNTS, 0)
    problems: list[Problem] = []
    notes: list[str] = []
    for file in files:
        try:
            done = run_adopt(run, [str(file)], on, AdoptOptions())
        except LeeridError as error:
            problems.append(Problem("bundle", error.message.removeprefix(f"{file}: "), str(file)))
            continue
        counts = {name: counts[name] + done.counts[name] for name in COUNTS}
        problems += [problem for problem in done.problems if not problem.warning]
        notes += done.notes
    return Report(
        "restore", "", "partial" if problems else "ok", counts, problems=tuple(problems), notes=tuple(notes)
    )
