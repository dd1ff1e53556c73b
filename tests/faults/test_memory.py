"""The memory of a run with passwords: other processes cannot read it, no crash writes it to disk."""

import ctypes
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scenes import Warm, build
from world import ROOT, World

from leerid_cli.cli import commands, history
from leerid_cli.runtime import memory

NOBODY = 65534
GET_DUMPABLE, SET_DUMPABLE = 3, 4
# Commands that hold neither passwords nor official numbers: docs/security.md names the same.
READ_ONLY = ("search", "show", "todo", "overview", "history")
PASSWORD = "zwaluwnest73042"
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can hide a process from its own user")


def as_nobody() -> None:
    """Become an ordinary user if this is root, and readable by others of that user, as a new program is."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    ctypes.CDLL(None).prctl(SET_DUMPABLE, 1, 0, 0, 0)


def readable_by_its_own_user(*, hidden: bool) -> bool:
    """Tell whether a process can read the memory of another one of the same user, which hides it or not."""
    ready, done = os.pipe(), os.pipe()
    watched = os.fork()
    if not watched:
        as_nobody()
        if hidden:
            memory.hide()
        os.write(ready[1], b".")
        os.close(done[1])
        os.read(done[0], 1)
        os._exit(0)
    os.read(ready[0], 1)
    reader = os.fork()
    if not reader:
        as_nobody()
        try:
            Path("/proc", str(watched), "environ").read_bytes()
        except PermissionError:
            os._exit(1)
        os._exit(0)
    read = os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0
    for end in (*ready, *done):
        os.close(end)
    os.waitpid(watched, 0)
    return read


@linux
def test_no_other_process_of_the_same_user_reads_a_hidden_one() -> None:
    assert readable_by_its_own_user(hidden=False), "the control"
    assert not readable_by_its_own_user(hidden=True)


@linux
@pytest.mark.parametrize("command", ["create", "bulk-create", "reset-password", "rename", "adopt"])
def test_a_command_that_holds_passwords_hides_itself(tmp_path: Path, warm: Warm, command: str) -> None:
    scene = build(command, tmp_path / "w", warm)
    noted = tmp_path / "noted"
    assert scene.go(hook=("note_whether_readable", str(noted))).code == 0
    assert noted.read_text() == "0"


@pytest.fixture
def dumpable() -> Iterator[Callable[[], int]]:
    """Return a function that tells whether this process is readable by its own user: 1, or 0 where it is hidden."""
    prctl = ctypes.CDLL(None).prctl
    before = prctl(GET_DUMPABLE, 0, 0, 0, 0)
    prctl(SET_DUMPABLE, 1, 0, 0, 0)
    yield lambda: int(prctl(GET_DUMPABLE, 0, 0, 0, 0))
    prctl(SET_DUMPABLE, before, 0, 0, 0)


@linux
@pytest.mark.parametrize("command", commands.MODULES)
def test_every_command_hides_itself_but_those_that_only_read(
    world: World, dumpable: Callable[[], int], command: str
) -> None:
    assert dumpable() == 1
    assert world.run(command, "--help").code == 0
    assert dumpable() == (command in READ_ONLY)


def test_the_document_on_security_names_the_commands_that_only_read() -> None:
    said = " ".join((ROOT / "docs" / "security.md").read_text(encoding="utf-8").split())
    assert f"({', '.join(f'`{command}`' for command in READ_ONLY)})" in said


@linux
def test_a_command_that_says_nothing_of_secrets_hides_itself(
    world: World, dumpable: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.run("history", "--help").code == 0
    assert dumpable() == 1, "the control"
    monkeypatch.delattr(history, "HANDLES_SECRETS")
    assert world.run("history", "--help").code == 0
    assert dumpable() == 0


def test_every_command_limits_cores(tmp_path: Path, warm: Warm) -> None:
    scene = build("create", tmp_path / "w", warm)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        scene.run("search", "emma")
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] <= 1
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


@linux
def test_a_crash_writes_no_memory_to_disk(tmp_path: Path, warm: Warm) -> None:
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("cores of this machine go elsewhere")
    scene = build("create", tmp_path / "w", warm)
    scene.freeze(*scene.command, "--password-kind", "word", "--password-stdin")
    cores = tmp_path / "cores"
    for hidden in (True, False):
        cores.mkdir()
        ended = warm.run(
            scene, *scene.command, stdin=PASSWORD, hook=("abort_with_passwords", str(cores), hidden)
        )
        assert ended.code == -signal.SIGABRT, ended.err
        found = [PASSWORD.encode() in core.read_bytes() for core in cores.iterdir()]
        assert found == [] if hidden else found == [True], "without the protection it is in the core"
        shutil.rmtree(cores)
        scene.put_back()
