"""`leerid doctor`: passes its options to `workflows/doctor.py`, and prints the result."""

from __future__ import annotations

import json
from typing import Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.errors import ExitCode
from leerid_cli.i18n import N_


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "doctor",
        cls=cls,
        help=N_("Look whether installation, settings, store, key and backups are sound; changes nothing."),
    )(doctor)


def doctor(ctx: typer.Context, output: options.Report = options.ReportFormat.TEXT) -> None:
    """Print the finding of each check; exit with 0 where all are good, else with 7."""
    from leerid_cli.workflows import doctor

    findings = doctor.examine(ctx.obj.db, ctx.obj.config)
    sound = all(finding.good for finding in findings)
    if output is options.ReportFormat.JSON:
        report = {
            "version": 1,
            "command": "doctor",
            "status": doctor.GOOD if sound else doctor.BAD,
            "checks": [finding.row() for finding in findings],
        }
        console.data(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        for finding in findings:
            if not (ctx.obj.quiet and finding.good):
                _show(finding)
    raise typer.Exit(ExitCode.OK if sound else ExitCode.STORAGE)


def _show(finding: Any) -> None:
    mark = " " if finding.good else "!"
    console.data(f"{mark} {finding.check:<10} {console.visible(finding.message)}\n")
    if finding.hint:
        console.data(f"  → {console.visible(finding.hint)}\n")
