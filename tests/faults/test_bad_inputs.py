"""Every bad input through the real program: a clear message, the right exit code, and nothing else changed or read.

Each runs within 1 GiB of memory and some seconds, and strace sees every file, address and program that it reaches for.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_inputs import Bad, everything
from scenes import PEOPLE, Ended, Scene, Warm, need_strace
from world import ROOT

BAD = everything()
SECONDS = 30  # of work: alone none takes ten
GIB = 1 << 30


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    need_strace()
    folder = tmp_path_factory.mktemp("traced")
    line = ("strace", "-ff", "-s", "4096", "-e", "trace=open,openat,connect,execve", "--seccomp-bpf")
    server = Warm(folder, (*line, "-o", folder / "trace"))
    yield server
    server.close()


@pytest.fixture
def canary() -> Iterator[Path]:
    """A file outside everything, under a name so short that a card has room for it."""
    with tempfile.TemporaryDirectory(prefix="c", dir="/tmp") as folder:
        (Path(folder) / "c").write_text("secret of the canary")
        yield Path(folder) / "c"


def reached_for(warm: Warm, process: int) -> set[str]:
    """Return every file that a process opened, and every address or program that it reached for."""
    text = (warm.folder / f"trace.{process}").read_text(errors="replace")
    done = [
        line for line in text.splitlines() if " = -1 " not in line or line.startswith(("connect", "execve"))
    ]
    return {found for line in done for found in re.findall(r'"([^"]*)"', line)[:1]}


def strange(scene: Scene, ended: Ended, named: set[str]) -> set[str]:
    """Return what a run reached for that is neither its own, nor the system's libraries, nor named by the user."""
    own = (ROOT, scene.folder, scene.warm.folder, Path(sys.prefix), Path(sys.base_prefix))
    system = ("/usr", "/lib", "/etc/fonts", "/etc/ld.so", "/etc/localtime", "/var/cache/fontconfig")
    kernel = r"/proc/(self|\d+)/(statm|mountinfo|maps|stat)|/proc/(meminfo|cpuinfo|stat|sys/vm/overcommit_memory)|/sys/.*"
    usual = rf"{kernel}|/tmp/(weasy\w+|tmp\w+).*|/dev/(null|urandom)|.*/\.cache/fontconfig.*"
    return {
        path
        for path in reached_for(scene.warm, ended.process)
        if path.startswith("/")
        and not path.startswith((*system, *(str(folder) for folder in own)))
        and not re.fullmatch(usual, path)
        and path not in named
    }


def wrong(scene: Scene, bad: Bad, canary: Path) -> list[str]:
    """Try one bad input, and return what is wrong with how the program took it."""
    line = bad.make(scene, canary)
    before = scene.snapshot(), {path.name for path in scene.out.iterdir()}
    ended = scene.go(*line, hook=("bounded", SECONDS, GIB))
    after = scene.snapshot(), {path.name for path in scene.out.iterdir()}
    faults = []
    if ended.code not in bad.codes:
        faults.append(f"exit {ended.code}, not {bad.codes}: {ended.err[-300:]}")
    if ended.code and bad.says not in ended.err:
        faults.append(f"{bad.says!r} is not in the message: {ended.err[-300:]}")
    if len(ended.err) > 20_000:
        faults.append(f"a message of {len(ended.err)} signs")
    if "Traceback" in ended.err or "\x1b" in ended.err:
        faults.append(ended.err[-300:])
    if ended.code and before != after:
        faults.append("something was changed")
    named = {
        "/etc/passwd",
        "/etc/shadow",
        "/proc/self/mem",
        "/dev/zero",
        "/dev/tty",
        "/dev/null",
        "/dev/full",
    }
    reached = strange(scene, ended, named & {str(path) for path in outside(scene, line)})
    return faults + [f"reached for {path}" for path in sorted(reached)]


def outside(scene: Scene, line: tuple[object, ...]) -> Iterator[Path]:
    """Yield what the user's own files and settings point at: that may be opened, and is then found useless."""
    for path in scene.folder.rglob("*"):
        if path.is_symlink():
            yield path.readlink()
    text = scene.config.read_text(errors="replace") if scene.config.is_file() else ""
    yield from (Path("/") / found.lstrip("./") for found in re.findall(r'logo = "([^"\n]*)"', text[:5000]))


@pytest.mark.parametrize("group", BAD)
def test_bad_inputs_are_refused_and_nothing_else_happens(
    tmp_path: Path, traced: Warm, canary: Path, group: str
) -> None:
    scene = Scene(tmp_path / "w", traced)
    scene.done("import", scene.pupils(*PEOPLE))
    scene.keep()
    faults = []
    for bad in BAD[group]:
        scene.put_back()
        faults += [f"{bad.name}: {fault}" for fault in wrong(scene, bad, canary)]
    assert not faults, "\n".join(faults)
