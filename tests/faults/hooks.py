"""What a test does to a child before the program runs in it: count steps, kill at one, take protection away."""

import ctypes
import errno
import importlib
import os
import resource
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from waiting import HANGS, eventually

import leerid_cli
from leerid_cli import bounds, durable, failpoints, memory
from leerid_cli.delivery import staging
from leerid_cli.store import backups, connection, keys, ledger
from leerid_cli.workflows import batches

# The code in which a run leaves traces on disk, and so the steps at which killing it is worth while.
TRACED = {
    str(Path(leerid_cli.__file__).parent / name)
    for name in (
        "durable.py", "delivery/staging.py", "store/connection.py", "store/ledger.py", "store/adoptions.py",
        "store/backups.py", "store/keys.py", "workflows/batches.py", "workflows/issuing.py",
    )
}  # fmt: skip
WITH_FAILPOINTS = (durable, batches, backups, connection, staging, keys, ledger)


def record_failpoints(path: str) -> None:
    """Write the name of every failpoint that is reached, in order, one a line."""
    journal = Path(path).open("w", encoding="utf-8")  # noqa: SIM115 (open until the child ends)

    def recorded(name: str) -> None:
        journal.write(name + "\n")
        journal.flush()
        failpoints.hit(name)

    for module in WITH_FAILPOINTS:
        if hasattr(module, "hit"):
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
    """Return a function in which nobody watches: drawing leaves no traces, and watched it takes twice as long."""

    def call(*arguments: Any, **options: Any) -> Any:
        sys.settrace(None)
        try:
            return function(*arguments, **options)
        finally:
            sys.settrace(trace)

    return call


def count_lines(path: str, order: str = "") -> None:
    """Write how many lines of the traced code were run, rewritten after each; `order` as of `naive`."""
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
    """Send this process a signal before line `number` of the traced code; `order` as of `naive`."""
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
    """Do something at a failpoint, the `turn`th time it is reached, and go on."""
    seen = 0

    def reached(here: str) -> None:
        nonlocal seen
        seen += here == name
        if here == name and seen == turn:
            then()
        failpoints.hit(here)

    for module in WITH_FAILPOINTS:
        if hasattr(module, "hit"):
            vars(module)["hit"] = reached


def wait_at(name: str, turn: int, reached: str, go_on: str) -> None:
    """Wait at a failpoint: make the file `reached`, and go on once there is a file `go_on`."""

    def wait() -> None:
        Path(reached).touch()
        eventually(Path(go_on).exists)

    at_failpoint(name, turn, wait)


def put_in_the_way(name: str, what: str, path: str) -> None:
    """Put a file, link, pipe or folder where the program is about to put its own."""

    def put() -> None:
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

    at_failpoint(name, 1, put)


def without_hard_links() -> None:
    """Let the file system be one that has none, as a USB stick."""

    def refused(*_arguments: Any, **_options: Any) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    os.link = refused


def without_sync(number: int) -> None:
    """Leave out the fsync with this number, of those that the program makes itself (1: the staged file)."""
    real, made = os.fsync, 0

    def counted(descriptor: int) -> None:
        nonlocal made
        made += 1
        if made != number:
            real(descriptor)

    os.fsync = counted


def with_pragma(old: str, new: str) -> None:
    """Let the store be opened with another setting of SQLite."""
    real = connection.Connection.execute
    vars(connection)["_PRAGMAS"] = tuple(pragma.replace(old, new) for pragma in connection._PRAGMAS)

    def execute(self: connection.Connection, sql: str, *more: Any) -> Any:
        return real(self, sql.replace(old, new), *more)

    vars(connection)["Connection"].execute = execute


