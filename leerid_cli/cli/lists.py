"""Lists on standard output: a table at a terminal, else CSV, unless a format is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from leerid_cli.cli import console

Rows = Sequence[dict[str, Any]]


def at_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def show(rows: Rows, columns: Sequence[str], output: StrEnum | None) -> None:
    """Print rows in a format (table, csv, json, jsonl, ids), by default as the reader wants it."""
    from leerid_cli.exports import listing

    chosen = output.value if output else "table" if at_terminal() else "csv"
    if chosen == "table":
        console.table(rows, columns)
    elif chosen == "csv":
        console.data(listing.as_csv(rows, columns))
    elif chosen == "json":
        console.data(listing.as_json(rows))
    elif chosen == "jsonl":
        console.data(listing.as_jsonl(rows))
    else:
        console.data(listing.as_ids(rows))
