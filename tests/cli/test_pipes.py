"""The program as a process: pipes, a closed reader, no terminal, signals, an empty environment, a real terminal."""

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from interruptible import interruptible
from terminal import at_terminal
from waiting import HANGS, eventually
from world import AS_OF, EXAMPLE, World

PROGRAM = [sys.executable, "-m", "leerid_cli"]


def start(world: World, *arguments: object, **options: object) -> "subprocess.Popen[bytes]":
    line = [*PROGRAM, "--db", world.store, "--config", world.config, *arguments]
    usual = {
        "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
        "preexec_fn": interruptible,
    }  # fmt: skip
    return subprocess.Popen([str(argument) for argument in line], **(usual | options))  # type: ignore[call-overload]


def run(world: World, *arguments: object, **options: object) -> tuple[int, bytes, bytes]:
    with start(world, *arguments, **options) as process:
        out, err = process.communicate()
    return process.returncode, out, err


@pytest.fixture
def school(world: World) -> World:
    assert world.run("import", EXAMPLE).code == 0
    return world


def shell(world: World, line: str) -> "subprocess.CompletedProcess[str]":
    prefix = f'leerid() {{ "{sys.executable}" -m leerid_cli --db "{world.store}" --config "{world.config}" "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", prefix + line], capture_output=True, text=True, cwd=world.out, check=False
    )


def test_search_feeds_bulk_create(school: World) -> None:
    as_of = " ".join(AS_OF)
    done = shell(
        school,
        f"leerid search --school 030569 --class 3A --status none --format ids {as_of}"
        f" | leerid bulk-create --from - {as_of}",
    )
    assert done.returncode == 0, done.stderr
    assert len(list(school.out.glob("leerid-*.zip"))) == 1


def test_the_readers_of_a_pipeline(school: World) -> None:
    assert shell(school, "leerid search | head -1").stdout.startswith("school;stamnummer;naam")
    assert shell(school, "leerid search wisniewski | tail -1 | cut -d';' -f3").stdout == "Wiśniewski\n"
    lines = shell(school, "leerid search --format jsonl | grep -c Peeters").stdout
    assert int(lines) >= 3


def test_a_reader_that_goes_away_is_141_and_silent(school: World) -> None:
    for arguments in (("search",), ("search", "--format", "json"), ("--help",)):
        reader, writer = os.pipe()
        os.close(reader)
        code, _out, err = run(school, *arguments, stdout=writer)
        os.close(writer)
        assert (code, err) == (141, b""), arguments


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_standard_output_is_7(school: World) -> None:
    with Path("/dev/full").open("wb") as full:
        for arguments in (("search",), ("--version",), ("--help",), ("search", "emma", "--format", "ids")):
            code, _out, err = run(school, *arguments, stdout=full)
            assert code == 7, arguments
            assert b"Traceback" not in err


def test_without_a_command_the_help_is_shown(world: World) -> None:
    done = subprocess.run(PROGRAM, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "bulk-create" in done.stdout + done.stderr


BROKEN = {
    "full": "2>/dev/full",
    "closed": "2>&-",
    "no reader": "2>&3",
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"create 1204871 {' '.join(AS_OF)} -o a.zip", 0),
        ("nosuch", 2),
        ("search --nosuch", 2),
        ("", 2),
        ("import nosuch.csv", 3),
        ("show zzz", 5),
        ("search >/dev/full", 7),
        ("search >&-", 7),
    ],
)
def test_a_standard_error_that_cannot_be_written_changes_no_exit_code(
    school: World, broken: str, line: str, code: int
) -> None:
    nobody = "exec 3> >(:); wait $!; "  # what is written to 3 has no reader
    done = shell(school, f"{nobody}leerid {line} {BROKEN[broken]}")
    assert (done.returncode, done.stdout) == (code, "")


def test_closed_streams_are_not_given_to_the_next_file_that_is_opened(school: World) -> None:
    """Else what a library in C writes to standard error stands in the store, or in the ZIP."""
    look = "import os, sys; from leerid_cli.cli import streams; streams.replace_closed(); "
    look += "sys.exit(os.open('seen', os.O_CREAT))"
    assert shell(school, f'"{sys.executable}" -c "{look}" <&- >&- 2>&-').returncode > 2


def test_what_was_done_is_said_when_its_report_cannot_be_written(school: World) -> None:
    done = shell(school, f"leerid create 1204871 {' '.join(AS_OF)} --format json >&-")
    assert (done.returncode, "1 account made" in done.stderr) == (7, True)


def test_arguments_and_lists_that_are_no_text(school: World) -> None:
    assert shell(school, "leerid search $'\\xff'").returncode == 2
    assert shell(school, "printf '\\xff\\n' | leerid search --from -").returncode == 3
    assert shell(school, "leerid import - <&-").returncode == 3
    assert shell(school, "leerid search zzz --format ids | leerid bulk-create --from -").returncode == 5


