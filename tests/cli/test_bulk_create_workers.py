"""`bulk-create` of many cards: the same bytes whoever draws them; what signals and kills leave of its workers."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from interruptible import interruptible
from processes import alive, children, needs_proc
from waiting import eventually
from world import AS_OF, World, row

from leerid_cli.cards.chunks import CardOptions, Chunk, chunks, join
from leerid_cli.cards.render import render_chunk
from leerid_cli.cards.sheets import Document, Paper
from leerid_cli.model.cards import Card, Credential
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.pools.pools import CALLS, DRAWING, FEW, WorkerPools, cores
from leerid_cli.pools.processes import ProcessPool
from leerid_cli.runtime import priority

MANY = 120
"""Pupils whose cards take seconds to draw."""

needs_cores = pytest.mark.skipif(cores() < 2, reason="one core: no worker is started")


def cards() -> list[Card]:
    return [
        Card(
            "030569", "De Regenboog", "", f"{1 + number // 20}A", f"Peeters {number}", "Zoë", str(number),
            f"zoe.peeters{number}", f"https://loket.test/l/{number:012d}", AccountType.BASIS,
            Credential(PasswordKind.WORD, f"boom{number:03d}"), date(2026, 11, 24),
        )
        for number in range(60)
    ]  # fmt: skip


def drawn(pools: WorkerPools, work: tuple[Chunk, ...]) -> list[bytes]:
    return list(pools.in_order(render_chunk, work))


@pytest.mark.parametrize("document", [Document.A4, Document.SIGN_IN])
def test_the_same_bytes_here_and_in_workers(document: Document) -> None:
    work = chunks(document, cards(), CardOptions(paper=Paper(class_lists=True)))
    assert len(work) >= 2 or document is not Document.A4, "or nothing is put in order"
    here = drawn(WorkerPools(ThreadPoolExecutor()), work)
    with ProcessPool(2, DRAWING, CALLS) as workers:
        there = drawn(WorkerPools(ThreadPoolExecutor(), workers, 4), work)
        again = drawn(WorkerPools(ThreadPoolExecutor(), workers, 4), work)
    assert here == there == again
    assert join(document, here, work) == join(document, iter(there), work)


def test_what_a_killed_worker_had_in_hand_is_done_here() -> None:
    work = chunks(Document.PASSWORD, cards(), CardOptions())
    here = drawn(WorkerPools(ThreadPoolExecutor()), work)
    with ProcessPool(1, DRAWING, CALLS) as workers:
        pid = workers.submit(os.getpid).result()
        killing = workers.submit(os.abort)
        assert killing.exception()
        assert not alive(pid)
        os.kill(workers.submit(os.getpid).result(), signal.SIGKILL)
        assert drawn(WorkerPools(ThreadPoolExecutor(), workers, 2), work) == here


@contextmanager
def at_work(world: World, pupils: int = MANY) -> Iterator[tuple["subprocess.Popen[bytes]", list[int]]]:
    """Start a large bulk-create and yield it with its workers, once they draw; it has long to hash after that."""
    rows = [row(str(n), naam=f"Peeters {n}", klas=f"{1 + n // 20}A", insz=insz(n)) for n in range(pupils)]
    assert world.run("import", world.pupils(*rows)).code == 0
    (world.folder / "tmp").mkdir()
    line = (
        sys.executable, "-m", "leerid_cli", "--db", world.store, "--config", world.config,
        "bulk-create", "--all", *AS_OF, "-o", world.out / "a.zip",
    )  # fmt: skip
    process = subprocess.Popen(
        [str(word) for word in line], stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"TMPDIR": str(world.folder / "tmp"), "LEERID_BCRYPT_COST": "11"}, preexec_fn=interruptible,
    )  # fmt: skip
    try:
        drawing = partial((world.folder / "tmp").glob, "leerid-*/weasyprint-*")
        assert eventually(lambda: len(list(drawing())) >= 2, lambda: process.poll() is None)
        yield process, children(process.pid)
    finally:
        process.kill()
        process.communicate()


def insz(number: int) -> str:
    """Return a sound official number for a child born on 2015-03-07."""
    nine = f"150307{1 + number:03d}"
    return f"{nine}{97 - int('2' + nine) % 97:02d}"


def undone(world: World) -> list[Any]:
    """Return what a run that was rolled back should not have left: accounts, open batches, files."""
    with closing(sqlite3.connect(world.store)) as store:
        accounts = store.execute("SELECT * FROM account").fetchall()
        states = store.execute("SELECT state FROM batch WHERE state <> 'aborted'").fetchall()
    return [*accounts, *states, *world.out.iterdir(), *(world.folder / "tmp").glob("*")]


@needs_proc
@needs_cores
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("all_of_them", [True, False])
def test_a_signal_ends_run_and_workers_without_waiting_for_their_work(
    world: World, number: signal.Signals, all_of_them: bool
) -> None:
    with at_work(world) as (process, workers):
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)  # so what it draws has no end
        (os.killpg if all_of_them else os.kill)(process.pid, number)
        _out, err = process.communicate()
    assert process.returncode == 128 + number
    assert err == b"leerid: interrupted\n"
    assert not any(map(alive, workers))
    assert undone(world) == []


@needs_proc
@needs_cores
def test_no_worker_outlives_a_run_that_is_killed(world: World) -> None:
    with at_work(world) as (process, workers):
        process.kill()
        process.wait()
        assert eventually(lambda: not any(map(alive, workers)))
    assert world.run("recover").code == 0
    fonts = [path for path in (world.folder / "tmp").rglob("*") if path.is_file()]
    heads = {path.read_bytes()[:4] for path in fonts}
    assert heads <= {b"\0\1\0\0", b"<?xm", b""}, "fonts, their configuration, and what was just begun"
    shutil.rmtree(world.folder / "tmp")
    assert undone(world) == []


@needs_proc
@needs_cores
def test_a_killed_worker_only_costs_time(world: World) -> None:
    with at_work(world, FEW + 10) as (process, workers):
        os.kill(workers[0], signal.SIGKILL)
        _out, err = process.communicate()
    assert process.returncode == 0, err
    assert re.search(rf"{FEW + 10} accounts", err.decode()), err
    assert (world.out / "a.zip").exists()


def nices(pid: int) -> Counter[int]:
    """Return the nice values of the threads of a process, and how many threads have each."""
    stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return Counter(int(stat.rpartition(")")[2].split()[16]) for stat in stats)  # proc(5), field 19


@needs_proc
@needs_cores
def test_what_hashes_and_draws_has_a_lower_priority_and_nothing_else(world: World) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    low = min(19, before + priority.STEP)
    with at_work(world) as (process, workers):
        assert len(workers) == cores()
        assert [set(nices(worker)) for worker in workers] == [{low}] * cores()
        hashing = eventually(lambda: nices(process.pid)[low] == cores(), lambda: process.poll() is None)
        assert hashing, "the threads that hash"
        assert set(nices(process.pid)) == {before, low}
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == before, "the main thread"


@needs_proc
@needs_cores
def test_few_cards_start_no_worker(world: World) -> None:
    assert world.run("import", world.pupils(*(row(str(n), insz=insz(n)) for n in range(3)))).code == 0
    assert FEW > 3
    before = children(os.getpid())
    assert world.run("bulk-create", "--all", *AS_OF, "-o", world.out / "a.zip").code == 0
    assert children(os.getpid()) == before
