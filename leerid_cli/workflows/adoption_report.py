"""The report of `adopt`: counts, problems and warnings, made of an `adoption_outcome.Outcome`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from leerid_cli.i18n import _, plural
from leerid_cli.model.batches import DeliveredBatch
from leerid_cli.model.reports import Problem, Report, Skipped
from leerid_cli.outputs.card_factory import missing_letters
from leerid_cli.run import Run
from leerid_cli.workflows.adoption_outcome import (
    COUNTS,
    AdoptOptions,
    Outcome,
    ReadFiles,
    proposal_of,
    why_no_card,
)
from leerid_cli.workflows.issue_batch import warnings

LABELS: Mapping[str, Callable[[], str]] = {
    "adopted": lambda: _("adopted"),
    "updated": lambda: _("updated"),
    "unchanged": lambda: _("unchanged"),
    "rejected": lambda: _("rejected"),
    "skipped": lambda: _("skipped"),
    "reserved": lambda: _("usernames kept free"),
}
"""The word for each count in the summary."""


def adoption_report(
    run: Run,
    read_rows: ReadFiles,
    outcome: Outcome,
    options: AdoptOptions,
    batch: DeliveredBatch | None = None,
) -> Report:
    """Return the report of an adoption; `batch` is the delivered batch of its cards, None without cards."""
    problems = (*read_rows.problems, *outcome.plan.problems)
    skipped = tuple(
        Skipped(found.pupil.id, found.pupil.status, why)
        for found in outcome.settled
        if options.cards and (why := why_no_card(found))
    )
    counts = dict.fromkeys(COUNTS, 0)
    for found in outcome.settled:
        counts[found.count] += 1
    counts |= {
        "rejected": len({(problem.file, problem.line) for problem in problems}),
        "skipped": len(skipped),
        "reserved": len(outcome.reserved),
    }
    summary = ", ".join(f"{counts[name]} {LABELS[name]()}" for name in COUNTS)
    if batch:
        summary += ", " + _("cards: {path}").format(path=batch.path)
    return Report(
        command="adopt",
        summary=summary,
        status="partial" if counts["rejected"] else "ok",
        counts=counts,
        batch=batch.batch if batch else "",
        output=str(batch.path) if batch else "",
        problems=(*problems, *_replaced(outcome)),
        skipped=skipped,
        notes=tuple(_notes(run, outcome, options, batch)),
    )


def _replaced(outcome: Outcome) -> Iterator[Problem]:
    """Yield a warning for each account whose known password is replaced by another one from the file."""
    for found in outcome.settled:
        before = found.adoption.account
        if before and before.password_known and before.password_hash != found.account.password_hash:
            message = _(
                "the password known here gives way to the one in the file; cards with the old one are worthless"
            )
            yield found.adoption.row.problem("password", "password-replaced", message, warning=True)


def _notes(run: Run, outcome: Outcome, options: AdoptOptions, batch: DeliveredBatch | None) -> Iterator[str]:
    if number := outcome.plan.other_addresses:
        yield plural(
            "{n} address does not fit portal.url in {file}: that account gets a new one, "
            "and its printed QR code leads nowhere",
            "{n} addresses do not fit portal.url in {file}: those accounts get new ones, "
            "and their printed QR codes lead nowhere",
            number,
        ).format(n=number, file=run.settings.file)
    if options.dry_run:
        yield _("dry run: nothing was written")
    elif batch or any(found.adoption.credential and found.count != "unchanged" for found in outcome.settled):
        yield from warnings(run, printed=batch is not None)
    if batch:
        yield from batch.warnings
        yield from missing_letters(
            [proposal_of(found) for found in outcome.settled if not why_no_card(found)]
        )
