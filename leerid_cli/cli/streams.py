"""Keeps a run safe where standard streams are closed at its start, or cannot be written at its end."""

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
    """Replaces a closed standard output: only `write` raises StorageError, so a silent command still works."""

    encoding = "utf-8"

    def write(self, _text: str) -> int:
        raise StorageError(_("standard output is closed"))


def replace_closed() -> None:
    """Replace standard streams that the shell closed (`>&-`).

    Free descriptors among 0 to 2 are opened on the null device. Otherwise the next file that is opened would get
    one of them, and what a C library writes to standard error would go into that file. Messages to a closed
    standard error are dropped.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end


def flush(stream: TextIO) -> OSError | ValueError | None:
    """Write the buffer of a stream; where that fails, drop the buffer and return the error, else None.

    A buffer that was kept would fail again when Python exits, and Python would then exit with code 120.
    """
    try:
        stream.flush()
    except (OSError, ValueError) as failure:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return failure
    return None
