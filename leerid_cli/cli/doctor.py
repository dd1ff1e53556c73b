"""`leerid doctor`: passes its options to `workflows/doctor.py`, and prints the result."""

from __future__ import annotations

import json
from typing import Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.errors import ExitCode
from leerid_cli.i18n import N_
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "doctor",
        cls=cls,
        help=N_("Look whether installation, settings, store, key and backups are sound; changes nothing."),
    )(doctor)


def doctor(ctx: typer.Context, output: options.Report = choices.ReportFormat.TEXT) -> None:
    """Print what was found, and leave with 0 where all is sound, else with 7."""
    from leerid_cli.workflows import doctor, findings

    found = doctor.examine(ctx.obj.db, ctx.obj.config)
    sound = all(finding.good for finding in found)
    if output is choices.ReportFormat.JSON:
        report = {
            "version": 1,
            "command": "doctor",
            "status": findings.GOOD if sound else findings.BAD,
            "checks": [finding.row() for finding in found],
        }
        console.data(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        for finding in found:
            if not (ctx.obj.quiet and finding.good):
                _show(finding)
    raise typer.Exit(ExitCode.OK if sound else ExitCode.STORAGE)


def _show(finding: Any) -> None:
    mark = " " if finding.good else "!"
    console.data(f"{mark} {finding.check:<10} {console.visible(finding.message)}\n")
    if finding.hint:
        console.data(f"  → {console.visible(finding.hint)}\n")
