"""kill -9 at every failpoint, and again at every failpoint of the recovery (invariants: `scenes.py`)."""

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from scenes import PEOPLE, Scene, Warm, build
from world import AS_OF, ROOT, row

from leerid_cli.store import backups
from leerid_cli.store.schema import APPLICATION_ID, MIGRATIONS

COMMANDS = ("create", "bulk-create", "reset-password", "convert", "rename", "adopt")


def in_the_source() -> set[str]:
    """Return the names of all failpoints in the source; each must be unique."""
    names: set[str] = set()
    for path in (ROOT / "leerid_cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("hit", "failpoints.hit"):
                (name,) = node.args
                assert isinstance(name, ast.Constant), path
                assert name.value not in names, f"{name.value} stands in two places"
                names.add(name.value)
    return names


TWO = "bulk-create, two files"


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path, warm: Warm) -> Iterator[Scene]:
    built = build(request.param.partition(",")[0], tmp_path / "w", warm)
    return built.with_two_outputs() if request.param == TWO else built


@pytest.mark.parametrize("scene", [*COMMANDS, TWO], indirect=True)
def test_killed_anywhere_a_command_leaves_nothing_or_all(scene: Scene) -> None:
    points = scene.warm.failpoints(scene, *scene.command)
    reached = {point.partition(":")[0] for point in points}
    assert {"batch-intended", "file-written", "store-commit", "batch-committed", "name-linked"} <= reached
    outcomes = set()
    for point in points:
        scene.put_back()
        ended = scene.go(failpoint=point.format("kill"))
        assert ended.killed, f"{point}: {ended.code} {ended.err}"
        assert scene.broken() == [], point
        recovered = scene.go("recover")
        assert recovered.code == 0, f"{point}: {recovered.err}"
        assert (scene.broken(), scene.unsettled()) == ([], []), point
        assert scene.delivered() == {scene.hashes() != scene.before}, point
        outcomes |= scene.delivered()
    assert outcomes == {True, False}, "some kills come before the commit and some after"


# One command is enough, and one kill of each kind: a recovery depends on nothing but batches and files.
@pytest.mark.parametrize("scene", ["bulk-create", TWO], indirect=True)
def test_killed_again_anywhere_in_the_recovery(scene: Scene) -> None:
    points = scene.warm.failpoints(scene, *scene.command)
    pairs = 0
    kinds: set[object] = set()
    killed: set[str] = set()
    for point in points[points.index("batch-intended:{}:1") :]:
        scene.put_back()
        assert scene.go(failpoint=point.format("kill")).killed, point
        if scene.kind() in kinds:
            continue
        kinds.add(scene.kind())
        start = scene.folder.with_name("start")
        original, scene.saved = scene.saved, start
        scene.keep()
        for second in scene.warm.failpoints(scene, "recover"):
            scene.put_back()
            ended = scene.go("recover", failpoint=second.format("kill"))
            assert ended.killed, f"{point}, {second}: {ended.code} {ended.err}"
            assert scene.broken() == [], f"{point}, {second}"
            assert scene.go("recover").code == 0, f"{point}, {second}"
            assert (scene.broken(), scene.unsettled()) == ([], []), f"{point}, {second}"
            pairs += 1
            killed.add(second.partition(":")[0])
        scene.saved = original
    assert pairs >= 25
    assert len(kinds) >= 6
    assert {"batch-discarded", "file-removed", "name-durable", "store-commit"} <= killed


@pytest.mark.parametrize("scene", ["import"], indirect=True)
def test_a_killed_import_is_not_there_or_all_there(scene: Scene) -> None:
    tables = ("person", "registration", "enrolment", "account", "import_run", "search_term")

    def register() -> list[object]:
        rows = [scene.rows(f"SELECT * FROM {table}") for table in tables]
        return [[{**found, "at": ""} for found in table] for table in rows]

    before = register()
    points = scene.warm.failpoints(scene, *scene.command)
    after = register()
    assert before != after
    seen = set()
    for point in points:
        scene.put_back()
        assert scene.go(failpoint=point.format("kill")).killed, point
        assert register() in (before, after), point
        seen.add(register() == after)
        scene.done()
        assert register()[:4] == after[:4], point
        assert scene.unsettled() == [], point
    assert seen == {True, False}


def test_the_first_import_killed_anywhere_is_not_in_its_own_way(tmp_path: Path, warm: Warm) -> None:
    scene = Scene(tmp_path / "w", warm)
    scene.freeze("import", scene.pupils(*PEOPLE))
    points = scene.warm.failpoints(scene, *scene.command)
    assert "store-made:{}:1" in points
    for point in points:
        scene.put_back()
        assert scene.go(failpoint=point.format("kill")).killed, point
        assert scene.go().code == 0, point
        assert [found["voornaam"] for found in scene.rows("SELECT * FROM person")] == ["Emma", "Jan"], point
        assert scene.unsettled() == [], point


