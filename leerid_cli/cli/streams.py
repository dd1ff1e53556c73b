"""The standard streams at the beginning and the end of a run: closed ones, and ones that cannot be written."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _


class _Closed(io.TextIOBase):
    """Stands for a standard output that is closed: who has something to write gets an error."""

    encoding = "utf-8"

    def write(self, _text: str) -> int:
        raise StorageError(_("standard output is closed"))


def replace_closed() -> None:
    """Put something in the place of closed standard streams (`>&-`).

    Descriptors 0 to 2 are taken, or the next file that is opened would get one, and what a C library writes to
    standard error would go into it. Messages to a closed standard error are dropped.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end


def flush(stream: TextIO) -> OSError | ValueError | None:
    """Write out what a stream holds back; where that fails, return why and drop it.

    Not dropped, it would fail again when Python ends, and the exit code would be Python's 120.
    """
    try:
        stream.flush()
    except (OSError, ValueError) as failure:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return failure
    return None
