"""What strace saw a run use: the files, addresses and programs, and which of them are unexpected."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scenes import Ended, Scene, Warm
from world import ROOT

LINE = ("strace", "-ff", "-s", "4096", "-e", "trace=open,openat,connect,execve", "--seccomp-bpf")
SYSTEM = ("/usr", "/lib", "/etc/fonts", "/etc/ld.so", "/etc/localtime", "/var/cache/fontconfig")
KERNEL = r"/proc/(self|\d+)/(statm|mountinfo|maps|stat)|/proc/(meminfo|cpuinfo|stat|sys/vm/overcommit_memory)|/sys/.*"
USUAL = re.compile(rf"{KERNEL}|/tmp/(weasy\w+|tmp\w+).*|/dev/(null|urandom)|.*/\.cache/fontconfig.*")


def reached_for(warm: Warm, process: int) -> set[str]:
    """Return the files that a process opened, and the addresses and programs that it tried to use."""
    text = (warm.folder / f"trace.{process}").read_text(errors="replace")
    tried = ("connect", "execve")
    done = [line for line in text.splitlines() if " = -1 " not in line or line.startswith(tried)]
    return {found for line in done for found in re.findall(r'"([^"]*)"', line)[:1]}


def strange(scene: Scene, ended: Ended) -> set[str]:
    """Return what a run used that is neither its own, nor of the system, nor named by files of the user."""
    own = (ROOT, scene.folder, scene.warm.folder, Path(sys.prefix), Path(sys.base_prefix))
    named = {str(path) for path in _named(scene)}
    return {
        path
        for path in reached_for(scene.warm, ended.process)
        if path.startswith("/")
        and not path.startswith((*SYSTEM, *(str(folder) for folder in own)))
        and not USUAL.fullmatch(path)
        and path not in named
    }


def _named(scene: Scene) -> Iterator[Path]:
    """Yield what links and settings of the user point at: the program may open it, and then refuses it."""
    for path in scene.folder.rglob("*"):
        if path.is_symlink():
            yield path.readlink()
    text = scene.config.read_text(errors="replace") if scene.config.is_file() else ""
    yield from (Path("/") / found.lstrip("./") for found in re.findall(r'logo = "([^"\n]*)"', text[:5000]))
