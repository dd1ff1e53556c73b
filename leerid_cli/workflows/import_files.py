"""`import`: reads enrolment files and brings the register in line; usernames and passwords never change.

`intake` reads the files and plans the changes, `store/imports.py` writes them; the rules are those of
docs/contract.md §5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from leerid_cli.errors import InputError, RefusedError
from leerid_cli.i18n import _, plural
from leerid_cli.intake import import_plan as planning
from leerid_cli.intake import input_files
from leerid_cli.intake.input_files import ImportOptions, ReadRows
from leerid_cli.intake.matching import Pupils, Rules
from leerid_cli.model.people import Person
from leerid_cli.model.plans import ImportPlan, Past
from leerid_cli.model.reports import Report
from leerid_cli.run import Run
from leerid_cli.store import (
    backups,
    conflicts,
    guarded,
    history,
    imports,
    register,
    reservations,
)
from leerid_cli.store import connection as store
from leerid_cli.workflows import rejects_file
from leerid_cli.workflows.import_key import hashing_with, key_file_content, key_for_import, open_with_key
from leerid_cli.workflows.import_report import import_report

SECONDS_A_DAY = 86400
# So often an import plans while the store is free for others, before it plans under the store lock.
TURNS = 2


def run_import(run: Run, files: Sequence[str], options: ImportOptions) -> Report:
    """Import the files as one list, in one transaction, and return the report; `-` is standard input.

    Raises, with nothing changed, InputError where a file cannot be read or is older than `--max-age`, no row can
    be used, or under `--strict` any row cannot; RefusedError where `--rejects` names something else than a
    rejects file; StorageError where the key for official numbers is missing or another one; and what
    `Store.locked` raises. A StorageError about the rejects file may also come after the import is done; it says
    so.
    """
    if options.max_age is not None:
        _refuse_old(run, files, options.max_age)
    contents = [(input_files.name(file), input_files.content(file)) for file in files]
    if options.rejects is not None:
        rejects_file.check(options.rejects, run, files)
    work = _read(run, contents, options)
    if options.dry_run:
        plan, _revision = _planned(run, work, options)
        announced = [*_new_schools(run, plan)]
    else:
        work, plan, announced = _taken_over(run, contents, work, options, _arguments(options, files))
        if options.rejects is not None:
            rejects_file.write(options.rejects, work.read_rows, plan.problems)
    return replace(import_report(run, work.read_rows, plan, options), announcements=tuple(announced))


@dataclass(frozen=True)
class _Work:
    """What an import has read: the rows of its files, and the key by which official numbers were hashed.

    `make_key`: the key is new, so that its file must be written when the rows are taken over. `key_file` is what
    the key file held.
    """

    read_rows: ReadRows
    key: bytes
    make_key: bool
    key_file: bytes


_Contents = Sequence[tuple[str, bytes]]
"""The names of the imported files, with their bytes."""


def _read(run: Run, contents: _Contents, options: ImportOptions) -> _Work:
    """Read and check the rows of all files; raises what `run_import` says of files."""
    found = key_file_content(run)
    key, make_key = key_for_import(run, new_key=options.new_key)
    own_profiles = run.settings.file.parent / "profiles"
    hash_number = hashing_with(key)
    read_rows = input_files.read(contents, options, own_profiles, run.today, hash_number, run.progress)
    with rejects_file.kept(options, read_rows):
        _refuse_useless(read_rows, options, [name for name, _data in contents])
    return _Work(read_rows, key, make_key, found)


def _planned(run: Run, work: _Work, options: ImportOptions) -> tuple[ImportPlan, _Revision]:
    """Return the plan, and the revision of the register that it was made for."""
    plan, revision = _plan(run, work.read_rows, options)
    with rejects_file.kept(options, work.read_rows, plan.problems):
        _refuse_too_old(plan)
        _refuse_held(plan, options)
    return plan, revision


def _taken_over(
    run: Run, contents: _Contents, work: _Work, options: ImportOptions, arguments: Sequence[str]
) -> tuple[_Work, ImportPlan, list[str]]:
    """Take the rows over; return what was read, the plan that was carried out, and what to announce.

    The plan is made while the store is free for others. Where the register has changed by the time the store is
    locked, it is made anew, after TURNS times under the lock.
    """
    for _turn in range(TURNS):
        plan, revision = _planned(run, work, options)
        with run.store.locked("import"):
            if _revision_now(run) == revision and key_file_content(run) == work.key_file:
                return work, plan, _carry_out(run, work, plan, options, arguments)
    with run.store.locked("import"):
        if key_file_content(run) != work.key_file:
            work = _read(run, contents, options)
        plan, _revision = _planned(run, work, options)
        return work, plan, _carry_out(run, work, plan, options, arguments)


def _carry_out(
    run: Run, work: _Work, plan: ImportPlan, options: ImportOptions, arguments: Sequence[str]
) -> list[str]:
    """Write the plan to the store, or to a new one, under the store lock; return what to announce.

    `arguments` are kept with the import, to read the files again.
    """
    created = not run.store.exists()
    announced = [*_new_schools(run, plan)]
    run.stop.check()
    run.stop.no_way_back()
    with open_with_key(run, work.key, make_key=work.make_key, new_key=options.new_key) as connection:
        if not (plan.is_empty or created):
            backups.automatic(connection, run.store.path, "before-import")
        imports.apply(connection, plan, run.now, arguments, run.reason)
    if created:
        announced.append(_("a new store was made: {path}").format(path=run.store.path))
    return announced


_Revision = tuple[int, int, frozenset[int]] | None
"""The revision of the register, the number of the last import, and the reserved persons; None without a store."""


def _revision_now(run: Run) -> _Revision:
    if not run.store.exists():
        return None
    with run.store.reading() as connection:
        return _revision(connection)


def _revision(connection: store.Connection) -> _Revision:
    return history.revision(connection), imports.last(connection), reservations.persons(connection)


def _arguments(options: ImportOptions, files: Sequence[str]) -> list[str]:
    """Return the arguments with which `import` reads these files again from any folder: `todo` shows them."""
    named = {
        "--profile": options.profile,
        "--encoding": options.encoding,
        "--delimiter": options.delimiter,
        "--school": options.school,
        "--type": options.type,
    }
    given = ["--full"] if options.full else []
    given += [text for name, value in named.items() if value for text in (name, str(value))]
    return given + [
        file if file == input_files.STANDARD_INPUT else str(Path(file).absolute()) for file in files
    ]


def _refuse_old(run: Run, files: Sequence[str], max_age: float) -> None:
    """Raise InputError for a file that was last modified more than `max_age` days ago."""
    for file in files:
        if file == input_files.STANDARD_INPUT:
            continue
        with suppress(OSError):  # a missing file is reported when it is read
            age = (run.now.timestamp() - Path(file).stat().st_mtime) / SECONDS_A_DAY
            if age > max_age:
                raise InputError(
                    _("{file} is {age:.0f} days old, at most {most:g} are allowed").format(
                        file=file, age=age, most=max_age
                    ),
                    _("export the enrolments again; nothing was changed"),
                )


def _plan(run: Run, read_rows: ReadRows, options: ImportOptions) -> tuple[ImportPlan, _Revision]:
    pupils = Pupils(
        read_rows.rows,
        frozenset(read_rows.unusable),
        frozenset(read_rows.illegible),
        tuple(read_rows.unusable_facts),
    )
    persons: list[Person] = []
    answers: dict[tuple[str, str, str], int | None] = {}
    past = Past()
    revision: _Revision = None
    if run.store.exists():
        with run.store.reading() as connection:
            revision = _revision(connection)
            persons, answers = register.persons(connection), conflicts.answers(connection)
            past = guarded.past(connection)
    if options.new_key:  # stored hashes were made with the old key, so they cannot be compared
        persons = [replace(person, official_hash="") for person in persons]
    rules = Rules(
        run.today,
        options.full,
        options.max_departures,
        options.accepted,
        answers,
        revision[2] if revision else frozenset(),
        past,
        options.older,
        bool(options.encoding),
    )
    return planning.plan_import(pupils, persons, rules), revision


def _refuse_useless(read_rows: ReadRows, options: ImportOptions, files: Sequence[str]) -> None:
    problems = tuple(problem for problem in read_rows.problems if not problem.warning)
    if options.strict and problems:
        raise InputError(
            plural("{n} row cannot be used", "{n} rows cannot be used", len(read_rows.rejected)).format(
                n=len(read_rows.rejected)
            ),
            _("correct them, or import without --strict; nothing was changed"),
            problems,
        )
    if not read_rows.rows:
        raise InputError(
            _("{files}: there is no row that can be used").format(files=", ".join(files)),
            _("correct the file or export it again; nothing was changed"),
            problems,
        )


def _refuse_held(plan: ImportPlan, options: ImportOptions) -> None:
    held = tuple(problem for problem in plan.problems if not problem.warning)
    if options.strict and held:
        raise InputError(
            plural("{n} row contradicts the register", "{n} rows contradict the register", len(held)).format(
                n=len(held)
            ),
            _("correct them, or import without --strict; nothing was changed"),
            held,
        )


def _refuse_too_old(plan: ImportPlan) -> None:
    """Raise RefusedError for files of an earlier school year than the last ones of their school."""
    for school, pupils in plan.too_old.items():
        text = plural(
            "school {school}: {n} pupil has an enrolment of a later school year than the file",
            "school {school}: {n} pupils have an enrolment of a later school year than the file",
            pupils,
        )
        raise RefusedError(
            text.format(school=school, n=pupils),
            _("the file is old: import the newest one; --older lets this one in all the same"),
        )


def _new_schools(run: Run, plan: ImportPlan) -> Iterator[str]:
    """Yield an announcement for each school that the store has no pupils of; nothing on its first import.

    The file may be that of another school by mistake, and `bulk-create --all` would make accounts for its pupils.
    """
    if not run.store.exists():
        return
    with run.store.reading() as connection:
        known = register.schools(connection)
    pupils = Counter(registration.key[0] for registration in plan.registrations)
    for school in sorted(pupils.keys() - set(known)) if known else ():
        yield plural(
            "school {school} was not here before: {n} pupil",
            "school {school} was not here before: {n} pupils",
            pupils[school],
        ).format(school=school, n=pupils[school])
