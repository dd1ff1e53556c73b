"""What a test changes in a fork before the program runs in it.

A hook counts steps, kills the run at one of them, makes something fail, or removes a protection to show that
a test notices it. `warm.py` calls the hook that a request names.
"""

import ctypes
import errno
import importlib
import os
import resource
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import sources
from waiting import HANGS, eventually

from leerid_cli.batches import delivery, files, recovery, reservation
from leerid_cli.batches.output import StagedFile
from leerid_cli.model.batches import OutputKind
from leerid_cli.runtime import durable, failpoints, limits, memory
from leerid_cli.store import accounts, batches, connection, lock, reservations

# The files of modules that write to disk: only between their lines can a kill make a difference.
TRACED = sources.traced()
WITH_FAILPOINTS = sources.with_failpoints()


def record_failpoints(path: str) -> None:
    """Write the names of all failpoints that are reached to a file, in order, one a line."""
    journal = Path(path).open("w", encoding="utf-8")  # noqa: SIM115 (open until the child ends)

    def recorded(name: str) -> None:
        journal.write(name + "\n")
        journal.flush()
        failpoints.hit(name)

    for module in WITH_FAILPOINTS:
        vars(module)["hit"] = recorded


def on_lines(reached: Callable[[], None]) -> None:
    """Call a function before every line of the traced code, in whatever thread."""

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename not in TRACED:
            return None
        if event == "line":
            reached()
        return trace

    for module, name in (("render", "render_chunk"), ("samples", "try_out")):
        drawing = importlib.import_module(f"leerid_cli.cards.{module}")
        vars(drawing)[name] = _untraced(vars(drawing)[name], trace)
    sys.settrace(trace)


def _untraced(function: Callable[..., Any], trace: Any) -> Callable[..., Any]:
    """Return a function that runs untraced: drawing leaves nothing on disk, and tracing doubles its time."""

    def call(*arguments: Any, **options: Any) -> Any:
        sys.settrace(None)
        try:
            return function(*arguments, **options)
        finally:
            sys.settrace(trace)

    return call


def count_lines(path: str, order: str = "") -> None:
    """Write to a file, after each line of the traced code, how many were run; `order` is for `naive`."""
    if order:
        naive(order)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    count = 0

    def reached() -> None:
        nonlocal count
        count += 1
        os.pwrite(descriptor, b"%08d" % count, 0)

    on_lines(reached)


def signal_at_line(number: int, which: int = signal.SIGKILL, order: str = "") -> None:
    """Send this process a signal before the `number`th line of traced code; `order` is for `naive`."""
    if order:
        naive(order)
    left = number

    def reached() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), which)

    on_lines(reached)


def at_failpoint(name: str, turn: int, then: Callable[[], None]) -> None:
    """Call a function when a failpoint is reached for the `turn`th time, then go on."""
    seen = 0

    def reached(here: str) -> None:
        nonlocal seen
        seen += here == name
        if here == name and seen == turn:
            then()
        failpoints.hit(here)

    for module in WITH_FAILPOINTS:
        vars(module)["hit"] = reached


def wait_at(name: str, turn: int, reached: str, go_on: str) -> None:
    """Wait at a failpoint: make the file `reached`, and go on when there is a file `go_on`."""

    def wait() -> None:
        Path(reached).touch()
        eventually(Path(go_on).exists)

    at_failpoint(name, turn, wait)


def put_in_the_way(name: str, what: str, path: str) -> None:
    """Put a file, link, pipe or folder, at a failpoint, where the program is about to put its own."""
    at_failpoint(name, 1, lambda: put(what, path))


def put(what: str, path: str) -> None:
    """Put a file, a link, a link to a file, a pipe or a folder at a path."""
    if what == "file":
        Path(path).write_text("mine")
    elif what == "link":
        Path(path).symlink_to("/nowhere/at/all")
    elif what == "link to a file":
        Path(path).with_name("theirs").write_text("mine")
        Path(path).symlink_to("theirs")
    elif what == "pipe":
        os.mkfifo(path)
    else:
        Path(path).mkdir()


