"""What a command says: problems, who was left out, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field

from leerid_cli.model.people import Status


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one place of one file; `message` never holds a password or official number."""

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pupil that a command for many left out: its id, status and the reason in words."""

    pupil: str
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a writing command did; `cli.console` turns it into a line or JSON.

    `announcements` are said even under `-q`; `skipped` names pupils that were left out, with the reason;
    `details` stand in the JSON only.
    """

    command: str
    summary: str
    status: str = "ok"
    counts: dict[str, int] = field(default_factory=dict)
    batch: str = ""
    output: str = ""
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    details: dict[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    announcements: tuple[str, ...] = ()
