"""Prints lists on standard output in the format asked for: by default a table at a terminal, else CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from leerid_cli.cli import console
from leerid_cli.model.choices import ListFormat


def at_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout.isatty()


def show(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    output: StrEnum | None,
    block: Callable[[Mapping[str, Any]], Iterable[str]] | None = None,
    optional: Sequence[str] = (),
) -> None:
    """Print rows as `output`; where that is None a table on a terminal, CSV elsewhere.

    `block` gives the lines that show a row instead of a table: a table would break commands to type. A table
    leaves out the `optional` columns that are empty in all rows, because a terminal is narrow.
    """
    from leerid_cli.exports import listing

    chosen = ListFormat(output or (ListFormat.TABLE if at_terminal() else ListFormat.CSV))
    if chosen is not ListFormat.TABLE:
        console.data(listing.WRITERS[chosen](rows, columns))
    elif block:
        console.data("".join(f"{console.visible(line)}\n" for row in rows for line in block(row)))
    else:
        shown = [name for name in columns if name not in optional or any(row[name] for row in rows)]
        console.table(rows, shown)