def naive(order: str) -> None:
    """Deliver in one of the two orders that everybody thinks of first: the ZIP first, or the store first."""

    def zip_first(run: Any, store: Any, batch: Any, make: Any, write: Any = ledger.commit) -> Path:
        ledger.intend(store, batch, run.now)
        bundle = make(Path(batch.final))
        write(store, _committable(batch, bundle), bundle.accounts, run.now, run.reason)
        ledger.set_state(store, batch.id, "delivered")
        return Path(batch.final)

    def store_first(run: Any, store: Any, batch: Any, make: Any, write: Any = ledger.commit) -> Path:
        ledger.intend(store, batch, run.now)
        bundle, data = _in_memory(batch, make)
        write(store, _committable(batch, bundle), bundle.accounts, run.now, run.reason)
        durable.write_new(Path(batch.final), data)
        ledger.set_state(store, batch.id, "delivered")
        return Path(batch.final)

    vars(batches)["deliver"] = {"zip first": zip_first, "store first": store_first}[order]


def _in_memory(batch: Any, make: Any) -> tuple[Any, bytes]:
    """Make the bundle where no failpoint sees it, and leave nothing of it on disk."""
    reached, scratch = durable.hit, Path(batch.stage).with_name(".scratch")
    vars(durable)["hit"] = lambda _name: None
    bundle, data = make(scratch), scratch.read_bytes()
    scratch.unlink()
    vars(durable)["hit"] = reached
    return bundle, data


def _committable(batch: Any, bundle: Any) -> Any:
    return replace(batch, sha256=bundle.sha256, size=bundle.size)


def fail_with_values(failing: str) -> None:
    """Let an error that holds the password itself, in message and local names, come out of hashing or drawing."""
    from leerid_cli.accounts import hashing
    from leerid_cli.workflows import issuing

    def fail(*arguments: Any, **_options: Any) -> Any:
        clear = [getattr(argument, "text", argument) for argument in arguments]
        raise ValueError(f"{clear} {arguments!r}")

    vars({"hashing": hashing}.get(failing, issuing))["hash_password" if failing == "hashing" else "Maker"] = (
        fail
    )


def leak(place: str, password: str, folder: str) -> None:
    """Let the program leave a password where none should be: the control of the search for them."""
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
    """Read and understand the user's small files as one would without a thought."""
    resource.setrlimit(resource.RLIMIT_CPU, (8, 8))
    vars(bounds)["bounded"] = lambda *_arguments, **_options: nullcontext()
    vars(bounds)["read"] = lambda file, _most=0: Path(file).read_bytes()


def without_a_look_at_the_schema() -> None:
    """Believe that a store has the tables and triggers that it should have."""
    vars(connection)["_strange"] = lambda _connection: []


def own_temporary_folder() -> None:
    """Forget which temporary folder the warm interpreter had: this run has one of its own."""
    import tempfile

    tempfile.tempdir = None


def with_passwords(drawn: str, *then: Any) -> None:
    """Let every password that is drawn be this one (`pictures`: the first of each), then do another hook."""
    from leerid_cli.accounts import passwords
    from leerid_cli.model.cards import Credential

    def draw(kind: Any, below: Any, words: Any, catalogue: Any, own: Any) -> Credential:
        pictures = tuple(category[0] for category in catalogue.categories) if drawn == "pictures" else ()
        return Credential(kind, drawn if not pictures else " ".join(one.word for one in pictures), pictures)

    own_temporary_folder()
    if drawn:
        vars(passwords)["draw"] = draw
    if then:
        globals()[then[0]](*then[1:])


def trusting() -> None:
    """Draw cards as one would without a thought: nothing escaped, and whatever is asked for is fetched."""
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
    """Ask (3) or say (4, 1) whether the kernel lets other processes read this one: prctl(2)."""
    return ctypes.CDLL(None).prctl(*what, 0, 0, 0)


def note_whether_readable(path: str) -> None:
    """Write once passwords are in memory whether other processes may read it; at first they may."""
    _readable(4, 1)
    at_failpoint("batch-made", 1, lambda: Path(path).write_text(str(_readable(3, 0))))


def abort_with_passwords(folder: str, hidden: bool) -> None:
    """Crash in a folder once passwords are in memory, with no limit on cores, as a shell may have set it."""
    os.chdir(folder)
    _readable(4, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    if not hidden:
        vars(memory)["hide"] = vars(memory)["dump_no_core"] = lambda: None
    at_failpoint("batch-made", 1, os.abort)
