"""The order of system calls by which a batch survives a power cut; a missing protection is noticed.

What was not synced can be lost in a power cut, any part of it, in any order. So the calls that strace saw
must have this order: the ZIP and its hidden name are synced before the store is written; the commit is synced
before the ZIP gets its final name; and the final name is synced before the hidden one is removed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from scenes import Scene, Warm, build
from skips import need_strace

CALLS = (
    "openat,write,pwrite64,fsync,fdatasync,ftruncate,link,linkat,rename,renameat,renameat2,unlink,unlinkat"
    ",flock,close"
)
_LINE = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")


@dataclass(frozen=True)
class Call:
    """A system call that succeeded: its name, and the text of its arguments, with paths."""

    name: str
    text: str

    def on(self, path: Path) -> bool:
        return f"<{path}>" in self.text or f'"{path}"' in self.text


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    need_strace()
    folder = tmp_path_factory.mktemp("traced")
    prefix = (
        "strace",
        "-ff",
        "-y",
        "-s",
        "0",
        "-e",
        f"trace={CALLS}",
        "--seccomp-bpf",
        "-o",
        folder / "trace",
    )
    server = Warm(folder, prefix)
    yield server
    server.close()


def calls(scene: Scene, *hook: object) -> list[Call]:
    """Run the command of a scene under strace and return the system calls of its main thread."""
    scene.put_back()
    ended = scene.go(hook=hook)
    assert ended.code == 0, ended.err
    lines = (scene.warm.folder / f"trace.{ended.process}").read_text().splitlines()
    found = [match for line in lines if (match := _LINE.match(line))]
    return [Call(match[1], match[2]) for match in found if not match[3].startswith("-")]


def wrong(made: list[Call], scene: Scene) -> list[str]:
    """Return the rules about the order that these calls do not keep."""
    store, journal = scene.store, scene.store.with_name(scene.store.name + "-journal")
    final, folder = scene.out / "new.zip", scene.out
    new = [call.name == "openat" and "O_EXCL" in call.text and "new.zip" in call.text for call in made]
    created = new.index(True)
    later = " ".join(call.text for call in made[created + 1 :])
    path = Path(re.findall(r"<([^<>]*new\.zip[^<>]*)>", later)[0])

    def first(names: str, where: Path, after: int) -> int:
        places = (
            i for i, call in enumerate(made) if i > after and call.name in names.split() and call.on(where)
        )
        return next(places, 10**9)

    written = max(i for i, call in enumerate(made) if call.name == "write" and call.on(path))
    synced, named = first("fsync fdatasync", path, written), first("fsync", folder, written)
    gone = "ftruncate unlink unlinkat"
    begun = first("pwrite64", store, first(gone, journal, first("pwrite64", store, 0)))  # after the intent
    ended = first(gone, journal, begun)
    stored, durable = first("fsync fdatasync", store, begun), first("fsync fdatasync", journal, ended)
    durable = min(durable, first("fsync fdatasync", store.parent, ended))
    visible = first("link linkat rename renameat renameat2", final, 0) if path != final else created
    alone = first("unlink unlinkat", path, visible)
    rules = {
        "the bundle is durable before the store is written": synced < begun,
        "its name in the folder too": named < begun,
        "the store is durable before the journal goes": stored < ended,
        "the commit is durable before the bundle gets its name": durable < visible,
        "the new name is durable before the old one goes": first("fsync", folder, visible) < alone,
        "that the old one is gone is durable": first("fsync", folder, alone) < 10**9,
    }
    return [rule for rule, kept in rules.items() if not kept]


def test_the_order_of_system_calls(tmp_path: Path, traced: Warm) -> None:
    scene = build("create", tmp_path / "w", traced)
    assert wrong(calls(scene), scene) == []


@pytest.mark.parametrize(
    ("hook", "broken"),
    [
        (("without_sync", 1), "the bundle is durable before the store is written"),
        (("without_sync", 2), "its name in the folder too"),
        (("without_sync", 3), "the new name is durable before the old one goes"),
        (("without_sync", 4), "that the old one is gone is durable"),
        (
            ("with_pragma", "synchronous = FULL", "synchronous = OFF"),
            "the store is durable before the journal goes",
        ),
        (("with_pragma", "TRUNCATE", "DELETE"), "the commit is durable before the bundle gets its name"),
        (("naive", "zip first"), "the commit is durable before the bundle gets its name"),
        (("naive", "store first"), "the bundle is durable before the store is written"),
    ],
)
def test_without_one_of_the_protections_it_is_noticed(
    tmp_path: Path, traced: Warm, hook: tuple[object, ...], broken: str
) -> None:
    scene = build("create", tmp_path / "w", traced)
    assert broken in wrong(calls(scene, *hook), scene)


def kept_from_others(made: list[Call], scene: Scene) -> list[str]:
    """Return what the run did while it had the store lock, of what takes long: writing and syncing its files."""
    lock = scene.store.with_name(scene.store.name + ".lock")
    held, found = False, []
    for call in made:
        if call.on(lock):
            held = call.name == "flock" or (held and call.name != "close")
        elif held and ".new.zip." in call.text and call.name in ("openat", "write", "fsync"):
            found.append(call.name)
    return found


@pytest.mark.parametrize("command", ["create", "bulk-create", "reset-password", "rename", "adopt"])
def test_between_its_two_transactions_a_batch_does_not_have_the_store_lock(
    tmp_path: Path, traced: Warm, command: str
) -> None:
    scene = build(command, tmp_path / "w", traced)
    made = calls(scene)
    lock = scene.store.with_name(scene.store.name + ".lock")
    taken = [call for call in made if call.name == "flock" and call.on(lock)]
    assert len(taken) >= 4, "to settle, to reserve, to commit, to note the delivery"
    assert kept_from_others(made, scene) == []


def test_a_store_lock_that_is_kept_during_the_work_is_noticed(tmp_path: Path, traced: Warm) -> None:
    scene = build("create", tmp_path / "w", traced)
    assert {"openat", "write"} <= set(kept_from_others(calls(scene, "with_the_store_lock"), scene))
