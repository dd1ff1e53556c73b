"""`bulk-create --cluster`: a real scheduler and workers over TLS; the same parts, kills, refusals, nothing in clear."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from clusters import PUPILS, Dask, bulk, dask, enrolled, known, nothing_in_clear, running, verified
from skips import needs
from test_bulk_create_workers import cards, undone
from waiting import HANGS, eventually
from world import AS_OF, World, members

from leerid_cli import __version__, i18n
from leerid_cli.cards.chunks import CardOptions, chunks
from leerid_cli.cards.render import render_chunk
from leerid_cli.cards.sheets import Document
from leerid_cli.pools import cluster, cluster_trust, pools
from leerid_cli.pools.cluster_calls import Sealed
from leerid_cli.pools.machines import machines_at
from leerid_cli.pools.pools import WorkerPools
from leerid_cli.pools.worker_error import WorkerError
from leerid_cli.runtime.stop import NEVER
from leerid_cli.settings.load import load_settings

pytestmark = needs("openssl")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", HANGS)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """Two workers that no test harms."""
    with dask(tmp_path_factory.mktemp("dask")) as made:
        yield made


def test_a_bundle_made_by_a_cluster_and_nothing_in_clear_there(world: World, two: Dask) -> None:
    known(world, two)
    enrolled(world)
    process = running(world, *bulk(world, two))
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert re.search(rf"{PUPILS} accounts made", err.decode()), err
    assert b"warning: the cluster" not in err
    assert b"distributed" not in out + err, "no library talks"
    verified(world, world.out / "a.zip")
    names = set(members(world.out / "a.zip"))
    assert len(names) == 6, names
    nothing_in_clear(two, world.out / "a.zip")


def test_who_waits_for_the_cluster_is_told_in_the_language_of_who_sent_the_work(
    world: World, two: Dask
) -> None:
    """Dask calls back in a thread of its own, with the context variables of the thread that sent the work."""
    known(world, two)
    i18n.use("nl")
    said: list[str] = []
    with cluster.reached(two.address, load_settings(config=world.config)) as reached:
        assert reached
        asleep = reached.hashing.submit(time.sleep, 0.5)
        asleep.add_done_callback(lambda _done: said.append(i18n._("passwords")))
        assert eventually(lambda: bool(said))
    assert said == ["wachtwoorden"]


def test_the_same_parts_as_here_and_what_fails_there_shows_no_value(world: World, two: Dask) -> None:
    known(world, two)
    work = chunks(Document.PASSWORD, cards(), CardOptions())
    here = list(WorkerPools(ThreadPoolExecutor()).in_order(render_chunk, work))
    settings = load_settings(config=world.config)
    with cluster.reached(two.address, settings) as reached:
        assert reached.threads == 2
        executor = reached.drawing
        assert list(WorkerPools(ThreadPoolExecutor(), executor, 4).in_order(render_chunk, work)) == here
        assert not reached.warnings()
        pid = executor.submit(os.getpid).result()
        assert pid in {process.pid for process in two.processes[1:]}, "the control: it is done there"
        with pytest.raises(WorkerError):
            executor.submit(int, "wachtwoord99").result()
        with pytest.raises(WorkerError):
            executor.submit(BytesIO, object()).result()
        assert "could not do 2 pieces of the work" in reached.warnings()[0]
    assert "wachtwoord99" not in two.said()


def test_a_cluster_does_not_draw_with_templates_of_the_users_own_which_it_does_not_have(
    world: World, two: Dask
) -> None:
    known(world, two)
    settings = load_settings(config=world.config)
    workers = {process.pid for process in two.processes[1:]}
    with machines_at(two.address, settings, NEVER) as there, there.open_pools(3) as made:
        assert made.drawing
        assert {one.submit(os.getpid).result() for one in (made.hashing, made.drawing)} <= workers
    settings.templates.mkdir()
    with machines_at(two.address, settings, NEVER) as there, there.open_pools(3) as made:
        assert made.drawing is None
        assert made.hashing.submit(os.getpid).result() in workers


@contextmanager
def drawing(world: World, made: Dask, *command: object) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a command and yield it once the cluster draws for it."""
    process = running(world, *command, *AS_OF, "--cluster", made.address)
    try:
        going_on = eventually(lambda: any(world.out.glob(".*.part")), lambda: process.poll() is None)
        assert going_on, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_what_is_killed_only_costs_time(world: World, tmp_path: Path) -> None:
    """One worker, then the other, then the scheduler, each in the middle of a run."""
    again = ("reset-password", "--school", "030569", "--expect", 40, "-o")
    with dask(tmp_path / "dask") as made:
        scheduler, *workers = made.processes
        known(world, made)
        enrolled(world, 40)
        for number, (victim, *command) in enumerate(
            (
                (workers[0], "bulk-create", "--all", "-o"),
                (workers[1], *again),
                (scheduler, *again),
            )
        ):
            if victim is scheduler:
                made.worker()
            bundle = world.out / f"{number}.zip"
            with drawing(world, made, *command, bundle) as process:
                victim.send_signal(signal.SIGKILL)
                _out, err = process.communicate()
            assert process.returncode == 0, err
            assert b"distributed" not in err, "no library talks"
            assert (b"went away" in err) == (victim is scheduler), err
            verified(world, bundle, 40)


