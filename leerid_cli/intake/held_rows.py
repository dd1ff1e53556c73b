"""Held rows as JSON: the store keeps them until somebody says what they mean (`leerid conflicts`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from leerid_cli.intake.check import PupilRow
from leerid_cli.model.people import AccountType, Enrolment, OfficialState
from leerid_cli.model.plans import PersonFacts


def dumps(rows: Sequence[PupilRow]) -> str:
    """Return rows as JSON; official numbers are in it only as keyed hashes."""
    return json.dumps(
        [asdict(row) | {"columns": sorted(row.columns)} for row in rows],
        default=lambda day: day.isoformat(),
        ensure_ascii=False,
    )


def loads(text: str) -> list[PupilRow]:
    """Return the rows from the JSON that `dumps` made."""
    return [
        PupilRow(
            file=row["file"],
            line=row["line"],
            facts=PersonFacts(
                **_dated(row["facts"], PersonFacts) | {"official": OfficialState(row["facts"]["official"])}
            ),
            enrolment=Enrolment(
                **_dated(row["enrolment"], Enrolment) | {"type": AccountType(row["enrolment"]["type"])}
            ),
            columns=frozenset(row["columns"]),
        )
        for row in json.loads(text)
    ]


def _dated(values: dict[str, Any], kind: type) -> dict[str, Any]:
    """Return the values of a dataclass with the ISO texts in its date fields turned into dates."""
    days = {field.name for field in fields(kind) if "date" in str(field.type)}
    return {
        name: date.fromisoformat(value) if name in days and value else value for name, value in values.items()
    }
