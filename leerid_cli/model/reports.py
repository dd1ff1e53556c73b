"""What a command reports: what was done, problems in files, pupils that were left out."""

from __future__ import annotations

from dataclasses import dataclass, field

from leerid_cli.model.people import Status


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong at one place of an input file, or looks wrong (`warning`).

    `code` is stable (docs/formats.md); `message` is in the user's language and never holds a password or a
    whole official number; `line` counts from 1, 0 where no line is meant; `column` is the heading in the
    file.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pupil that a command for several pupils left out: pupil id, status, and the reason for the user.

    `again`: another run was at work on the pupil, so the command can be run again later.
    """

    pupil: str
    status: Status
    reason: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a writing command did; `cli.console` prints it as text or as JSON (docs/contract.md §4).

    `status` is `ok` or `partial`; `batch` the id of the batch and `output` the path of its ZIP, '' where
    there is none; `details` are shown in the JSON only; `notes` are further lines for the user;
    `announcements` are shown even under `-q`.
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