def test_a_worker_that_spills_is_refused_and_not_used_when_it_comes_later(
    world: World, tmp_path: Path
) -> None:
    with dask(tmp_path / "dask", ()) as made:
        known(world, made)
        enrolled(world, 3)
        before = world.snapshot()
        none = world.run(*bulk(world, made))
        assert (none.code, "has no worker that answers" in none.err) == (7, True), none.err
        made.worker()
        with cluster.reached(made.address, load_settings(config=world.config)) as reached:
            fit = reached.hashing.submit(os.getpid).result()
            bad = made.worker(spills=True)
            time.sleep(2 * cluster._INTERVAL)
            done = [reached.hashing.submit(os.getpid) for _number in range(20)]
            assert {one.result() for one in done} == {fit}
            assert bad.poll() is None
            assert reached.threads == 1
            good = made.worker()
            assert eventually(lambda: reached.threads == 2), "one that is fit is used when it comes later"
            good.kill()
            assert eventually(lambda: reached.threads == 1)
        spills = world.run(*bulk(world, made))
        assert spills.code == 6, spills.err
        assert "distributed.worker.memory.spill" in spills.err
        assert world.snapshot() == before
        assert list(world.out.iterdir()) == []


def test_ctrl_c_rolls_back(world: World, two: Dask) -> None:
    known(world, two)
    enrolled(world, 200)
    workers = two.processes[1:]
    with drawing(world, two, "bulk-create", "--all", "-o", world.out / "a.zip") as process:
        for worker in workers:
            worker.send_signal(signal.SIGSTOP)  # so what it draws has no end
        try:
            process.send_signal(signal.SIGINT)
            _out, err = process.communicate()
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGCONT)
    assert process.returncode == 128 + signal.SIGINT
    assert err == b"leerid: interrupted\n"
    assert undone(world) == []


@pytest.mark.parametrize(
    "address",
    ["tcp://127.0.0.1:8786", "127.0.0.1:8786", "tls://127.0.0.1", "tls://a@b:1", "ucx://h:1", "TLS://h:1"],
)
def test_only_tls(world: World, address: str) -> None:
    enrolled(world, 1)
    before = world.snapshot()
    done = world.run("bulk-create", "--all", *AS_OF, "-o", world.out / "a.zip", "--cluster", address)
    assert done.code == 2
    assert "TLS only" in done.err
    assert world.snapshot() == before
    assert list(world.out.iterdir()) == []


def test_certificates_are_asked_for_by_name(world: World, tmp_path: Path) -> None:
    enrolled(world, 1)
    before = world.snapshot()
    made = Dask(tmp_path, "tls://127.0.0.1:9")
    start = world.config.read_text()

    def refused() -> tuple[int, str]:
        done = world.run(*bulk(world, made))
        assert world.snapshot() == before
        return done.code, done.err

    code, err = refused()
    assert (code, "cluster.ca" in err, str(world.config) in err) == (3, True, True)
    known(world, made)
    code, err = refused()
    assert (code, "cluster.ca" in err, "ca.pem" in err) == (3, True, True)
    made.certify()
    (tmp_path / "key.pem").chmod(0o640)
    code, err = refused()
    assert (code, "key.pem" in err) == (6, True)
    (tmp_path / "key.pem").chmod(0o600)
    shutil.copy(tmp_path / "ca.key", tmp_path / "key.pem")
    code, err = refused()
    assert (code, "belong together" in err) == (3, True), err
    world.config.write_text(start)


def test_a_scheduler_of_another_authority_is_not_talked_to(
    world: World, two: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 15)  # no answer comes
    enrolled(world, 1)
    before = world.snapshot()
    other = Dask(tmp_path, two.address)
    other.certify()
    known(world, other)
    done = world.run(*bulk(world, other))
    assert done.code == 7, done.err
    assert two.address in done.err
    assert world.snapshot() == before


def test_without_dask_the_extra_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(world, 1)
    monkeypatch.setattr(cluster_trust, "find_spec", lambda _name: None)
    done = world.run("bulk-create", "--all", *AS_OF, "--cluster", "tls://127.0.0.1:9")
    assert done.code == 2
    assert "leerid-cli[cluster]" in done.err


@pytest.mark.parametrize(
    ("worker", "state", "why"),
    [
        ("tls://h:1", cluster_trust.State(__version__, True, True), ""),
        ("tcp://h:1", cluster_trust.State(__version__, True, True), "TLS"),
        ("tls://h:1", cluster_trust.State(__version__, True, False), "TLS"),
        ("tls://h:1", cluster_trust.State(__version__, False, True), "spill"),
        (
            "tls://h:1",
            cluster_trust.State("0.0.1", True, True),
            f"it has leerid 0.0.1, and this is {__version__}",
        ),
        ("tls://h:1", ModuleNotFoundError("leerid_cli"), "is not installed there"),
    ],
)
def test_why_a_worker_is_not_used(worker: str, state: object, why: str) -> None:
    assert why in cluster_trust.why_not(worker, state)
    assert bool(why) == bool(cluster_trust.why_not(worker, state))


def test_passwords_that_a_cluster_lost_are_hashed_here() -> None:
    lost: Future[int] = Future()
    lost.set_exception(WorkerError())
    assert pools.done(
        [(partial(int, "1"), ThreadPoolExecutor().submit(int, "1")), (partial(int, "2"), lost)], NEVER
    ) == [1, 2]


def test_what_is_sent_hides_itself_when_printed() -> None:
    sealed = Sealed(b"wachtwoord99")
    assert "wachtwoord99" not in repr(sealed) + str(sealed) + f"{[sealed]}"
