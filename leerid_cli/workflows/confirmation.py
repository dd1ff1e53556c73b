"""Asks before a writing command goes on; without a terminal the command line is the answer.

The rules are those of docs/contract.md §2, "Asking".
"""

from __future__ import annotations

from dataclasses import dataclass

from leerid_cli.errors import RefusedError
from leerid_cli.i18n import _, plural
from leerid_cli.run import Run


@dataclass(frozen=True, slots=True)
class Consent:
    """Answers given on the command line: the number of `--expect` (None without it), and `--yes`."""

    expect: int | None = None
    yes: bool = False


def agree(
    run: Run, question: str, count: int, consent: Consent, *, never_ask: bool, needs_expect: bool
) -> None:
    """Return without an error if the command may go on with `count` pupils; raises RefusedError otherwise.

    `question` is asked at a terminal, unless `consent` answers it or `never_ask` is true: then nothing needs an
    answer, such as with one named pupil. `needs_expect` means that without a terminal more than one pupil needs
    `--expect`. RefusedError is also raised where the number of `--expect` is not `count`.
    """
    if consent.expect is not None:
        if consent.expect != count:
            raise RefusedError(
                plural(
                    "it would be {n} pupil, not {expected}; nothing was done",
                    "it would be {n} pupils, not {expected}; nothing was done",
                    count,
                ).format(n=count, expected=consent.expect),
                _("`leerid search` with the same options shows whom they select"),
            )
        return
    if run.interactive:
        if not (consent.yes or never_ask) and not run.confirm(question):
            raise RefusedError(_("nothing was done"))
    elif needs_expect and count > 1:
        raise RefusedError(
            _("it would be {n} pupils, and there is nobody to ask; nothing was done").format(n=count),
            _("say how many you mean: --expect {n}").format(n=count),
        )
