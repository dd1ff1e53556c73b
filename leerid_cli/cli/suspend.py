"""`leerid suspend` and `leerid reactivate`: options and printing.

The work is done by `workflows/suspend.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.consent_options import ConsentGroup
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.cli.selection_options import SelectionGroup
from leerid_cli.i18n import N_
from leerid_cli.model import choices

if TYPE_CHECKING:
    from leerid_cli.model.reports import Report
    from leerid_cli.run import Run
    from leerid_cli.workflows.selection import Selection
    from leerid_cli.workflows.suspend import SuspendOptions


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the commands of this module in `app`; `cls` is their class (`translated.Command`)."""
    app.command(
        "suspend",
        cls=cls,
        help=N_(
            "Suspend accounts: they do not sign in until `reactivate` lifts it. "
            "Without a terminal, filters that mean more than one pupil need --expect N or --yes."
        ),
    )(suspend)
    app.command(
        "reactivate",
        cls=cls,
        help=N_(
            "Let suspended accounts sign in again, suspended by hand or by import. "
            "Without a terminal, filters that mean more than one pupil need --expect N or --yes."
        ),
    )(reactivate)


@with_groups
def suspend(
    ctx: typer.Context,
    *,
    pupils: options.Pupils = None,
    filters: SelectionGroup,
    consent: ConsentGroup,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Suspend the accounts of pupils or a selection, print the report, and exit with its code."""
    from leerid_cli.workflows import suspend

    selection = filters.selection(pupils=pupils)
    chosen = suspend.SuspendOptions(consent.consent(), filters.names_one(pupils))
    _carry_out(ctx, suspend.suspend, selection, chosen, as_of, report)


@with_groups
def reactivate(
    ctx: typer.Context,
    *,
    pupils: options.Pupils = None,
    filters: SelectionGroup,
    consent: ConsentGroup,
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Reactivate the accounts of pupils or a selection, print the report, and exit with its code."""
    from leerid_cli.workflows import suspend

    selection = filters.selection(pupils=pupils)
    chosen = suspend.SuspendOptions(consent.consent(), filters.names_one(pupils))
    _carry_out(ctx, suspend.reactivate, selection, chosen, as_of, report)


def _carry_out(
    ctx: typer.Context,
    act: Callable[[Run, Selection, date, SuspendOptions], Report],
    selection: Selection,
    chosen: SuspendOptions,
    as_of: datetime | None,
    output: choices.ReportFormat,
) -> None:
    with ctx.obj.run() as run:
        report = act(run, selection, reference_date(as_of, run.today, quiet=ctx.obj.quiet), chosen)
    raise typer.Exit(ctx.obj.finish(report, output))
