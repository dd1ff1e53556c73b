"""No password is in clear anywhere but in the ZIP: a known password is searched for in all that a run leaves.

That is the store and its journal, temporary and home folder, output and messages, command line and
environment, and tracebacks, after normal runs and after kills at every failpoint.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from scenes import Scene, Warm, build
from waiting import eventually
from ways import SENTINEL, WAYS, Way, adopt_cards, apply, change, found, reset
from world import World, members, workbook_cells

from leerid_cli.batches.delivery import BatchWork
from leerid_cli.batches.output import StagedFile
from leerid_cli.cli import commands
from leerid_cli.model.batches import Batch, IssuedAccount, IssueReason
from leerid_cli.model.cards import Card, Credential
from leerid_cli.model.people import (
    AccountType,
    OfficialState,
    PasswordKind,
    Person,
    Pupil,
    PupilStatus,
    Status,
)
from leerid_cli.model.requests import AccountProposal, AccountRequest, IssuedCredential


def bundles(world: World) -> tuple[Path, ...]:
    return tuple(world.out.iterdir())


@pytest.fixture
def scene(tmp_path: Path, warm: Warm) -> Scene:
    """Return a scene for `create` with a typed password, with a temporary and a home folder of its own."""
    made = build("create", tmp_path / "w", warm)
    for name in ("tmp", "home"):
        (made.folder / name).mkdir()
    return made.freeze(*made.command, "--password-kind", "word", "--password-stdin")


def start(scene: Scene, *arguments: object, stdin: str = "") -> "subprocess.Popen[bytes]":
    """Start the program in a process with an environment of its own, and give it all its input."""
    (scene.folder / "home").mkdir(exist_ok=True)
    (scene.folder / "tmp").mkdir(exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(scene.folder / "home"),
        "TMPDIR": str(scene.folder / "tmp"),
        "LEERID_BCRYPT_COST": "4",
        "LEERID_LANG": "en",
    }
    line = [
        sys.executable,
        "-m",
        "leerid_cli",
        "-v",
        "--db",
        scene.store,
        "--config",
        scene.config,
        *arguments,
    ]
    process = subprocess.Popen(
        [str(word) for word in line], env=environment, cwd=scene.folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(stdin.encode())
    process.stdin.close()
    process.stdin = None
    return process


def watched(scene: Scene, command: tuple[object, ...], typed: str) -> tuple[int, bytes, bytes]:
    """Run the program; return its exit code, its output, and its command line and environment from /proc."""
    with start(scene, *command, stdin=typed) as process:
        proc, seen = Path("/proc", str(process.pid)), b""
        while process.poll() is None and proc.exists():
            for name in ("cmdline", "environ"):
                try:
                    seen += (proc / name).read_bytes()
                except OSError:
                    break
            time.sleep(0.1)
        out, err = process.communicate()
    return process.returncode, out + err, seen


def test_after_a_real_run_nothing_but_the_zip_holds_the_password(scene: Scene) -> None:
    code, said, seen = watched(scene, scene.command, SENTINEL + "\n")
    assert code == 0, said
    assert b"create" in seen
    assert SENTINEL.encode() not in seen + said
    assert found(scene.folder, SENTINEL, bundles(scene)) == []
    assert found(scene.out, SENTINEL) != [], "the control: it is found in the ZIP"
    assert list((scene.folder / "tmp").iterdir()) == [], "no library left anything"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_only_the_zip_holds_a_password_after_a_run_and_after_a_kill_anywhere(
    tmp_path: Path, warm: Warm, way: Callable[[Path, Warm], Way]
) -> None:
    made = way(tmp_path / "w", warm)
    made.scene.keep()
    recorded = warm.folder / "recorded"
    ended = made.run(hook=("record_failpoints", str(recorded)))
    assert ended.code in made.codes, ended.err
    assert commands.handles_secrets(str(made.command[0])), "other programs could read its memory"
    assert made.leaks(ended) == []
    for secret in made.secrets[: made.ends_in_zip]:
        assert found(made.scene.out, secret) != [], "the control: it is found in the ZIP"
    points = sorted(set(recorded.read_text().split()))
    assert made.reached in (*points, "")
    for point in points:
        made.scene.put_back()
        killed = made.run(f"{point}:kill")
        assert killed.killed, point
        assert made.leaks(killed) == [], point
        recovered = made.scene.go("recover")
        assert made.leaks(recovered) == [], f"{point}, recovered"


@pytest.mark.parametrize("way", [adopt_cards, apply, reset, change], ids=lambda way: way.__name__)
def test_a_real_run_shows_no_password_in_proc_and_leaves_none(
    tmp_path: Path, warm: Warm, way: Callable[[Path, Warm], Way]
) -> None:
    made = way(tmp_path / "w", warm)
    code, said, seen = watched(made.scene, made.command, made.typed)
    assert code == 0, said
    assert b"leerid_cli" in seen
    for secret in made.secrets:
        assert secret.encode() not in seen + said
    assert made.leaks() == []
    assert list((made.scene.folder / "tmp").iterdir()) == []


def test_a_workbook_and_generated_passwords_leave_nothing_when_killed_or_not(
    tmp_path: Path, warm: Warm
) -> None:
    scene = build("bulk-create", tmp_path / "w", warm)
    with start(scene, *scene.command) as process:
        out, err = process.communicate()
    assert process.returncode == 0, err
    header, *rows = workbook_cells(members(scene.out / "new.zip")["leerid-accounts.xlsx"])
    for cells in rows:
        password = cells[header.index("LeerID Wachtwoord")]
        assert password.encode() not in out + err
        assert found(scene.folder, password, bundles(scene)) == []
    assert list((scene.folder / "tmp").iterdir()) == []


def test_what_a_kill_leaves_in_the_temporary_folder_is_fonts_and_no_more(scene: Scene) -> None:
    with start(scene, *scene.command, stdin=SENTINEL + "\n") as process:
        eventually(lambda: list(scene.out.glob(".*.part")), lambda: process.poll() is None)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    left = [path for path in (scene.folder / "tmp").rglob("*") if path.is_file()]
    assert found(scene.folder, SENTINEL, bundles(scene)) == []
    heads = {path.read_bytes()[:4] for path in left}
    assert heads <= {b"\0\1\0\0", b"OTTO", b"<?xm"}, "fonts, and their configuration"


@pytest.mark.parametrize("failing", ["hashing", "drawing"])
def test_an_error_that_holds_the_password_does_not_show_it(scene: Scene, failing: str) -> None:
    ended = scene.warm.run(scene, "-v", *scene.command, stdin=SENTINEL, hook=("fail_with_values", failing))
    assert ended.code == 1, ended.err
    assert "ValueError" in ended.err
    assert SENTINEL not in ended.out + ended.err
    assert found(scene.folder, SENTINEL) == []


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_search_finds_a_program_that_leaks(
    tmp_path: Path, warm: Warm, way: Callable[[Path, Warm], Way]
) -> None:
    """The control: the same commands, but a hook leaves the password in a folder, the store or a message."""
    made = way(tmp_path / "w", warm)
    for place in ("tmp", "messages", "store"):
        made.scene.keep()
        ended = made.run(hook=("leak", place, made.secrets[0], str(made.scene.folder)))
        assert ended.code in made.codes, ended.err
        assert made.leaks(ended), place
        made.scene.put_back()


def test_repr_hides_in_every_type_that_can_hold_a_password() -> None:
    credential = Credential(PasswordKind.WORD, SENTINEL)
    card = Card("1", "", "", "", "", "", "", "u", "", AccountType.BASIS, credential, None)  # type: ignore[arg-type]
    account = IssuedAccount(
        1, "u", AccountType.BASIS, PasswordKind.WORD, SENTINEL, False, "t", IssueReason.RESET
    )
    person = Person(1, "Peeters", "Emma", None, "", OfficialState.VALID)
    pupil = Pupil(person, PupilStatus(Status.ACTIVE, None, None))
    proposal = AccountProposal(pupil, AccountType.BASIS, "u", PasswordKind.WORD, credential=credential)
    issued = IssuedCredential(proposal, credential, "t")
    made = BatchWork(Batch("b", "create", 1), (), [StagedFile(Path("stage"), "0" * 64, 1)])
    for value in (
        credential,
        card,
        account,
        account,
        proposal,
        issued,
        made,
        AccountRequest(password=SENTINEL),
    ):
        assert SENTINEL not in repr(value) + str(value) + f"{[value]}"
