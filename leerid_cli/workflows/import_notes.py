"""What the report of an import says of pupils who left, moved, came back, or got another stamnummer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leerid_cli.i18n import _
from leerid_cli.model.plans import ImportPlan

MOST_NAMED = 5


def pupil_lists(plan: ImportPlan) -> dict[str, list[str]]:
    """Return the details of the report: for each of these groups the ids of its pupils."""
    return {
        "left_pupils": _ids(plan.left),
        "moved_pupils": _ids(plan.moved),
        "returned_pupils": _ids(plan.returned),
        "renumbered_pupils": [f"{'/'.join(old)} {'/'.join(new)}" for old, new in plan.renumbered],
    }


def pupil_notes(plan: ImportPlan) -> Iterator[str]:
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
