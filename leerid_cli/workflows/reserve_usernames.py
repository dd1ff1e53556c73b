"""`reserve`: keeps usernames that are taken elsewhere from ever being given out here."""

from __future__ import annotations

from collections.abc import Sequence

from leerid_cli.errors import InputError, RefusedError
from leerid_cli.i18n import _, plural
from leerid_cli.model.reports import Problem, Report
from leerid_cli.rules.usernames import check_username
from leerid_cli.run import Run
from leerid_cli.store import usernames
from leerid_cli.store.connection import Connection
from leerid_cli.workflows import confirmation
from leerid_cli.workflows.confirmation import Consent


def reserve(run: Run, file: str, text: str, consent: Consent) -> Report:
    """Reserve the usernames in `text`, one a line, and return the report; `file` is the name for messages.

    Blank lines are skipped and capitals become lower case. Lines that cannot be a username are reported and the
    others reserved; the status is `partial` then. Raises InputError where no line can be used, RefusedError where
    the answer is no or `--expect` gives another number.
    """
    wanted, problems = _read(file, text)
    if not wanted:
        raise InputError(_("{file}: there is no username in it").format(file=file), problems=tuple(problems))
    with run.store.reading() as connection:
        free = _free(connection, wanted)
    question = plural(
        "Reserve {n} username? This cannot be undone.",
        "Reserve {n} usernames? This cannot be undone.",
        len(free),
    ).format(n=len(free))
    confirmation.agree(run, question, len(free), consent, never_ask=not free, needs_expect=False)
    if free:
        with run.store.writing("reserve") as connection:
            free = _free(connection, free)  # another run may have given some out meanwhile
            usernames.reserve(connection, free, run.now, run.reason)
    taken, rejected = len(wanted) - len(free), len(problems)
    return Report(
        command="reserve",
        summary=_("{reserved} reserved, {taken} taken already, {rejected} rejected").format(
            reserved=len(free), taken=taken, rejected=rejected
        ),
        status="partial" if problems else "ok",
        counts={"reserved": len(free), "taken": taken, "rejected": rejected},
        problems=tuple(problems),
        notes=run.store.warn_if_open(),
    )


def _free(connection: Connection, wanted: Sequence[str]) -> list[str]:
    taken = usernames.taken_among(connection, wanted)
    return [username for username in wanted if username.lower() not in taken]


def _read(file: str, text: str) -> tuple[list[str], list[Problem]]:
    """Return the usernames in a text, in lower case and without repeats, and a problem for each other line."""
    wanted: dict[str, None] = {}
    problems = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        username = line.strip().lower()
        if not username:
            continue
        try:
            wanted[check_username(username)] = None
        except RefusedError as refused:
            problems.append(Problem("username", refused.message, file, number))
    return list(wanted), problems
