"""Runs leerid on the arguments after the first, and writes how long it had the store lock, each time, to that file.

The seconds are from getting the lock to giving it back; waiting for it is not in them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leerid_cli.cli.app import app
from leerid_cli.store import lock


def main() -> None:
    """Run the program; its exit code is that of this process."""
    file, exclusive = Path(sys.argv[1]), lock.exclusive
    seconds: list[float] = []

    @contextmanager
    def timed(store: Path, command: str, wait: float) -> Iterator[None]:
        with exclusive(store, command, wait):
            began = time.perf_counter()
            try:
                yield
            finally:
                seconds.append(time.perf_counter() - began)

    vars(lock)["exclusive"] = timed
    try:
        app(sys.argv[2:])
    finally:
        file.write_text("\n".join(map(str, seconds)), encoding="utf-8")


if __name__ == "__main__":
    main()
