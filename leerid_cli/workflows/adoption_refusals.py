"""Which rows `adopt` did not take over, in the form in which the store keeps them for `todo`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leerid_cli.intake import input_files
from leerid_cli.intake.adoption_rows import AdoptionRow
from leerid_cli.model.batches import RefusedAdoption
from leerid_cli.model.reports import Problem
from leerid_cli.rules.usernames import flaw
from leerid_cli.workflows.adoption_outcome import AdoptOptions, Outcome, ReadFiles

# A stamnummer has at most so many digits; more may be an official number in the wrong column.
MOST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refused rows of files (absolute paths), and the keys of the pupils whose account was taken over."""

    rows: tuple[RefusedAdoption, ...]
    files: tuple[str, ...]
    taken_over: frozenset[tuple[str, str]]

    @classmethod
    def of(
        cls, files: Sequence[str], read_rows: ReadFiles, outcome: Outcome, options: AdoptOptions
    ) -> Refusals:
        """Return the refusals of one run; `files` are those of the command line."""
        problems = (*read_rows.problems, *outcome.plan.problems)
        keys = {enrolment.key for found in outcome.settled for enrolment in found.adoption.person.enrolments}
        rows = tuple(_refused(files, read_rows, problems, options))
        return cls(rows, tuple(map(_absolute, files)), frozenset(keys))


def _refused(
    files: Sequence[str], read_rows: ReadFiles, problems: Sequence[Problem], options: AdoptOptions
) -> Iterator[RefusedAdoption]:
    """Yield each row with a problem once, in the order of the files."""
    known = {(row.file, row.line): row for row in read_rows.rows}
    first = {(problem.file, problem.line): problem for problem in reversed(problems) if not problem.warning}
    for place, problem in sorted(first.items()):
        file = next(file for file in files if f"{place[0]}/".startswith(f"{input_files.name(file)}/"))
        row = known.get(place)
        about = _about(row, options) if row else ("", "", "")
        yield RefusedAdoption(_absolute(file), problem.line, *about, problem.code)


def _about(row: AdoptionRow, options: AdoptOptions) -> tuple[str, str, str]:
    """Return school, stamnummer and username, each '' where it is none: it may be a password or worse."""
    school, number, username = row.school or options.school, row.stamnummer, row.cell("username")
    sound = re.fullmatch(r"[^\s/,;]{1,30}", number) and len(re.sub(r"\D", "", number)) <= MOST_DIGITS
    return (
        school if re.fullmatch("[0-9]{6}", school) else "",
        number if sound else "",
        "" if flaw(username) else username,
    )


def _absolute(file: str) -> str:
    return file if file == input_files.STANDARD_INPUT else str(Path(file).absolute())
