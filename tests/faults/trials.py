"""Kills and signals at random lines of the code that writes to disk."""

import random
import signal
from dataclasses import dataclass, field
from pathlib import Path

from scenes import Scene, Warm, build

COMMANDS = ("create", "bulk-create", "reset-password", "convert", "rename", "adopt")
LAST = 100
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass
class Tally:
    """The results of the trials: runs by signal, how many were committed, what was wrong (`violations`)."""

    ended: dict[str, int] = field(default_factory=dict)
    committed: int = 0
    violations: list[str] = field(default_factory=list)


class Trials:
    """Trials with a random command, signal and line; half of the lines are near the end, about the commit."""

    def __init__(self, folder: Path, warm: Warm, seed: int) -> None:
        self.chance = random.Random(seed)
        self.scenes = {name: build(name, folder / name, warm) for name in COMMANDS}
        self.lines = {name: self._count(scene) for name, scene in self.scenes.items()}
        self.tally = Tally()

    def _count(self, scene: Scene) -> int:
        counted = scene.folder / "lines"
        scene.go(hook=("count_lines", str(counted)))
        return int(counted.read_text())

    def trial(self) -> None:
        """Interrupt one run, and check what it left, before and after a recovery."""
        name = self.chance.choice(COMMANDS)
        which = self.chance.choice(SIGNALS)
        most = self.lines[name]
        line = self.chance.randint(self.chance.choice((1, max(1, most - LAST))), most)
        scene, case = self.scenes[name], f"{name}, {which.name} at line {line}"
        scene.put_back()
        ended = scene.go(hook=("signal_at_line", line, which))
        self.tally.ended[which.name] = self.tally.ended.get(which.name, 0) + 1
        allowed = {-9} if which is signal.SIGKILL else {0, 4, 128 + which}
        faults = scene.broken()
        if ended.code not in allowed:
            faults.append(f"exit {ended.code}: {ended.err}")
        if which is not signal.SIGKILL:
            faults += scene.unsettled()
        changed = scene.hashes() != scene.before
        self.tally.committed += changed
        if which is not signal.SIGKILL and changed != (ended.code in (0, 4)):
            faults.append("the exit code does not tell what was done")
        recovered = scene.go("recover")
        faults += [recovered.err] if recovered.code else []
        faults += [*scene.broken(), *scene.unsettled()]
        if (scene.hashes() != scene.before) != (scene.out / "new.zip").exists():
            faults.append("after the recovery the ZIP and the accounts do not go together")
        self.tally.violations += [f"{case}: {fault}" for fault in faults]
