"""No password in clear anywhere but in the ZIP: sentinel passwords, looked for in everything a run leaves.

In the store and its journal, temporary and home folder, output and messages, command line and environment,
tracebacks; after normal runs and after kills at every failpoint.
"""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from scenes import PEOPLE, Scene, Warm, build
from world import AS_OF, World, members, row, workbook_cells

from leerid_cli.model import AccountType, Card, Credential, Issue, NewAccount, PasswordKind
from leerid_cli.workflows.batches import Bundle
from leerid_cli.workflows.proposing import Wish

SENTINEL = "zwaluwnest73042"
OTHER = "kraaiennest4471 en meer"


def spellings(secret: str) -> list[bytes]:
    return [secret.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]


def texts(name: str, data: bytes) -> Iterator[bytes]:
    """Yield a file as it is, and what is packed in it."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from texts(member, archive.read(member))
    if data.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(data) as opened:
            yield "".join(page.get_textpage().get_text_range() for page in opened).encode()


def found(folder: Path, secret: str, allowed: tuple[Path, ...] = ()) -> list[str]:
    """Return the files in a folder that hold the secret in clear."""
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file()
        and path not in allowed
        and any(form in text for text in texts(path.name, path.read_bytes()) for form in spellings(secret))
    ]


def bundles(world: World) -> tuple[Path, ...]:
    return tuple(world.out.iterdir())


@pytest.fixture
def scene(tmp_path: Path, warm: Warm) -> Scene:
    """A create with a typed sentinel password, and folders of its own for all that libraries write."""
    made = build("create", tmp_path / "w", warm)
    for name in ("tmp", "home"):
        (made.folder / name).mkdir()
    return made.freeze(*made.command, "--password-kind", "word", "--password-stdin")


def start(scene: Scene, *arguments: object, stdin: str = "") -> "subprocess.Popen[bytes]":
    """Start the real program in an environment of its own, its input already given."""
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


def test_after_a_real_run_nothing_but_the_zip_holds_the_password(scene: Scene) -> None:
    with start(scene, *scene.command, stdin=SENTINEL + "\n") as process:
        proc, seen = Path("/proc", str(process.pid)), b""
        while process.poll() is None and proc.exists():
            for name in ("cmdline", "environ"):
                try:
                    seen += (proc / name).read_bytes()
                except OSError:
                    break
            time.sleep(0.1)
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert b"create" in seen
    assert SENTINEL.encode() not in seen + out + err
    assert found(scene.folder, SENTINEL, bundles(scene)) == []
    assert found(scene.out, SENTINEL) != [], "the control: it is found in the ZIP"
    assert list((scene.folder / "tmp").iterdir()) == [], "no library left anything"


def test_killed_at_any_failpoint_only_the_stage_holds_the_password(scene: Scene) -> None:
    environment = {"TMPDIR": str(scene.folder / "tmp"), "HOME": str(scene.folder / "home")}
    recorded = scene.warm.folder / "recorded"
    assert (
        scene.warm.run(scene, *scene.command, stdin=SENTINEL, hook=("record_failpoints", str(recorded))).code
        == 0
    )
    for point in sorted(set(recorded.read_text().split())):
        scene.put_back()
        ended = scene.warm.run(
            scene, *scene.command, stdin=SENTINEL, failpoint=f"{point}:kill", environment=environment,
            hook=("own_temporary_folder",),
        )  # fmt: skip
        assert ended.killed, point
        assert SENTINEL not in ended.out + ended.err
        assert found(scene.folder, SENTINEL, bundles(scene)) == [], point
        scene.done("recover")
        assert found(scene.folder, SENTINEL, (scene.out / "new.zip",)) == [], f"{point}, recovered"


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
        deadline = time.monotonic() + 60
        while not list(scene.out.glob(".*.part")) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
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


def test_the_search_finds_a_program_that_leaks(scene: Scene) -> None:
    leak = scene.folder / "tmp" / "leak"
    ended = scene.warm.run(scene, *scene.command, stdin=SENTINEL, hook=("leak", str(leak)))
    assert ended.code == 0
    assert found(scene.folder, SENTINEL, bundles(scene)) == [str(leak)]


def test_the_other_ways_in_keep_quiet_too(tmp_path: Path, warm: Warm) -> None:
    scene = Scene(tmp_path / "w", warm)
    scene.done(
        "import", scene.pupils(PEOPLE[0], row("2", voornaam="Jan", insz="15030700256", hoofdstructuur="311"))
    )
    lines = (
        "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n030569;1;emma.p;" + SENTINEL
    )
    file = scene.file(lines, "accounts.csv")
    typed = ("--password-kind", "temporary", "--password-stdin")
    said = ""
    for line, given in (
        (("adopt", file, *AS_OF), ""),
        (("create", "030569/2", *typed, *AS_OF, "-o", scene.out / "2.zip"), SENTINEL),
        (("verify", "emma.p"), SENTINEL),
        (("verify", "emma.p"), OTHER),
        (("change-password", "jan.peeters"), f"{SENTINEL}\n{OTHER}"),
        (("reset-password", "030569/2", *typed, *AS_OF, "-o", scene.out / "3.zip"), SENTINEL),
    ):
        ended = warm.run(scene, "-v", *line, stdin=given)
        assert ended.code in (0, 6), ended.err
        said += ended.out + ended.err
    for secret in (SENTINEL, OTHER):
        assert secret not in said
        assert found(scene.folder, secret, (file, *bundles(scene))) == []


def test_repr_hides_in_every_type_that_can_hold_a_password() -> None:
    credential = Credential(PasswordKind.WORD, SENTINEL)
    card = Card("1", "", "", "", "", "", "", "u", "", AccountType.BASIS, credential, None)  # type: ignore[arg-type]
    account = NewAccount(1, "u", AccountType.BASIS, PasswordKind.WORD, SENTINEL, False, "t", Issue.RESET)
    bundle = Bundle(SENTINEL.encode(), (account,), lambda _path: None)
    for value in (credential, card, account, bundle, Wish(password=SENTINEL)):
        assert SENTINEL not in repr(value) + str(value) + f"{[value]}"
