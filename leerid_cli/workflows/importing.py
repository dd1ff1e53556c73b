"""`import`: enrolment files in, the register brought in line; no username or password is ever touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from leerid_cli import interrupts
from leerid_cli.errors import InputError, StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.intake import plan as planning
from leerid_cli.model import Person, Report, SyncPlan
from leerid_cli.store import connection as store
from leerid_cli.store import keys, ledger, register
from leerid_cli.workflows import rejects, sources
from leerid_cli.workflows.run import Run
from leerid_cli.workflows.sources import ImportOptions, Intake


def run_import(run: Run, files: Sequence[str], options: ImportOptions) -> Report:
    """Import the files as one list in one transaction; raises InputError when nothing in them can be used."""
    contents = [(sources.name(file), sources.content(file)) for file in files]
    names = [name for name, _data in contents]
    if options.rejects is not None:
        rejects.check(options.rejects, run, files)
    with nullcontext() if options.dry_run else run.locked("import"):
        key, make_key = _key(run, options)
        intake = sources.read(run, contents, options, key)
        with rejects.kept(options, intake):
            _refuse_useless(intake, options, names)
        plan = planning.plan(intake.rows, _register(run, options))
        with rejects.kept(options, intake, plan.problems):
            _refuse_held(plan, options)
        created = not options.dry_run and not run.store.exists()
        if not options.dry_run:
            with _store(run, key, make_key, options) as connection, interrupts.held_back():
                register.apply(connection, plan, run.now, names, run.reason)
                if options.rejects is not None:
                    rejects.write(options.rejects, intake, plan.problems)
        return _report(run, intake, plan, options, created=created)


def _key(run: Run, options: ImportOptions) -> tuple[bytes, bool]:
    """Return the key for official numbers, and whether its file is still to be made."""
    key = keys.load(run.settings.key_file)
    if run.store.exists():
        with run.reading() as connection:
            wanted = ledger.meta(connection, "key_fingerprint")
        lost = wanted and (key is None or keys.fingerprint(key) != wanted)
        if lost and not options.new_key:
            raise StorageError(
                _("the key of this store is not in {path}: official numbers cannot be compared").format(
                    path=run.settings.key_file
                ),
                _(
                    "put the key file back from a backup; if it is lost for good, import once with --new-key: "
                    "numbers are then hashed afresh from the file, and pupils are matched on school and "
                    "stamnummer until then"
                ),
            )
    return (keys.new(), True) if key is None else (key, False)


def _register(run: Run, options: ImportOptions) -> list[Person]:
    """Return who is registered; under a new key nobody's number is known until the file tells it."""
    if not run.store.exists():
        return []
    with run.reading() as connection:
        persons = register.persons(connection)
    return [replace(person, official_hash="") for person in persons] if options.new_key else persons


@contextmanager
def _store(run: Run, key: bytes, make_key: bool, options: ImportOptions) -> Iterator[store.Connection]:
    """Open the store for writing, or make it; its key too, and note under which key numbers are hashed."""
    if make_key:
        keys.save(run.settings.key_file, key)
    connection = store.connect(run.store, write=True) if run.store.exists() else store.create(run.store)
    try:
        if options.new_key or not ledger.meta(connection, "key_fingerprint"):
            with store.transaction(connection):
                ledger.forget_official_hashes(connection)
                ledger.set_meta(connection, "key_fingerprint", keys.fingerprint(key))
        yield connection
    finally:
        connection.close()


def _refuse_useless(intake: Intake, options: ImportOptions, files: Sequence[str]) -> None:
    problems = tuple(problem for problem in intake.problems if not problem.warning)
    if options.strict and problems:
        raise InputError(
            plural("{n} row cannot be used", "{n} rows cannot be used", len(intake.rejected)).format(
                n=len(intake.rejected)
            ),
            _("correct them, or import without --strict; nothing was changed"),
            problems,
        )
    if not intake.rows:
        raise InputError(
            _("{files}: there is no row that can be used").format(files=", ".join(files)),
            _("correct the file or export it again; nothing was changed"),
            problems,
        )


def _refuse_held(plan: SyncPlan, options: ImportOptions) -> None:
    held = tuple(problem for problem in plan.problems if not problem.warning)
    if options.strict and held:
        raise InputError(
            plural("{n} row contradicts the register", "{n} rows contradict the register", len(held)).format(
                n=len(held)
            ),
            _("correct them, or import without --strict; nothing was changed"),
            held,
        )


def _report(run: Run, intake: Intake, plan: SyncPlan, options: ImportOptions, *, created: bool) -> Report:
    counts = dict(plan.counts) | {"rejected": len(intake.rejected), "skipped": intake.skipped}
    partial = any(counts[name] for name in ("rejected", "held", "withheld"))
    summary = ", ".join(f"{counts[name]} {_label(name)}" for name in (*planning.COUNTS, "skipped"))
    announcements = [_("a new store was made: {path}").format(path=run.store)] if created else []
    notes = list(intake.notes)
    if options.dry_run:
        notes.append(_("dry run: nothing was written"))
    else:
        notes += run.warn_if_open()
    return Report(
        command="import",
        summary=summary,
        status="partial" if partial else "ok",
        counts=counts,
        problems=(*intake.problems, *plan.problems),
        notes=tuple(notes),
        announcements=tuple(announcements),
    )


def _label(count: str) -> str:
    return {
        "new": _("new"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
        "returned": _("returned"),
        "left": _("left"),
        "withheld": _("withheld"),
        "held": _("held"),
        "rejected": _("rejected"),
        "skipped": _("skipped"),
    }[count]