@pytest.fixture
def restoring(tmp_path: Path, warm: Warm) -> Scene:
    """Return a store with two accounts, and a backup of it from before the second one was made."""
    scene = Scene(tmp_path / "w", warm)
    scene.done("import", scene.pupils(*PEOPLE))
    scene.done("create", "030569/1", *AS_OF, "-o", scene.out / "1.zip")
    scene.done("backup", scene.folder / "copy.db")
    scene.done("create", "030569/2", *AS_OF, "-o", scene.out / "2.zip")
    return scene.freeze("restore", scene.folder / "copy.db")


def test_a_killed_restore_leaves_the_one_store_or_the_other(restoring: Scene) -> None:
    points = restoring.warm.failpoints(restoring, *restoring.command)
    assert {"restore-synced:{}:1", "restore-journal-gone:{}:1", "restore-replaced:{}:1"} <= set(points)
    outcomes = set()
    for point in points:
        restoring.put_back()
        assert restoring.go(failpoint=point.format("kill")).killed, point
        assert restoring.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}], point
        outcomes.add(len(restoring.hashes()))
        assert restoring.done("recover").code == 0
        assert restoring.unsettled() == [], point
        names = {found["username"] for found in restoring.rows("SELECT * FROM username")}
        assert names == {"emma.peeters", "jan.peeters"}, f"{point}: none is ever given out again"
    assert outcomes == {1, 2}


def test_a_migration_killed_half_way_is_done_again(tmp_path: Path, warm: Warm) -> None:
    scene = Scene(tmp_path / "w", warm)
    with closing(sqlite3.connect(scene.store)) as store, store:
        for statement in MIGRATIONS[0]:
            store.execute(statement)
        store.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        store.execute("PRAGMA user_version = 1")
        store.execute("INSERT INTO person VALUES (1, 'Peeters', 'Emma', '2015-03-07', 'V', 'missing', NULL)")
        store.execute("INSERT INTO registration VALUES ('030569', '1', 1)")
        values = "'030569', '1', '2026-09-01', NULL, '211', 'basis', '', '', '', '5A'"
        store.execute(f"INSERT INTO enrolment VALUES ({values})")
        store.execute("INSERT INTO search_term VALUES ('emma', 1)")
    scene.freeze("search", "emma", *AS_OF)
    versions = set()
    for point in scene.warm.failpoints(scene, *scene.command):
        scene.put_back()
        assert scene.go(failpoint=point.format("kill")).killed, point
        versions.update(found["user_version"] for found in scene.rows("PRAGMA user_version"))
        assert "Emma" in scene.done().out, point
        assert scene.unsettled() == [], point
    assert versions == set(range(1, len(MIGRATIONS) + 1)), "each version is a transaction of its own"


def lost_batch(scene: Scene) -> Scene:
    """Kill the command after its commit and remove its ZIP, so that the batch is lost; return the scene."""
    assert scene.go(failpoint="batch-committed:kill").killed
    for left in scene.out.iterdir():
        left.unlink()
    return scene


@pytest.mark.parametrize("scene", ["bulk-create"], indirect=True)
def test_a_loss_stays_loud_whenever_the_recovery_is_killed(scene: Scene) -> None:
    lost_batch(scene).keep()
    recorded = scene.folder / "points"
    assert scene.go("recover", hook=("record_failpoints", str(recorded))).code == 9
    points = recorded.read_text().split()
    assert "batch-lost" in points
    for point in points:
        scene.put_back()
        assert scene.go("recover", failpoint=f"{point}:kill").killed, point
        for command in (("recover",), scene.command):
            assert scene.go(*command).code == 9, point


def test_every_failpoint_of_the_source_is_reached_by_these_tests(restoring: Scene) -> None:
    reached = set(restoring.warm.failpoints(restoring, *restoring.command))
    for number in range(backups.KEPT + 1):
        (backups.folder(restoring.store) / f"20200101T0000{number:02}.000000Z-x.db").touch()
    reached |= set(restoring.warm.failpoints(restoring, "import", restoring.pupils(row("1", klas="6A"))))
    reached |= set(
        restoring.warm.failpoints(restoring, "create", "030569/2", *AS_OF, "-o", restoring.out / "3.zip")
    )
    reached |= {
        "store-made",
        "batch-lost",
        "batch-discarded",
        "file-removed",
    }  # other tests here assert that these are reached
    assert {point.partition(":")[0] for point in reached} == in_the_source()


@pytest.mark.parametrize("scene", ["bulk-create"], indirect=True)
def test_a_reissue_killed_anywhere_leaves_the_loss_or_settles_it(scene: Scene) -> None:
    lost_batch(scene)
    assert scene.go("recover").code == 9
    (batch,) = scene.rows("SELECT id FROM batch WHERE state = 'lost'")
    line = ("recover", "--reissue", batch["id"], *AS_OF, "-o", scene.out / "new.zip")
    scene.freeze(*line)
    codes = set()
    for point in scene.warm.failpoints(scene, *line):
        scene.put_back()
        assert scene.go(failpoint=point.format("kill")).killed, point
        assert scene.broken() == [], point
        code = scene.go("recover").code
        changed = scene.hashes() != scene.before
        assert (code, changed) in ((9, False), (0, True)), point
        assert changed == (scene.out / "new.zip").exists(), point
        codes.add(code)
    assert codes == {0, 9}