def damage_what_is_staged(folder: str) -> None:
    """Let the disk give back another byte in the middle of the ZIP than was written, before it is read back."""

    def damage() -> None:
        (stage,) = Path(folder).glob(".*.part")
        data = bytearray(stage.read_bytes())
        data[len(data) // 2] ^= 1
        stage.write_bytes(data)

    at_failpoint("batch-made", 1, damage)


def without_hard_links() -> None:
    """Make `os.link` fail as on a file system without hard links, such as that of a USB stick."""

    def refused(*_arguments: Any, **_options: Any) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    os.link = refused


def without_sync(number: int) -> None:
    """Leave out the fsync with this number, of those that the program itself calls (1: the staged file)."""
    real, made = os.fsync, 0

    def counted(descriptor: int) -> None:
        nonlocal made
        made += 1
        if made != number:
            real(descriptor)

    os.fsync = counted


def with_pragma(old: str, new: str) -> None:
    """Replace a setting of SQLite with which the store is opened."""
    real = connection.Connection.execute
    vars(connection)["_PRAGMAS"] = tuple(pragma.replace(old, new) for pragma in connection._PRAGMAS)

    def execute(self: connection.Connection, sql: str, *more: Any) -> Any:
        return real(self, sql.replace(old, new), *more)

    vars(connection)["Connection"].execute = execute


def naive(order: str) -> None:
    """Deliver in one of the two orders that everybody thinks of first: the ZIP first, or the store first."""
    vars(delivery)["staging"], vars(delivery)["deliver"] = {
        "zip first": (_made_at_its_name, _committed_after),
        "store first": (_made_in_memory, _written_after),
    }[order]


@contextmanager
def _made_at_its_name(work: Any) -> Iterator[None]:
    hidden = _stage_at(work, [file.final for file in work.batch.files])
    yield
    _forget_places(work, hidden)


def _committed_after(run: Any, work: Any, write: Any) -> delivery.Delivery:
    _commit(run, work, write)
    return _noted(run, work)


@contextmanager
def _made_in_memory(work: Any) -> Iterator[None]:
    """Make the bundle where no failpoint sees it, and leave nothing of it on disk."""
    hidden = _stage_at(work, [file.stage.with_name(f".scratch{file.number}") for file in work.batch.files])
    reached = durable.hit
    vars(durable)["hit"] = lambda _name: None
    yield
    work.data = [file.stage.read_bytes() for file in work.batch.files]
    for file in work.batch.files:
        file.stage.unlink()
    _forget_places(work, hidden)
    vars(durable)["hit"] = reached


def _written_after(run: Any, work: Any, write: Any) -> delivery.Delivery:
    _commit(run, work, write)
    for file, data in zip(work.batch.files, work.data, strict=True):
        durable.write_new(file.final, data)
    return _noted(run, work)


def _commit(run: Any, work: Any, write: Any) -> None:
    with run.store.writing("naive") as store:
        work.commit_tried = True
        write(store, work.committable())


def _noted(run: Any, work: Any) -> delivery.Delivery:
    with run.store.writing("naive") as store:
        for file in work.batch.files:
            batches.note_published(store, work.batch.id, file.number)
    return delivery.Delivery([file.final for file in work.batch.files], [])


def _forget_places(work: Any, batch: Any) -> None:
    """Let what undoes a batch know the hidden names only, as the store does."""
    hidden = {moved.stage: file.stage for moved, file in zip(work.batch.files, batch.files, strict=True)}
    work.staged = [replace(staged, path=hidden[staged.path]) for staged in work.staged]
    work.batch = batch


def _stage_at(work: Any, places: list[Path]) -> Any:
    """Let the outputs of a batch write their files at other places than their hidden names; return the batch."""
    before = work.batch
    moved = [replace(file, stage=place) for file, place in zip(work.batch.files, places, strict=True)]
    work.batch = replace(work.batch, files=tuple(moved))
    left = iter(moved)
    work.parts = [(output, [next(left) for _file in mine]) for output, mine in work.parts]
    return before


class Names:
    """A second output: the usernames of the batch in a text file beside the ZIP."""

    kind = OutputKind.BUNDLE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self, _batch: str) -> list[Path]:
        return [self.folder / "names.txt"]

    def prepare(self, issued: Any, stages: Any, _pools: Any) -> list[StagedFile]:
        (stage,) = stages
        with files.staged(stage) as out:
            out.write("\n".join(one.proposal.username for one in issued).encode())
        return [StagedFile(stage, out.sha256, out.size)]

    def verify(self, staged: Any) -> None:
        (file,) = staged
        assert files.digest(file.path) == file.sha256


