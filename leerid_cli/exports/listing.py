"""Rows of a list as CSV, JSON, JSON lines or pupil ids (contract §4)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from leerid_cli.tables import csvtext

Row = Mapping[str, Any]


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return UTF-8 text with `;` and a header."""
    return csvtext.write(columns, [[str(row[column]) for column in columns] for row in rows])


def as_json(rows: Sequence[Row]) -> str:
    """Return a bare array, one row a line."""
    return "[" + ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]\n"


def as_jsonl(rows: Sequence[Row]) -> str:
    """Return one JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_ids(rows: Sequence[Row]) -> str:
    """Return one pupil id (SCHOOL/STAMNUMMER) a line."""
    return "".join(f"{row['school']}/{row['stamnummer']}\n" for row in rows)
