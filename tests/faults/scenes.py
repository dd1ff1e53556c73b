"""A warm interpreter, worlds whose state is put back quickly, and the invariants of a batch.

Whenever a command that makes accounts is killed, at any place:

- I1: a ZIP with its final name means that its accounts are committed, and that its cards open them;
- I2: committed accounts have a ZIP that is whole, under its hidden or its final name, or the batch is `lost`;
- I3: after exit code 0 everything is synced to disk (`test_order.py`);
- I4: after a recovery nothing unfinished is left: no open batch, no staged file;
- I5: no file of the user is overwritten (`test_disks.py`);
- I6: passwords in clear are in the ZIP only (`test_leaks.py`);
- I7: a recovery may be killed too, any number of times (`test_kills.py`).
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from interruptible import interruptible
from waiting import eventually
from world import AS_OF, ROOT, World, row

from leerid_cli.batches import files
from leerid_cli.rules import hashing

HERE = Path(__file__).resolve().parent
PEOPLE = (
    row("1", insz="15030700157"),
    row("2", voornaam="Jan", insz="15030700256"),
)
# The first pupil again, now in secondary education: the account is to be converted.
MOVED = row("1", insz="15030700157", hoofdstructuur="311", klas="1B")


@dataclass(frozen=True)
class Ended:
    """How a run of the program in a fork ended."""

    process: int
    status: int
    out: str
    err: str

    @property
    def code(self) -> int:
        """The exit code, or minus the number of the signal that killed the run."""
        return os.waitstatus_to_exitcode(self.status)

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Warm:
    """The process of `warm.py`, of which each run of the program is a fork; `prefix` can be strace."""

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
        """Run the program in a world.

        `failpoint` is NAME:ACTION:TURN, as in LEERID_FAILPOINT; `hook` a function of `hooks` with its
        arguments.
        """
        out, err, given = (self.folder / name for name in ("out", "err", "in"))
        given.write_text(stdin)
        line = ["--db", world.store, "--config", world.config, *arguments]
        request = {
            "arguments": [str(argument) for argument in line],
            "environment": {"LEERID_FAILPOINT": failpoint, **(environment or {})},
            "stdin": str(given),
            "out": str(out),
            "err": str(err),
            "hook": [*(world.always if isinstance(world, Scene) else ()), *hook],
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
        """Run the program and return each failpoint that it passed, as NAME:{}:TURN, to fill in an action."""
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


class Scene(World):
    """A world in a certain state, with the command to be interrupted, and a saved copy of the state."""

    def __init__(self, folder: Path, warm: Warm) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.config.write_text(
            '[portal]\nurl = "https://loket.test/l/{token}"\n[passwords]\nbasis = "word"\n'
        )
        self.warm = warm
        self.command: tuple[object, ...] = ()
        self.always: tuple[str, ...] = ()
        self.before: dict[int, str] = {}
        self.saved = folder.with_name(folder.name + "-saved")

    def freeze(self, *command: object) -> "Scene":
        """Save the present state, from which every trial with this command starts."""
        self.command = command
        self.before = self.hashes()
        self.keep()
        return self

    def keep(self) -> None:
        """Save the present state of the folder."""
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.folder, self.saved, symlinks=True)

    def put_back(self) -> None:
        """Put the saved state back."""
        shutil.rmtree(self.folder)
        shutil.copytree(self.saved, self.folder, symlinks=True)

    def go(self, *arguments: object, failpoint: str = "", hook: tuple[object, ...] = ()) -> Ended:
        """Run the command of this scene, or another one, in a fork."""
        return self.warm.run(self, *(arguments or self.command), failpoint=failpoint, hook=hook)

    def done(self, *arguments: object) -> Ended:
        """Run a command that has to succeed."""
        ended = self.go(*arguments)
        assert ended.code in (0, 4), ended.err
        return ended

    @contextmanager
    def waiting_at(self, name: str, turn: int = 1, hook: tuple[object, ...] = ()) -> Iterator[list[Ended]]:
        """Run the command of this scene, and keep it waiting at a failpoint during the block.

        `hook` is called before. Yields a list that holds how the run ended, after the block.
        """
        reached, go_on = self.folder.with_name("reached"), self._goes_on()
        for mark in (reached, go_on):
            mark.unlink(missing_ok=True)
        ended: list[Ended] = []
        wait = (*hook, "wait_at", name, turn, str(reached), str(go_on))
        thread = threading.Thread(target=lambda: ended.append(self.go(hook=wait)))
        thread.start()
        try:
            assert eventually(reached.exists, thread.is_alive)
            yield ended
        finally:
            go_on.touch()
            thread.join()

    def go_on(self) -> None:
        """Let the waiting run go on before the end of the block of `waiting_at`."""
        self._goes_on().touch()

    def _goes_on(self) -> Path:
        return self.folder.with_name("go-on")

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Return the rows of a query on a copy of the store, so that its journal is left for the program."""
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

    def with_two_outputs(self) -> "Scene":
        """Let every batch of this scene deliver a text file beside its ZIP; return the scene."""
        self.always = ("with_two_outputs", str(self.out))
        return self

    def delivered(self) -> set[bool]:
        """Return whether the files that the command delivers have their final names: {True} for all of them."""
        names = ("new.zip", "names.txt") if self.always else ("new.zip",)
        return {(self.out / name).exists() for name in names}

    def hashes(self) -> dict[int, str]:
        """Return the hash of the password of each account, by person."""
        return {found["person"]: found["password_hash"] for found in self.rows("SELECT * FROM account")}

    def broken(self) -> list[str]:
        """Return how the invariants I1 and I2 are broken, and whether a batch is committed in part."""
        accounts = self.rows("SELECT * FROM account")
        batches = {found["id"]: found for found in self.rows("SELECT * FROM batch")}
        every = self.rows("SELECT * FROM batch_file ORDER BY batch, number")
        faults = [found["integrity_check"] for found in self.rows("PRAGMA integrity_check")]
        faults = [fault for fault in faults if fault != "ok"]
        changed = [found for found in accounts if self.before.get(found["person"]) != found["password_hash"]]
        for account in changed:
            batch = batches.get(account["batch"], {"id": None, "state": "none"})
            mine = [found for found in every if found["batch"] == batch["id"]]
            whole = [_whole(batch, found) for found in mine]
            if not mine or not all(whole):
                faults.append(f"I2: {account['username']} in batch {batch['state']} without a whole file")
            elif not _opens(whole[0], account["password_hash"]):
                faults.append(f"I1: the card of {account['username']} does not open the account")
        for batch in batches.values():
            mine = [account for account in changed if account["batch"] == batch["id"]]
            if mine and len(mine) != batch["accounts"]:
                faults.append(f"half of batch {batch['id']} is committed")
            named = [
                found for found in every if found["batch"] == batch["id"] and Path(found["final"]).exists()
            ]
            if batch["state"] in ("intent", "aborted") and (mine or named):
                faults.append(
                    f"I1: batch {batch['id']} is not committed, but files or accounts of it are there"
                )
        return faults

    def kind(self) -> object:
        """Return what a recovery finds: a journal to roll back, the states of batches, and the files."""
        journal = self.store.with_name(self.store.name + "-journal")
        hot = journal.exists() and journal.read_bytes()[:1] not in (b"", b"\0")
        states = tuple(found["state"] for found in self.rows("SELECT state FROM batch ORDER BY at"))
        found = [(path.suffix, path.stat().st_nlink, path.stat().st_size > 0) for path in self.out.iterdir()]
        files = tuple(sorted(found))
        return hot, states, files

    def unsettled(self) -> list[str]:
        """Return what a recovery should have settled or removed (I4)."""
        open_ = self.rows("SELECT * FROM batch WHERE state NOT IN ('delivered', 'aborted', 'accepted')")
        reserved = [f"person {found['person']} reserved" for found in self.rows("SELECT * FROM reservation")]
        locks = [path.name for path in self.folder.glob("leerid.db.batch-*.lock")]
        leftovers = [name for name in self.leftovers() if not name.startswith(".official-number.key")]
        journal = self.store.with_name(self.store.name + "-journal")
        # A journal that was never synced begins with a zero byte: there is nothing to roll back.
        if journal.name in leftovers and journal.read_bytes()[:1] == b"\0":
            leftovers.remove(journal.name)
        return [*(batch["id"] for batch in open_), *reserved, *locks, *leftovers]


def _whole(batch: dict[str, Any], file: dict[str, Any]) -> Path | None:
    """Return the final or the hidden file of a batch if it is whole, else None."""
    if batch["state"] not in ("committed", "delivered", "lost"):
        return None
    places = (Path(file["final"]), Path(file["stage"]))
    return next((place for place in places if files.digest(place) == file["sha256"]), None)


def _opens(bundle: Path, password_hash: str) -> bool:
    """Tell whether a password printed on the cards opens the account."""
    words = printed(bundle)
    return any(hashing.matches(word.encode(), password_hash) for word in words)


def printed(bundle: Path) -> set[str]:
    """Return all words on the stickers in a ZIP that can be a `word` or `temporary` password."""
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        data = archive.read("leerid-stickers-wachtwoord.pdf")
    with pypdfium2.PdfDocument(data) as opened:
        text = "\n".join(page.get_textpage().get_text_range() for page in opened)
    return set(re.findall(r"\b[a-z0-9]{6,8}\b", text))


def build(name: str, folder: Path, warm: Warm) -> Scene:
    """Return the scene in which a command can be killed: pupils, accounts, and the command itself."""
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
