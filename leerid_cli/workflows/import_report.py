"""The report of an import: counts, problems, and pupils who left, moved, came back or got another stamnummer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from leerid_cli.i18n import _
from leerid_cli.intake import import_plan as planning
from leerid_cli.intake.guard.messages import told_once
from leerid_cli.intake.input_files import ImportOptions, ReadRows
from leerid_cli.model.plans import DOUBLE, ImportPlan
from leerid_cli.model.reports import Problem, Report
from leerid_cli.run import Run

MOST_NAMED = 5
LABELS: Mapping[str, Callable[[], str]] = {
    "new": lambda: _("new"),
    "changed": lambda: _("changed"),
    "unchanged": lambda: _("unchanged"),
    "returned": lambda: _("returned"),
    "left": lambda: _("left"),
    "withheld": lambda: _("withheld"),
    "held": lambda: _("held"),
    "rejected": lambda: _("rejected"),
    "moved": lambda: _("moved"),
    "skipped": lambda: _("skipped"),
}
"""The word for each count in the summary."""


def import_report(run: Run, read_rows: ReadRows, plan: ImportPlan, options: ImportOptions) -> Report:
    """Return the report of an import: what `plan` changed, and the problems of `read_rows`."""
    counts = dict(plan.counts) | {"rejected": len(read_rows.rejected), "skipped": read_rows.skipped}
    counts |= {"moved": len(plan.moved), "renumbered": len(plan.renumbered)}
    loud = [withheld for withheld in plan.withheld if not withheld.quiet]
    named_problems = any(not problem.warning for problem in plan.problems)
    named = (*planning.COUNTS, "skipped", *(["moved"] if plan.moved else []))
    summary = ", ".join(f"{counts[name]} {LABELS[name]()}" for name in named)
    notes = [*read_rows.notes, *_notes(plan)]
    notes += [_("dry run: nothing was written")] if options.dry_run else run.store.warn_if_open()
    return Report(
        command="import",
        summary=summary,
        status="partial" if counts["rejected"] or named_problems or loud else "ok",
        counts=counts,
        problems=(
            *told_once(read_rows.problems, plan),
            *plan.problems,
            *(Problem(withheld.code, withheld.message) for withheld in loud),
        ),
        details={
            "changed_fields": plan.changed_fields,
            **_pupil_lists(plan),
        },
        notes=tuple(notes),
    )


def _notes(plan: ImportPlan) -> Iterator[str]:
    """Yield the notes of the report: changed fields, who left, moved or returned, what waits for an answer."""
    if plan.changed_fields:
        listed = ", ".join(f"{name} {count}" for name, count in plan.changed_fields.items())
        yield _("changed fields: {fields}").format(fields=listed)
    yield from _pupil_notes(plan)
    yield from (withheld.message for withheld in plan.withheld if withheld.quiet)
    if any(problem.code == DOUBLE for problem in plan.problems) or plan.counts["held"]:
        yield _("`leerid conflicts list` shows what waits for an answer")


def _pupil_lists(plan: ImportPlan) -> dict[str, list[str]]:
    """Return the details of the report: for each of these groups the ids of its pupils."""
    return {
        "left_pupils": _ids(plan.left),
        "moved_pupils": _ids(plan.moved),
        "returned_pupils": _ids(plan.returned),
        "renumbered_pupils": [f"{'/'.join(old)} {'/'.join(new)}" for old, new in plan.renumbered],
    }


def _pupil_notes(plan: ImportPlan) -> Iterator[str]:
    """Yield a note for each group of pupils, which names the first few."""
    for text, pupils in (
        (_("left: {pupils}"), _ids(plan.left)),
        (_("moved to another school: {pupils}"), _ids(plan.moved)),
        (_("another stamnummer in the same school: {pupils}"), _renumbered(plan)),
        (_("returned: {pupils}"), _ids(plan.returned)),
    ):
        if pupils:
            more = ", …" if len(pupils) > MOST_NAMED else ""
            yield text.format(pupils=", ".join(pupils[:MOST_NAMED]) + more)


def _ids(keys: Sequence[tuple[str, str]]) -> list[str]:
    return ["/".join(key) for key in keys]


def _renumbered(plan: ImportPlan) -> list[str]:
    return [_("{old} is now {new}").format(old="/".join(old), new=new[1]) for old, new in plan.renumbered]
