"""What `conflicts link`, `keep` and `undo` share: one transaction, the question at a terminal, the options.

What an answer changes is found by comparing the children concerned before and after it, within the transaction.
With `--dry-run`, or where the user says no, the transaction is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _
from leerid_cli.run import Run
from leerid_cli.store.connection import Connection, transaction

COUNTS = ("new", "changed", "unchanged", "merged")


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """The options of `link`, `keep` and `undo`: only say what would change; do not ask at a terminal."""

    dry_run: bool = False
    yes: bool = False


@contextmanager
def answering(run: Run, options: AnswerOptions) -> Iterator[Connection]:
    """Open the store for writing, in one transaction, which a dry run rolls back at its end."""
    with (
        run.store.writing("conflicts") as connection,
        transaction(connection, keep=not options.dry_run),
    ):
        yield connection


def ask(run: Run, options: AnswerOptions, lines: Sequence[str], question: str) -> None:
    """Show at a terminal what an answer changes, and ask; raises RefusedError where the user says no."""
    if options.dry_run or options.yes or run.dialogue is None:
        return
    for line in lines:
        run.dialogue.say(line)
    if not run.confirm(question):
        raise RefusedError(_("nothing was done"))


def notes(lines: Sequence[str], options: AnswerOptions) -> tuple[str, ...]:
    """Return the notes of the report: what an answer changes, and whether nothing was written."""
    return (*lines, *([_("dry run: nothing was written")] if options.dry_run else []))
