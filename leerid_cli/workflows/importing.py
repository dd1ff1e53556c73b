"""`import`: enrolment files in, the register brought in line; no username or password is ever touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from leerid_cli import interrupts, resources
from leerid_cli.errors import InputError, RefusedError, StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.intake import plan as planning
from leerid_cli.intake import profiles, reading
from leerid_cli.intake.check import Checker, Defaults, PupilRow, unique
from leerid_cli.model import AccountType, Person, Problem, Report, SyncPlan
from leerid_cli.store import connection as store
from leerid_cli.store import keys, ledger, register
from leerid_cli.tables import csvtext
from leerid_cli.workflows.run import Run

MAX_BYTES = 1 << 30
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of the command line, None or empty where not given."""

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    school: str = ""
    type: AccountType | None = None
    dry_run: bool = False
    strict: bool = False
    rejects: Path | None = None
    new_key: bool = False


@dataclass
class _Intake:
    """What has been read so far: usable rows, problems, and every original row for the rejects file."""

    rows: list[PupilRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    originals: dict[tuple[str, int], tuple[tuple[str, ...], list[str]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    skipped: int = 0

    @property
    def rejected(self) -> set[tuple[str, int]]:
        return {(problem.file, problem.line) for problem in self.problems if not problem.warning}


def run_import(run: Run, files: Sequence[str], options: ImportOptions) -> Report:
    """Import the files as one list in one transaction; raises InputError when nothing in them can be used."""
    contents = [(_name(file), _bytes(file)) for file in files]
    names = [name for name, _data in contents]
    if options.rejects is not None:
        _check_rejects(options.rejects, run, files)
    with nullcontext() if options.dry_run else run.locked("import"):
        key, make_key = _key(run, options)
        intake = _read(run, contents, options, key)
        _refuse_useless(intake, options, names)
        plan = planning.plan(intake.rows, _register(run, options))
        _refuse_held(plan, options)
        created = not options.dry_run and not run.store.exists()
        if not options.dry_run:
            with _store(run, key, make_key, options) as connection, interrupts.held_back():
                register.apply(connection, plan, run.now, names, run.reason)
                if options.rejects is not None:
                    _write_rejects(options.rejects, intake, plan)
        return _report(run, intake, plan, options, created=created)


def _name(file: str) -> str:
    return _("standard input") if file == STANDARD_INPUT else file


def _bytes(file: str) -> bytes:
    try:
        if file == STANDARD_INPUT:
            if sys.stdin is None:
                raise InputError(_("standard input is closed"))
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(_("{file} cannot be read: {why}").format(file=file, why=error.strerror)) from error
    if len(data) > MAX_BYTES:
        raise InputError(_("{file} is larger than 1 GiB").format(file=_name(file)))
    return data


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


def _read(run: Run, contents: Iterable[tuple[str, bytes]], options: ImportOptions, key: bytes) -> _Intake:
    known = profiles.load(resources.profiles())
    how = reading.Reading(
        options.profile, options.encoding, options.delimiter, bool(options.school), options.type is not None
    )
    intake = _Intake()
    for file, data in contents:
        try:
            source = reading.open_source(file, data, known, how)
            _read_rows(run, source, options, lambda digits: keys.hash_number(key, digits), intake)
        except InputError as error:
            raise InputError(f"{file}: {error.message}", error.hint) from error
    intake.rows, repeated = unique(intake.rows)
    intake.problems += repeated
    return intake


def _read_rows(
    run: Run,
    source: reading.Source,
    options: ImportOptions,
    hash_number: Callable[[str], str],
    intake: _Intake,
) -> None:
    layout = source.layout
    checker = Checker(source.file, layout, Defaults(options.school, options.type), hash_number, run.today)
    for line, cells in source.rows:
        outcome = checker.check(line, cells)
        intake.problems += outcome.problems
        intake.originals[source.file, line] = (layout.header, cells)
        if outcome.pupil:
            intake.rows.append(outcome.pupil)
        elif not outcome.rejected:
            intake.skipped += 1
    intake.notes.append(_described(source))
    if layout.unknown:
        intake.notes.append(
            _("{file}: columns not used: {columns}").format(
                file=source.file, columns=", ".join(layout.unknown)
            )
        )
    if "official_number" not in layout.positions:
        message = _("there is no column with official numbers: pupils without one cannot get an account")
        intake.problems.append(Problem("no-official-column", message, source.file, 1, "", warning=True))


def _described(source: reading.Source) -> str:
    delimiter = {"\t": "tab"}.get(source.delimiter, source.delimiter)
    return _("{file}: profile {profile}, {encoding}, delimiter {delimiter}").format(
        file=source.file, profile=source.layout.profile.name, encoding=source.encoding, delimiter=delimiter
    )


def _refuse_useless(intake: _Intake, options: ImportOptions, files: Sequence[str]) -> None:
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


def _check_rejects(path: Path, run: Run, files: Sequence[str]) -> None:
    """Raise RefusedError where a rejects file would take the place of something else."""
    own = (run.store, run.store.with_name(run.store.name + ".lock"), run.settings.key_file, run.settings.file)
    taken = {other.resolve() for other in (*own, *(Path(file) for file in files))}
    header = b""
    if path.is_file():
        with path.open("rb") as file:
            header = file.readline().strip()
    ours = header.endswith(b";".join(name.encode() for name in profiles.OWN_COLUMNS))
    if path.resolve() in taken or path.is_symlink() or (path.exists() and not ours) or path.name in ("", "-"):
        raise RefusedError(
            _("{path} is not a rejects file and is not overwritten").format(path=path),
            _("give --rejects the name of a new file, or of an earlier rejects file"),
        )
    if not path.parent.is_dir():
        raise StorageError(_("the folder {folder} does not exist").format(folder=path.parent))


def _report(run: Run, intake: _Intake, plan: SyncPlan, options: ImportOptions, *, created: bool) -> Report:
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


def _write_rejects(path: Path, intake: _Intake, plan: SyncPlan) -> None:
    """Write every rejected or held row with its line and problem, to correct and import again (mode 0600)."""
    reasons: dict[tuple[str, int], list[str]] = {}
    for problem in (*intake.problems, *plan.problems):
        if not problem.warning:
            column = f"{problem.column}: " if problem.column else ""
            reasons.setdefault((problem.file, problem.line), []).append(column + problem.message)
    if not reasons:
        return
    rows = [dict(zip(*intake.originals[place], strict=False)) for place in reasons]
    columns = [name for name in dict.fromkeys(name for row in rows for name in row) if name]
    columns = [name for name in columns if name not in profiles.OWN_COLUMNS]
    body = [
        [*(row.get(name, "") for name in columns), str(line), "; ".join(texts)]
        for row, ((_file, line), texts) in zip(rows, reasons.items(), strict=True)
    ]
    text = csvtext.write([*columns, *profiles.OWN_COLUMNS], body)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            _("{path} cannot be written: {why}").format(path=path, why=error.strerror),
            _("the import itself is done"),
        ) from error