def with_two_outputs(folder: str, *then: Any) -> None:
    """Let every batch deliver a second file too, in this folder, then call another hook."""
    real = delivery.new_batch

    def new_batch(command: str, outputs: Any, accounts: int) -> Any:
        return real(command, [*outputs, Names(Path(folder))], accounts)

    vars(reservation)["new_batch"] = new_batch
    if then:
        globals()[then[0]](*then[1:])


def impatient(*then: Any) -> None:
    """Let a finished batch wait no time at all for the store lock, then call another hook."""
    vars(delivery)["LOCK_SECONDS"] = 0
    if then:
        globals()[then[0]](*then[1:])


def at_cost(cost: str, *then: Any) -> None:
    """Hash at this bcrypt cost, then call another hook."""
    os.environ["LEERID_BCRYPT_COST"] = cost
    if then:
        globals()[then[0]](*then[1:])


def with_the_store_lock() -> None:
    """Keep the store lock while the files of a batch are made, as a batch did once."""
    real = delivery.staging

    @contextmanager
    def staging(work: Any) -> Iterator[None]:
        store = work.batch.files[0].stage.parents[1] / "leerid.db"
        with lock.exclusive(store, "careless", 0), real(work):
            yield

    vars(delivery)["staging"] = staging


def careless(what: str, *then: Any) -> None:
    """Take away one of the protections of a batch that is being made beside others, then call another hook.

    `check`: the commit does not look whether its reservations are there. `reservation`: pupils are not reserved.
    `first file`: a recovery stops at the first file that it cannot publish. `noted before`: a file counts as
    published before it has its name.
    """
    _CARELESS[what]()
    if then:
        globals()[then[0]](*then[1:])


def _commit_unchecked() -> None:
    vars(reservations)["drop"] = lambda *_arguments: None
    vars(accounts)["mark_committed"] = _marked_committed


def _marked_committed(store: Any, batch: Any) -> None:
    store.executemany(
        "UPDATE batch_file SET sha256 = ?, size = ? WHERE batch = ? AND number = ?",
        [(file.sha256, file.size, batch.id, file.number) for file in batch.files],
    )
    store.execute("UPDATE batch SET state = 'committed' WHERE id = ?", (batch.id,))


def _reserve_nobody() -> None:
    vars(reservations)["insert"] = lambda *_arguments: None
    vars(reservations)["drop"] = lambda *_arguments: None


def _stop_at_the_first_file() -> None:
    def publish_all(store: Any, batch: Any) -> list[Any]:
        for file in batch.files:
            if file.state != "published":
                recovery._put_in_place(file)
                batches.note_published(store, batch.id, file.number)
        return []

    vars(recovery)["_publish_all"] = publish_all


def _note_before_publishing() -> None:
    publish, note = delivery.publish, delivery._note_published
    waiting: list[Any] = []
    vars(delivery)["publish"] = waiting.append

    def noted(run: Any, batch: Any, file: Any) -> list[str]:
        note(run, batch, file)
        publish(waiting.pop())
        return []

    vars(delivery)["_note_published"] = noted


_CARELESS = {
    "check": _commit_unchecked,
    "reservation": _reserve_nobody,
    "first file": _stop_at_the_first_file,
    "noted before": _note_before_publishing,
}


