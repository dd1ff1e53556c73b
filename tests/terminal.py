"""Runs the program at a terminal of its own (a pty), as a process."""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Sequence

from interruptible import interruptible
from waiting import HANGS
from world import World


def at_terminal(
    world: World,
    *arguments: object,
    prompt: str = "",
    answer: str = "",
    answers: Sequence[tuple[str, str]] = (),
) -> tuple[int, str]:
    """Run the program at a terminal and answer its prompts; return its exit code and all that it showed.

    `answer` has one line for each time that `prompt` comes; or `answers` are pairs of a prompt and the text
    to type.
    """

    def owner_of_the_terminal() -> None:
        interruptible()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "leerid_cli", "--db", world.store, "--config", world.config, *arguments]
    process = subprocess.Popen(
        [str(word) for word in line], stdin=theirs, stdout=theirs, stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}, start_new_session=True,
        preexec_fn=owner_of_the_terminal,
    )  # fmt: skip
    os.close(theirs)
    waiting = [*answers] or [(prompt, line) for line in answer.splitlines(keepends=True)]
    shown = seen = b""
    while select.select([ours], [], [], HANGS)[0]:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the terminal is closed: the program has ended
            break
        shown, seen = shown + piece, seen + piece
        if waiting and waiting[0][0].encode() in seen:
            os.write(ours, waiting.pop(0)[1].encode())
            seen = b""
    os.close(ours)
    try:
        return process.wait(), shown.decode()
    finally:
        process.kill()
