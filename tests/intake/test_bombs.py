"""Files made to do harm: exit 3 within 1 GiB of memory, whatever they are, and not after hours."""

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from bombs import BOMBS, plain_workbook, workbook
from waiting import HANGS
from world import World

from leerid_cli.tables.limits import MAX_BYTES

GIB = 1 << 30


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))


def run(world: World, file: str | Path, *more: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "leerid_cli", "--db", world.store, "--config", world.config]
    return subprocess.run(
        [*map(str, line), "import", str(file), *more], preexec_fn=limited, capture_output=True, text=True,
        check=False, timeout=HANGS, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_little_memory(name: str, world: World) -> None:
    data = BOMBS[name]()
    assert len(data) <= MAX_BYTES
    done = run(world, world.file(data, name), "--profile", "discimus")
    assert done.returncode == 3, done.stderr[-500:]
    assert name in done.stderr
    assert not world.store.exists()


def test_the_plain_workbook_is_read_so_the_bombs_are_refused_for_what_is_in_them(world: World) -> None:
    assert run(world, world.file(workbook(), "plain.xlsx")).returncode == 0


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(world: World) -> None:
    first = plain_workbook()["xl/worksheets/sheet1.xml"]
    for size in (b'"A1"', b'"A1:XFD1048576"'):
        lied = first.replace(b'<dimension ref="A1:N2"', b"<dimension ref=" + size)
        assert lied != first
        done = run(world, world.file(workbook(lied), "lies.xlsx"), "--dry-run", "--format", "json")
        assert '"new": 1' in done.stdout, done.stderr


def test_a_file_above_the_limit_is_not_read_to_its_end(world: World) -> None:
    large = world.file(b"", "large.csv")
    os.truncate(large, 4 << 40)  # all holes: it takes no room, but to read it would take hours
    done = run(world, large)
    assert done.returncode == 3
    assert "64 MiB" in done.stderr


def test_a_device_or_a_pipe_that_never_ends_is_refused(world: World) -> None:
    assert run(world, "/dev/zero").returncode == 3
    pipe = world.folder / "pipe"
    os.mkfifo(pipe)

    def pour() -> None:
        with pipe.open("wb", buffering=0) as opened:
            try:
                while True:
                    opened.write(b"stamnummer;naam\n" * 10_000)
            except BrokenPipeError:
                pass

    writer = threading.Thread(target=pour, daemon=True)
    writer.start()
    assert run(world, pipe).returncode == 3
    writer.join(10)
