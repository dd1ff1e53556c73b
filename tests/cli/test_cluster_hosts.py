"""`bulk-create --cluster` over two hosts, of which one is cut off: the run goes on without it and loses nothing."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import clusters
import pytest
from clusters import SAME, Dask, bulk, dask, enrolled, known, nothing_in_clear, running, verified
from hosts import Host, two_hosts
from skips import needs
from waiting import HANGS, eventually
from world import AS_OF, World, members, workbook_cells

pytestmark = [needs("ip"), needs("openssl")]

MANY = 100
"""Pupils whose cards are more pieces of work than are sent at once, so that some are sent after the cut."""
DEAD_AFTER = "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP"
"""Dask's setting: after how long a silent connection is dead. By default 30 s; the tests need not wait so long."""
LOOK = """
import sys
from distributed import Client, Security
address, worker, ca, cert, key = sys.argv[1:]
security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
with Client(address, security=security) as client:
    print("ready", flush=True)
    for line in sys.stdin:
        pieces = [len(some) for where, some in client.processing().items() if where.startswith(worker)]
        print(sum(pieces), flush=True)
"""
"""Prints, for each line that it reads, how many pieces of work wait for the workers of a host or are done there."""


@pytest.fixture(autouse=True)
def _costly_and_soon_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEERID_BCRYPT_COST", "8")  # so that hashing is many pieces of work
    monkeypatch.setenv(DEAD_AFTER, "12s")


@contextmanager
def pieces_at(host: Host, made: Dask, scheduler: Host) -> Iterator[Callable[[], int]]:
    """Yield a function that returns how many pieces of work a host has, as the scheduler knows."""
    files = [str(made.folder / file) for file in clusters.FILES]
    process = subprocess.Popen(
        [*scheduler.words, sys.executable, "-c", LOOK, made.address, f"tls://{host.address}:", *files],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    ask, answers = process.stdin, process.stdout

    def pieces() -> int:
        ask.write("\n")
        return int(answers.readline())

    try:
        assert answers.readline() == "ready\n"
        yield pieces
    finally:
        process.kill()
        process.communicate()


def looked_at(bundle: Path) -> dict[str, object]:
    """Return the members of a ZIP by name: the bytes of a PDF, the cells of a workbook, which holds the time."""
    return {
        name: workbook_cells(data) if name.endswith(".xlsx") else data
        for name, data in members(bundle).items()
    }


def made_here(folder: Path) -> dict[str, object]:
    """Return the members of the ZIP of the same pupils, made without a cluster."""
    folder.mkdir()
    world = World(folder)
    enrolled(world, MANY)
    process = running(world, "bulk-create", "--all", *AS_OF, "-o", world.out / "a.zip", program=SAME)
    _out, err = process.communicate(timeout=HANGS)
    assert process.returncode == 0, err
    return looked_at(world.out / "a.zip")


@pytest.mark.parametrize(
    ("scheduler", "workers", "warning"),
    [
        pytest.param(0, (0, 1), b"", id="one of two workers"),
        pytest.param(0, (1, 1), b"could not do", id="both workers"),
        pytest.param(1, (0, 1), b"went away", id="the scheduler and a worker"),
    ],
)
def test_a_host_that_is_cut_off_in_the_middle_only_costs_time(
    world: World, tmp_path: Path, scheduler: int, workers: tuple[int, ...], warning: bytes
) -> None:
    enrolled(world, MANY)
    bundle = world.out / "a.zip"
    with two_hosts() as hosts:
        here, there = hosts
        places = [hosts[number] for number in workers]
        with dask(tmp_path / "dask", places, hosts[scheduler], {DEAD_AFTER: "12s"}) as made:
            known(world, made)
            with pieces_at(there, made, hosts[scheduler]) as pieces:
                process = running(world, *bulk(world, made), host=here, program=SAME)
                try:
                    at_work = eventually(
                        lambda: any(world.out.glob(".*.part")) and pieces() >= 3,
                        lambda: process.poll() is None,
                    )
                    assert at_work, process.communicate()
                    there.cut_off()
                    assert pieces(), "the control: it was in the middle of something"
                    _out, err = process.communicate(timeout=HANGS)
                finally:
                    process.kill()
                    process.communicate()
            assert process.returncode == 0, err
            assert (warning in err) if warning else (b"warning: the cluster" not in err), err
            assert b"distributed" not in err, "no library talks"
            verified(world, bundle, MANY)
            nothing_in_clear(made, bundle)
    assert looked_at(bundle) == made_here(tmp_path / "here")
    assert world.leftovers() == []


def test_a_worker_whose_host_is_cut_off_before_a_run_is_done_without(world: World, tmp_path: Path) -> None:
    """The scheduler does not know yet that it is gone, so it is asked like every other one."""
    enrolled(world, MANY)
    settings = {DEAD_AFTER: "1h"}
    with two_hosts() as (here, there), dask(tmp_path / "dask", (here, there), here, settings) as made:
        known(world, made)
        there.cut_off()
        process = running(world, *bulk(world, made), host=here)
        _out, err = process.communicate(timeout=HANGS)
        assert process.returncode == 0, err
        assert f"broadcast to tls://{there.address}:" in made.said(), "the control: it was asked"
        verified(world, world.out / "a.zip", MANY)
