"""`leerid import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.i18n import N_
from leerid_cli.model import AccountType


def register(app: typer.Typer, cls: type[Any]) -> None:
    """Add the command to the program."""
    app.command(
        "import",
        cls=cls,
        help=N_(
            "Read enrolment exports and bring the register in line; usernames and passwords stay untouched."
        ),
    )(import_)


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(help=N_("CSV, XLSX or XML files; - is standard input."), metavar="FILE...")
    ],
    profile: Annotated[
        str | None, typer.Option(help=N_("The layout of the files; else found by the header."))
    ] = None,
    encoding: Annotated[str | None, typer.Option(help=N_("Their encoding, such as utf-8 or cp1252."))] = None,
    delimiter: Annotated[str | None, typer.Option(help=N_("Their delimiter; write tab for a tab."))] = None,
    school: Annotated[
        str, typer.Option(help=N_("The instellingsnummer where a file has none."), metavar="NR")
    ] = "",
    account_type: Annotated[
        AccountType | None,
        typer.Option("--type", help=N_("The account type where a file has no hoofdstructuur.")),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Say what would change, and change nothing."))
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help=N_("Change nothing if any row cannot be used."))
    ] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(help=N_("Write rows that were rejected or held here, to correct and import again.")),
    ] = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help=N_("The key for official numbers is lost: hash them afresh."))
    ] = False,
    output: options.Report = options.ReportFormat.TEXT,
) -> None:
    """Run the import and leave with its exit code."""
    from leerid_cli.workflows import importing, sources

    chosen = sources.ImportOptions(
        profile=profile,
        encoding=encoding,
        delimiter="\t" if delimiter in ("tab", "\\t") else delimiter,
        school=_school(school),
        type=account_type,
        dry_run=dry_run,
        strict=strict,
        rejects=rejects,
        new_key=new_key,
    )
    if chosen.delimiter is not None and len(chosen.delimiter) != 1:
        raise typer.BadParameter("one character, or tab", param_hint="--delimiter")
    with ctx.obj.run() as run:
        report = importing.run_import(run, files, chosen)
    raise typer.Exit(ctx.obj.finish(report, output))


def _school(number: str) -> str:
    if number and not (len(number) == 6 and number.isascii() and number.isdigit()):
        raise typer.BadParameter("an instellingsnummer has six digits", param_hint="--school")
    return number
