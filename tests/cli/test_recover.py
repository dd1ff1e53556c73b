"""`recover`: accounts and their ZIP appear together or not at all, and what a killed run left is settled."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from mounts import mounted
from PIL import Image
from waiting import HANGS, eventually
from world import AS_OF, EXAMPLE, World

ACTIVE = ("search", "--status", "active", "--school", "030569", "--class", "3A", *AS_OF, "--format", "json")
CLASS = ("bulk-create", "--school", "030569", "--class", "3A", *AS_OF)


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", EXAMPLE).code == 0
    return world


def batch(world: World) -> dict[str, str]:
    connection = sqlite3.connect(world.store)
    connection.row_factory = sqlite3.Row
    (only,) = connection.execute(
        "SELECT b.*, f.stage, f.final, f.sha256, f.size, f.state AS file_state"
        " FROM batch b JOIN batch_file f ON f.batch = b.id"
    ).fetchall()
    connection.close()
    return dict(only)


def killed_after_commit(world: World) -> tuple[Path, Path]:
    """Bring the world into the state of a run killed between commit and publishing; return (stage, final)."""
    assert world.run(*CLASS, "-o", world.out / "a.zip").code == 0
    stage, final = Path(batch(world)["stage"]), Path(batch(world)["final"])
    final.rename(stage)
    connection = sqlite3.connect(world.store)
    connection.execute("UPDATE batch SET state = 'committed'")
    connection.execute("UPDATE batch_file SET state = 'staged'")
    connection.commit()
    connection.close()
    return stage, final


def test_a_batch_is_delivered_with_its_digest(school: World) -> None:
    school.run(*CLASS, "-o", school.out / "a.zip")
    found = batch(school)
    assert found["state"] == "delivered"
    assert found["size"] == (school.out / "a.zip").stat().st_size
    assert school.run("recover", "--format", "json").json["settled"] == 0


# The first limit stops the copy of a font that the renderer makes, the second the ZIP itself: a logo of noise
# makes it large.
@pytest.mark.parametrize("limit", [600_000, 1_000_000])
def test_a_disk_that_fills_up_leaves_no_account_and_no_file(school: World, limit: int) -> None:
    noise = Image.frombytes("RGB", (600, 600), random.Random(1).randbytes(600 * 600 * 3))
    noise.save(school.config.parent / "logo.png")
    with school.config.open("a") as file:
        file.write('[schools."030569"]\nlogo = "logo.png"\n')
    line = [sys.executable, "-m", "leerid_cli", "--db", school.store, "--config", school.config]
    line += ["bulk-create", "--school", "030569", *AS_OF, "-o", school.out / "a.zip"]

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [str(word) for word in line], preexec_fn=small_files, capture_output=True, text=True, check=False
    )
    assert done.returncode == 7, done.stderr
    assert "no account was made" in done.stderr
    assert list(school.out.iterdir()) == []
    assert school.run(*ACTIVE).code == 5
    assert batch(school)["state"] == "aborted"


def test_a_read_only_folder_leaves_no_account(school: World) -> None:
    with mounted(school.folder / "read-only", "1m") as folder:
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        done = school.run(*CLASS, "-o", folder)
        assert list(folder.iterdir()) == []
    assert done.code == 7, done.err
    assert "Read-only file system" in done.err
    assert school.run(*ACTIVE).code == 5


def test_a_run_killed_before_its_commit_is_undone_by_the_next(school: World) -> None:
    slow = os.environ | {"LEERID_BCRYPT_COST": "15"}
    line = [sys.executable, "-m", "leerid_cli", "--db", school.store, "--config", school.config, *CLASS]
    process = subprocess.Popen(
        [str(word) for word in (*line, "-o", school.out)], env=slow, stderr=subprocess.DEVNULL
    )
    assert eventually(lambda: _intent(school), lambda: process.poll() is None)
    process.kill()
    process.wait()
    Path(batch(school)["stage"]).write_text("half a ZIP")
    done = school.run("recover")
    assert (done.code, batch(school)["state"]) == (0, "aborted")
    assert list(school.out.iterdir()) == []
    assert school.run(*ACTIVE).code == 5
    assert school.run(*CLASS, "-o", school.out).code == 0


def _intent(world: World) -> bool:
    connection = sqlite3.connect(world.store, timeout=HANGS)
    try:
        return bool(connection.execute("SELECT 1 FROM batch WHERE state = 'intent'").fetchone())
    finally:
        connection.close()


@pytest.mark.parametrize("command", [("recover",), ("create", "1204871", *AS_OF)])
def test_a_run_killed_after_its_commit_is_finished_by_the_next(
    school: World, command: tuple[str, ...]
) -> None:
    stage, final = killed_after_commit(school)
    school.run(*command)
    assert final.exists()
    assert not stage.exists()
    assert batch(school)["state"] == "delivered"


def test_a_run_killed_after_publishing_only_loses_its_stage(school: World) -> None:
    stage, final = killed_after_commit(school)
    os.link(stage, final)
    assert school.run("recover").code == 0
    assert (stage.exists(), final.exists(), batch(school)["state"]) == (False, True, "delivered")


def test_another_file_in_its_place_is_not_overwritten(school: World) -> None:
    stage, final = killed_after_commit(school)
    final.write_text("mine")
    refused = school.run("recover")
    assert refused.code == 9
    assert "--deliver" in refused.err
    assert (final.read_text(), stage.exists()) == ("mine", True)
    assert school.run("recover", "--deliver", school.out / "b.zip").code == 0
    assert (school.out / "b.zip").exists()
    assert final.read_text() == "mine"


def test_a_lost_zip_is_loud_until_it_is_back_or_accepted(school: World) -> None:
    stage, final = killed_after_commit(school)
    kept = stage.read_bytes()
    stage.unlink()
    for command in (("recover",), CLASS):
        lost = school.run(*command)
        assert lost.code == 9
        assert batch(school)["id"] in lost.err
    assert school.run("recover", "--accept", "nosuch").code == 5
    final.write_bytes(kept)
    assert school.run("recover").code == 0
    assert batch(school)["state"] == "delivered"


def test_a_lost_zip_can_be_accepted_and_then_nothing_is_blocked(school: World) -> None:
    stage, _final = killed_after_commit(school)
    stage.unlink()
    assert school.run("recover").code == 9
    assert school.run("recover", "--accept", batch(school)["id"]).code == 0
    assert school.run("recover").code == 0
    assert len(school.run(*ACTIVE).json) > 0


def test_a_hidden_file_that_cannot_be_removed_is_said_and_tried_again(school: World) -> None:
    stage, _final = killed_after_commit(school)
    with closing(sqlite3.connect(school.store)) as connection, connection:
        connection.execute("UPDATE batch SET state = 'intent'")
        connection.execute("UPDATE batch_file SET state = 'staged', sha256 = NULL, size = NULL")
    stage.unlink()
    stage.mkdir()  # what no file can be removed from
    told = school.run("recover")
    assert (told.code, "cannot be removed" in told.err, str(stage) in told.err) == (0, True, True)
    assert batch(school)["state"] == "intent"
    stage.rmdir()
    assert "was undone" in school.run("recover").err
    assert batch(school)["state"] == "aborted"
