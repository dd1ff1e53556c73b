"""Full, broken and read-only disks, files in the way, and two runs at once."""

import os
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from mounts import mounted
from scenes import Ended, Scene, Warm, build
from world import AS_OF

IN_THE_WAY = ("file", "link", "link to a file", "pipe", "folder")


def told(ended: Ended, scene: Scene) -> None:
    """Check that exit code and message say what was done, and that a recovery finishes or undoes it."""
    changed = scene.hashes() != scene.before
    assert scene.broken() == []
    assert "Traceback" not in ended.err
    if changed:
        assert ended.code in (0, 9) or (ended.code == 7 and "stands at" in ended.err), ended.err
    else:
        assert ended.code == 7, ended.err
        assert not (scene.out / "new.zip").exists()
    recovered = scene.go("recover")
    assert recovered.code == 0, recovered.err
    assert (scene.broken(), scene.unsettled()) == ([], [])
    assert (scene.out / "new.zip").exists() == changed


@pytest.mark.parametrize("failure", ["enospc", "eio"])
def test_a_disk_that_fails_at_any_failpoint(tmp_path: Path, warm: Warm, failure: str) -> None:
    scene = build("create", tmp_path / "w", warm)
    outcomes = set()
    for point in warm.failpoints(scene, *scene.command):
        scene.put_back()
        ended = scene.go(failpoint=point.format(failure))
        outcomes.add(ended.code)
        told(ended, scene)
    assert outcomes >= {7, 9}


def test_a_disk_that_is_full_at_any_write(tmp_path: Path, warm: Warm) -> None:
    with mounted(tmp_path / "disk", "4m") as disk:
        scene = build("create", disk / "w", warm)
        scene.saved = tmp_path / "saved"
        scene.keep()
        ballast, codes = disk / "ballast", []
        for pages in range(400):
            ballast.unlink(missing_ok=True)
            scene.put_back()
            room = os.statvfs(disk)
            ballast.write_bytes(bytes(room.f_bavail * room.f_frsize))
            os.truncate(ballast, ballast.stat().st_size - pages * 4096)
            ended = scene.go()
            codes.append(ended.code)
            ballast.unlink()
            told(ended, scene)
            if ended.code == 0:
                break
    assert codes[-1] == 0
    assert set(codes[:-1]) <= {7, 9}
    assert len(codes) > 5


def test_a_store_on_a_read_only_disk_can_be_read_and_not_written(tmp_path: Path, warm: Warm) -> None:
    with mounted(tmp_path / "disk", "4m") as disk:
        scene = build("create", disk / "w", warm)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        before = scene.snapshot()
        assert "Emma" in scene.go("search", "emma", *AS_OF).out
        for line in (
            ("create", "030569/1", *AS_OF, "-o", tmp_path),
            ("recover",),
            ("import", scene.folder / "pupils.csv"),
        ):
            ended = scene.go(*line)
            assert ended.code == 7, f"{line}: {ended.err}"
        assert scene.snapshot() == before
        assert not list(tmp_path.glob("*.zip"))


def unchanged(now: os.stat_result, before: os.stat_result) -> bool:
    """Tell whether a file is still the same one with the same content; its access time does not count."""
    return (now.st_ino, now.st_dev, now.st_mode, now.st_size, now.st_mtime_ns) == (
        before.st_ino, before.st_dev, before.st_mode, before.st_size, before.st_mtime_ns
    )  # fmt: skip


@pytest.mark.parametrize("command", ["create", "reset-password", "adopt"])
def test_a_zip_that_does_not_read_back_as_it_was_written_counts_for_nothing(
    tmp_path: Path, warm: Warm, command: str
) -> None:
    scene = build(command, tmp_path / "w", warm)
    there = set(scene.out.iterdir())
    ended = scene.go(hook=("damage_what_is_staged", str(scene.out)))
    assert (ended.code, "does not read back" in ended.err) == (7, True), ended.err
    assert scene.hashes() == scene.before
    assert set(scene.out.iterdir()) == there
    assert scene.broken() == []


