"""A warm interpreter, schools that are put back quickly, and the invariants I1 to I7."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from interruptible import interruptible
from skips import why_without
from world import AS_OF, ROOT, World, row

from leerid_cli.accounts import hashing
from leerid_cli.delivery import staging

HERE = Path(__file__).resolve().parent
PEOPLE = (
    row("1", insz="15030700157"),
    row("2", voornaam="Jan", insz="15030700256"),
)
# The first of them in secondary education: an account to convert.
MOVED = row("1", insz="15030700157", hoofdstructuur="311", klas="1B")


@dataclass(frozen=True)
class Ended:
    """How a forked run ended."""

    process: int
    status: int
    out: str
    err: str

    @property
    def code(self) -> int:
        """The exit code; minus the signal where one killed it."""
        return os.waitstatus_to_exitcode(self.status)

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Warm:
    """The server of `warm.py`, and runs of the program as forks of it."""

    def __init__(self, folder: Path, prefix: tuple[object, ...] = ()) -> None:
        paths = os.pathsep.join(str(path) for path in (HERE, HERE.parent, ROOT))
        environment = os.environ | {"PYTHONPATH": paths, "LEERID_BCRYPT_COST": "4", "LEERID_LANG": "en"}
        self.folder = folder
        self.server = subprocess.Popen(
            [str(word) for word in (*prefix, sys.executable, HERE / "warm.py", folder)], env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=interruptible,
        )  # fmt: skip

    def run(
        self,
        world: World,
        *arguments: object,
        failpoint: str = "",
        hook: tuple[object, ...] = (),
        stdin: str = "",
        environment: dict[str, str] | None = None,
    ) -> Ended:
        """Run the program in the world, at most with one failpoint and one hook."""
        out, err, given = (self.folder / name for name in ("out", "err", "in"))
        given.write_text(stdin)
        line = ["--db", world.store, "--config", world.config, *arguments]
        request = {
            "arguments": [str(argument) for argument in line],
            "environment": {"LEERID_FAILPOINT": failpoint, **(environment or {})},
            "stdin": str(given),
            "out": str(out),
            "err": str(err),
            "hook": list(hook),
        }
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        answer = json.loads(self.server.stdout.readline())
        return Ended(
            answer["process"],
            answer["status"],
            out.read_text(encoding="utf-8"),
            err.read_text(encoding="utf-8"),
        )

    def failpoints(self, world: World, *arguments: object) -> list[str]:
        """Run the program and return every failpoint that it passed, as NAME:kill:TURN."""
        found = self.folder / "failpoints"
        ended = self.run(world, *arguments, hook=("record_failpoints", str(found)))
        assert ended.code in (0, 4), ended.err
        names = found.read_text().split()
        return [f"{name}:{{}}:{names[: place + 1].count(name)}" for place, name in enumerate(names)]

    def close(self) -> None:
        assert self.server.stdin
        self.server.stdin.close()
        assert self.server.wait() == 0
        assert self.server.stdout
        self.server.stdout.close()


def need_strace() -> None:
    """Skip the test where strace is not installed or may not watch."""
    line = ["strace", "-ff", "--seccomp-bpf", "-e", "trace=fsync", "true"]
    if not shutil.which("strace"):
        pytest.skip(why_without("strace"))
    if subprocess.run(line, capture_output=True, check=False).returncode:
        pytest.skip("strace may not watch other processes here")


class Scene(World):
    """A world in a certain state, the command under trial, and how to put the state back."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.config.write_text(
            '[portal]\nurl = "https://loket.test/l/{token}"\n[passwords]\nbasis = "word"\n'
        )
        self.warm = warm
        self.command: tuple[object, ...] = ()
        self.before: dict[int, str] = {}
        self.saved = folder.with_name(folder.name + "-saved")

    def freeze(self, *command: object) -> "Scene":
        """Keep the state as it is as the one that every trial starts from."""
        self.command = command
        self.before = self.hashes()
        self.keep()
        return self

    def keep(self) -> None:
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.folder, self.saved, symlinks=True)

    def put_back(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self.saved, self.folder, symlinks=True)

    def go(self, *arguments: object, failpoint: str = "", hook: tuple[object, ...] = ()) -> Ended:
        """Run the command under trial, or another, in a fork."""
        return self.warm.run(self, *(arguments or self.command), failpoint=failpoint, hook=hook)

    def done(self, *arguments: object) -> Ended:
        ended = self.go(*arguments)
        assert ended.code in (0, 4), ended.err
        return ended

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Ask a copy of the store, so that rolling back a journal is left to the program."""
        if not self.store.exists():
            return []
        copy = self.folder.with_name(self.folder.name + "-read")
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for path in self.folder.glob("leerid.db*"):
            if path.is_file():
                shutil.copy(path, copy)
        with closing(sqlite3.connect(copy / self.store.name)) as store:
            store.row_factory = sqlite3.Row
            return [dict(found) for found in store.execute(query).fetchall()]

    def hashes(self) -> dict[int, str]:
        return {found["person"]: found["password_hash"] for found in self.rows("SELECT * FROM account")}

    def broken(self) -> list[str]:
        """Return which of the invariants I1, I2 and I4 do not hold; also whether it is all or nothing."""
        accounts = self.rows("SELECT * FROM account")
        batches = {found["id"]: found for found in self.rows("SELECT * FROM batch")}
        faults = [found["integrity_check"] for found in self.rows("PRAGMA integrity_check")]
        faults = [fault for fault in faults if fault != "ok"]
        changed = [found for found in accounts if self.before.get(found["person"]) != found["password_hash"]]
        for account in changed:
            batch = batches.get(account["batch"], {"state": "none", "stage": "", "final": "", "sha256": None})
            whole = _whole(batch)
            if not whole:
                faults.append(f"I2: {account['username']} in batch {batch['state']} without a whole ZIP")
            elif not _opens(whole, account["password_hash"]):
                faults.append(f"I1: the card of {account['username']} does not open the account")
        for batch in batches.values():
            mine = [account for account in changed if account["batch"] == batch["id"]]
            if mine and len(mine) != batch["accounts"]:
                faults.append(f"half of batch {batch['id']} is committed")
            if batch["state"] in ("intent", "aborted") and (mine or Path(batch["final"]).exists()):
                faults.append(f"I1: batch {batch['id']} is not committed, but its ZIP or accounts are there")
        return faults

    def kind(self) -> object:
        """Return what a recovery finds: the states of the batches, and which files there are."""
        journal = self.store.with_name(self.store.name + "-journal")
        hot = journal.exists() and journal.read_bytes()[:1] not in (b"", b"\0")
        states = tuple(found["state"] for found in self.rows("SELECT state FROM batch ORDER BY at"))
        found = [(path.suffix, path.stat().st_nlink, path.stat().st_size > 0) for path in self.out.iterdir()]
        files = tuple(sorted(found))
        return hot, states, files

    def unsettled(self) -> list[str]:
        """Return what a recovery should have cleared away: I4."""
        open_ = self.rows("SELECT * FROM batch WHERE state NOT IN ('delivered', 'aborted', 'accepted')")
        leftovers = [name for name in self.leftovers() if not name.startswith(".official-number.key")]
        journal = self.store.with_name(self.store.name + "-journal")
        # One that was never synced begins with a zero byte: nothing to roll back, and the next write uses it.
        if journal.name in leftovers and journal.read_bytes()[:1] == b"\0":
            leftovers.remove(journal.name)
        return [*(batch["id"] for batch in open_), *leftovers]


def _whole(batch: dict[str, Any]) -> Path | None:
    """Return the stage or final file of a batch that is whole."""
    if batch["state"] not in ("committed", "delivered", "lost"):
        return None
    places = (Path(batch["final"]), Path(batch["stage"]))
    return next((place for place in places if staging.digest(place) == batch["sha256"]), None)


def _opens(bundle: Path, password_hash: str) -> bool:
    """Tell whether a password printed on the cards opens the account."""
    words = printed(bundle)
    return any(hashing.matches(word.encode(), password_hash) for word in words)


def printed(bundle: Path) -> set[str]:
    """Return what may be a word or temporary password on the cards of a bundle."""
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        data = archive.read("leerid-stickers-wachtwoord.pdf")
    with pypdfium2.PdfDocument(data) as opened:
        text = "\n".join(page.get_textpage().get_text_range() for page in opened)
    return set(re.findall(r"\b[a-z0-9]{6,8}\b", text))


def build(name: str, folder: Path, warm: Warm) -> Scene:
    """Return the scene in which a command is killed: register, accounts, and the command itself."""
    scene = Scene(folder, warm)
    scene.done("import", scene.pupils(*PEOPLE))
    out = scene.out
    accounts = ("bulk-create", "--all", *AS_OF, "-o", out / "first.zip")
    if name == "create":
        return scene.freeze("create", "030569/1", *AS_OF, "-o", out / "new.zip")
    if name == "bulk-create":
        return scene.freeze("bulk-create", "--all", *AS_OF, "-o", out / "new.zip")
    if name == "adopt":
        lines = (
            "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord",
            "030569;1;emma.p;kers42",
            "030569;2;jan.p;boom77",
        )
        file = scene.file("\n".join(lines), "accounts.csv")
        return scene.freeze("adopt", file, "--cards", *AS_OF, "-o", out / "new.zip")
    scene.done(*accounts)
    if name == "reset-password":
        line = ("reset-password", "--school", "030569", "--expect", 2)
        return scene.freeze(*line, *AS_OF, "-o", out / "new.zip")
    if name == "rename":
        return scene.freeze("rename", "030569/1", "--username", "emma.p", *AS_OF, "-o", out / "new.zip")
    if name == "convert":
        scene.done("import", scene.pupils(MOVED, PEOPLE[1]))
        line = ("bulk-create", "--convert", "--all")
        return scene.freeze(*line, *AS_OF, "-o", out / "new.zip")
    assert name == "import"
    changed = scene.pupils(row("1", insz="15030700157", klas="6A"), row("3", voornaam="Jef"))
    return scene.freeze("import", changed)
