"""Prints lists on standard output in the format asked for: by default a table at a terminal, else CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from leerid_cli.cli import console


def at_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def show(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    output: StrEnum | None,
    block: Callable[[Mapping[str, Any]], Iterable[str]] | None = None,
) -> None:
    """Print rows in the format `output`; None is a table at a terminal, else CSV.

    In CSV the values of a cell that has several are joined by ` | `. `block` gives the lines that show a row
    instead of a table, for rows with commands to type, which a table would break.
    """
    from leerid_cli.exports import listing

    chosen = output.value if output else "table" if at_terminal() else "csv"
    if chosen == "table" and block:
        console.data("".join(f"{console.visible(line)}\n" for row in rows for line in block(row)))
    elif chosen == "table":
        console.table(rows, columns)
    elif chosen == "csv":
        console.data(listing.as_csv([_joined(row) for row in rows], columns))
    elif chosen == "json":
        console.data(listing.as_json(rows))
    elif chosen == "jsonl":
        console.data(listing.as_jsonl(rows))
    else:
        console.data(listing.as_ids(rows))


def _joined(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: " | ".join(value) if isinstance(value, list) else value for name, value in row.items()}