def test_of_two_files_one_that_cannot_get_its_name_does_not_keep_the_other_back(
    tmp_path: Path, warm: Warm
) -> None:
    scene = build("create", tmp_path / "w", warm).with_two_outputs()
    ended = scene.go(hook=("put_in_the_way", "batch-verified", "file", str(scene.out / "new.zip")))
    assert ended.code == 9, ended.err
    assert (scene.out / "names.txt").read_text() == "emma.peeters"
    assert scene.rows("SELECT number, state FROM batch_file") == [
        {"number": 1, "state": "staged"}, {"number": 2, "state": "published"},
    ]  # fmt: skip
    (scene.out / "names.txt").unlink()  # it was taken away: that is no loss
    (scene.out / "new.zip").unlink()
    assert scene.go("recover").code == 0
    assert (scene.out / "new.zip").exists()
    assert scene.unsettled() == []


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_appears_in_the_place_of_the_zip_stays_and_the_zip_waits(
    tmp_path: Path, warm: Warm, what: str
) -> None:
    scene = build("create", tmp_path / "w", warm)
    final = scene.out / "new.zip"
    ended = scene.go(hook=("put_in_the_way", "batch-verified", what, str(final)))
    theirs = final.lstat()
    assert ended.code == 9, ended.err
    assert scene.broken() == []
    assert scene.go("recover").code == 9
    assert scene.go("recover", "--deliver", scene.out / "other.zip").code == 0
    assert unchanged(final.lstat(), theirs) or stat.S_ISFIFO(theirs.st_mode)
    if what == "file":
        assert final.read_text() == "mine"
    assert (scene.out / "other.zip").is_file()
    assert (scene.broken(), scene.unsettled()) == ([], [])


@pytest.mark.parametrize("what", IN_THE_WAY[:-1])
def test_what_stands_in_the_place_of_the_zip_from_the_start(tmp_path: Path, warm: Warm, what: str) -> None:
    scene = build("create", tmp_path / "w", warm)
    import hooks

    hooks.put(what, str(scene.out / "new.zip"))
    ended = scene.go()
    assert ended.code == 7, ended.err
    assert "exists already" in ended.err
    assert scene.hashes() == {}


def test_a_disk_without_hard_links_gets_its_zip_all_the_same(tmp_path: Path, warm: Warm) -> None:
    scene = build("create", tmp_path / "w", warm)
    ended = scene.go(hook=("without_hard_links",))
    assert ended.code == 0, ended.err
    assert (scene.broken(), scene.unsettled()) == ([], [])
    scene.put_back()
    (scene.out / "new.zip").write_text("mine")
    assert scene.go(hook=("without_hard_links",)).code == 7
    assert scene.go("backup", scene.folder / "copy.db", hook=("without_hard_links",)).code == 0


def test_beside_a_commit_another_run_is_refused_and_a_reader_sees_what_was(
    tmp_path: Path, warm: Warm
) -> None:
    scene = build("create", tmp_path / "w", warm)
    with scene.waiting_at("store-commit", 2) as ended:
        for line in (
            ("create", "030569/2", *AS_OF, "-o", scene.out),
            ("import", scene.folder / "pupils.csv"),
            ("recover",),
        ):
            busy = scene.run("--wait", 0, *line)
            assert busy.code == 8, f"{line}: {busy.err}"
            assert "create (process" in busy.err
        found = scene.run("search", "emma", *AS_OF, "--format", "json")
        assert (found.code, found.json[0]["status"]) == (0, "none")
        assert scene.run("doctor").code in (0, 7)
    assert ended[0].code == 0, ended[0].err
    assert scene.run("search", "emma", *AS_OF, "--format", "json").json[0]["status"] == "active"


def test_on_a_full_disk_a_recovery_makes_room(tmp_path: Path, warm: Warm) -> None:
    with mounted(tmp_path / "disk", "4m") as disk:
        scene = build("create", disk / "w", warm)
        assert scene.go(failpoint="batch-verified:kill").killed
        os.truncate(scene.store.with_name("leerid.db.lock"), 0)  # the name of its holder needs space
        (disk / "ballast").write_bytes(b"")
        with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        assert os.statvfs(disk).f_bavail == 0
        recovered = scene.go("recover")
        assert recovered.code == 0, recovered.err
        assert (scene.broken(), scene.unsettled()) == ([], [])