def fail_with_values(failing: str) -> None:
    """Make hashing or drawing raise an error that has the password in its message and local variables."""
    from leerid_cli.outputs import bundle
    from leerid_cli.rules import hashing

    def fail(*arguments: Any, **_options: Any) -> Any:
        clear = [getattr(getattr(one, "credential", one), "text", one) for one in arguments]
        raise ValueError(f"{clear} {arguments!r}")

    module, name = (hashing, "hash_password") if failing == "hashing" else (bundle, "card_of")
    vars(module)[name] = fail


def leak(place: str, password: str, folder: str) -> None:
    """Leave a password where none should be, to show that the search for passwords finds it."""
    if place == "tmp":
        Path(folder, "tmp", "openpyxl.x").write_text(password)
    elif place == "messages":
        sys.stderr.write(f"cannot hash {password!r}\n")
    else:
        with closing(sqlite3.connect(Path(folder, "leerid.db"))) as store, store:
            store.execute("INSERT INTO history VALUES (NULL, '', NULL, 'leak', ?, '')", [password])


def bounded(memory: int, *then: Any) -> None:
    """End this process with a signal where it works or waits without end, and give it no more memory than this."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    watchdog = threading.Timer(HANGS, os.kill, (os.getpid(), signal.SIGKILL))
    watchdog.daemon = True
    watchdog.start()
    if then:
        globals()[then[0]](*then[1:])


def without_bounds() -> None:
    """Remove the limits on time, memory and size with which the user's small files are read."""
    resource.setrlimit(resource.RLIMIT_CPU, (8, 8))
    vars(limits)["bounded"] = lambda *_arguments, **_options: nullcontext()
    vars(limits)["read"] = lambda file, _most=0: Path(file).read_bytes()


def without_a_look_at_the_schema() -> None:
    """Switch off the check that a store has the tables and triggers of leerid and no others."""
    vars(connection)["_foreign_names"] = lambda _connection: []


def own_temporary_folder() -> None:
    """Make this run use the temporary folder of its environment, not that of the warm interpreter."""
    import tempfile

    tempfile.tempdir = None


def with_passwords(drawn: str, *then: Any) -> None:
    """Make every password that is drawn this one, then call another hook.

    For `pictures` it is the first picture of each category.
    """
    from leerid_cli.model.cards import Credential
    from leerid_cli.rules import passwords

    def draw(kind: Any, below: Any, words: Any, catalogue: Any, own: Any) -> Credential:
        pictures = tuple(category[0] for category in catalogue.categories) if drawn == "pictures" else ()
        return Credential(kind, drawn if not pictures else " ".join(one.word for one in pictures), pictures)

    own_temporary_folder()
    if drawn:
        vars(passwords)["draw"] = draw
    if then:
        globals()[then[0]](*then[1:])


def trusting() -> None:
    """Remove the protections of the cards: nothing is escaped, and any address is fetched."""
    from weasyprint.urls import URLFetcher

    from leerid_cli.cards import page, render

    careful = page.environment

    def careless(templates: Any) -> Any:
        made = careful(templates)
        made.autoescape = False
        return made

    vars(page)["environment"] = careless
    vars(render)["CardFetcher"] = URLFetcher


def _readable(*what: int) -> int:
    """Get (3) or set (4, 1) whether other processes of the user can read this one (prctl(2), dumpable)."""
    return ctypes.CDLL(None).prctl(*what, 0, 0, 0)


def note_whether_readable(path: str) -> None:
    """Make memory readable, and write to a file whether it still is when passwords are in it."""
    _readable(4, 1)
    at_failpoint("batch-made", 1, lambda: Path(path).write_text(str(_readable(3, 0))))


def abort_with_passwords(folder: str, hidden: bool) -> None:
    """Crash in `folder` when passwords are in memory, without a limit on core files, as a shell may set it.

    Without `hidden` the protection is switched off.
    """
    os.chdir(folder)
    _readable(4, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    if not hidden:
        vars(memory)["hide"] = vars(memory)["dump_no_core"] = lambda: None
    at_failpoint("batch-made", 1, os.abort)