def test_a_link_to_the_store_is_the_same_store(school: World) -> None:
    link = school.folder / "link.db"
    link.symlink_to(school.store)
    with start(school, "import", EXAMPLE):
        pass
    lock = os.open(school.store.with_name("leerid.db.lock"), os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert school.run("--db", link, "import", EXAMPLE).code == 8
    os.close(lock)


def test_closed_standard_streams(school: World) -> None:
    for line in ("search emma", "--version", "--help", "search --help"):
        done = shell(school, f"leerid {line} >&-")
        assert (done.returncode, done.stderr) == (7, "leerid: standard output is closed\n"), line
    assert shell(school, f"leerid import {EXAMPLE} >&-").returncode == 0
    assert shell(school, "leerid search emma 2>&-").returncode == 0
    assert shell(school, "leerid search nobodyatall 2>&-").returncode == 5
    assert shell(school, "leerid verify emma.peeters <&-").returncode == 5


def test_an_empty_environment_as_cron_has_it(world: World) -> None:
    done = run(world, "-q", "import", EXAMPLE, env={})
    assert done[0] == 0, done[2]
    code, out, err = run(world, "search", "wisniewski", env={})
    assert (code, err) == (0, b"")
    assert "Łukasz".encode() in out
    code, out, err = run(world, "search", "wisniewski", env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert (code, "Łukasz".encode() in out) == (0, True)


def test_without_home_the_default_places_still_work(tmp_path: Path) -> None:
    line = [*PROGRAM, "search", "x"]
    done = subprocess.run(line, env={"XDG_DATA_HOME": str(tmp_path)}, capture_output=True, check=False)
    assert done.returncode == 5
    assert str(tmp_path).encode() in done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_before_the_commit_rolls_back(school: World, number: signal.Signals, code: int) -> None:
    slow = os.environ | {"LEERID_BCRYPT_COST": "14"}
    process = start(school, "bulk-create", "--all", *AS_OF, "-o", school.out / "a.zip", env=slow)
    with process:
        assert eventually(lambda: _at_work(school), lambda: process.poll() is None)
        process.send_signal(number)
        out, _err = process.communicate()
    assert (process.returncode, out) == (code, b"")
    assert list(school.out.iterdir()) == []
    assert school.run("search", "--status", "active", *AS_OF).code == 5
    assert school.leftovers() == []


def test_signals_that_are_ignored_from_the_start_do_not_interrupt(school: World) -> None:
    """As nohup and the background of a script have it: the run goes on to its end."""

    def ignoring() -> None:
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    slow = os.environ | {"LEERID_BCRYPT_COST": "10"}
    line = ("bulk-create", "--school", "030569", "--class", "3A", *AS_OF, "-o", school.out / "a.zip")
    with start(school, *line, env=slow, preexec_fn=ignoring) as process:
        assert eventually(lambda: _at_work(school), lambda: process.poll() is None)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate()
    assert process.returncode == 0, err
    assert (school.out / "a.zip").exists()


def _at_work(world: World) -> bool:
    """Tell whether the run has written its intent: from then on it hashes and renders."""
    connection = sqlite3.connect(world.store, timeout=HANGS)
    try:
        return connection.execute("SELECT count(*) FROM batch").fetchone()[0] == 1
    finally:
        connection.close()


def test_a_second_writer_is_told_who_is_at_work_and_a_reader_is_not_disturbed(school: World) -> None:
    lock = os.open(school.store.with_name("leerid.db.lock"), os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.ftruncate(lock, 0)
    os.write(lock, b"bulk-create (process 4711)")
    busy = school.run("import", EXAMPLE)
    assert busy.code == 8
    assert "bulk-create (process 4711)" in busy.err
    started = time.monotonic()
    assert school.run("--wait", "0.5", "create", "1204871", *AS_OF).code == 8
    assert time.monotonic() - started >= 0.5
    assert school.run("search", "emma", *AS_OF).code == 0
    os.close(lock)
    assert school.run("import", EXAMPLE).code == 0


def test_bulk_create_asks_at_a_terminal(school: World) -> None:
    line = ("bulk-create", "--school", "030569", "--class", "3A", *AS_OF, "-o", school.out)
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="n\n")
    assert (code, "Make" in shown, list(school.out.iterdir())) == (6, True, [])
    code, shown = at_terminal(school, *line, prompt="[y/N]", answer="y\n")
    assert (code, len(list(school.out.iterdir()))) == (0, 1)


def test_verify_asks_without_echo_at_a_terminal(school: World) -> None:
    school.run(
        "create",
        "1204871",
        *AS_OF,
        "-o",
        school.out,
        "--password-kind",
        "word",
        "--password-stdin",
        stdin="boom42",
    )
    code, shown = at_terminal(school, "verify", "lukasz.wisniewski", prompt="Password", answer="boom42\n")
    assert code == 0, shown
