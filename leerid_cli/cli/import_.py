"""`leerid import`: passes its options to `workflows/import_files.py`, and prints the result."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from leerid_cli.cli import options
from leerid_cli.cli.option_groups import with_groups
from leerid_cli.i18n import N_
from leerid_cli.model import choices
from leerid_cli.model.people import AccountType

Files = Annotated[
    list[str], typer.Argument(help=N_("CSV, XLSX or XML files; - is standard input."), metavar="FILE...")
]
MaxAge = Annotated[
    float | None,
    typer.Option(min=0, metavar="DAYS", help=N_("Refuse a file that was written longer ago than this.")),
]
Older = Annotated[
    bool, typer.Option("--older", help=N_("Let in a file of an earlier school year than the last one."))
]
Strict = Annotated[bool, typer.Option("--strict", help=N_("Change nothing if any row cannot be used."))]
Rejects = Annotated[
    Path | None,
    typer.Option(help=N_("Write rows that were rejected or held here, to correct and import again.")),
]
NewKey = Annotated[
    bool, typer.Option("--new-key", help=N_("The key for official numbers is lost: hash them afresh."))
]


@dataclass(frozen=True, slots=True)
class LayoutGroup:
    """How the files are read, and what they do not say themselves."""

    profile: Annotated[
        str | None, typer.Option(help=N_("The layout of the files; else found by the header."))
    ] = None
    encoding: Annotated[str | None, typer.Option(help=N_("Their encoding, such as utf-8 or cp1252."))] = None
    delimiter: Annotated[str | None, typer.Option(help=N_("Their delimiter; write tab for a tab."))] = None
    school: Annotated[
        str, typer.Option(help=N_("The instellingsnummer where a file has none."), metavar="NR")
    ] = ""
    account_type: Annotated[
        AccountType | None,
        typer.Option("--type", help=N_("The account type where a file has no hoofdstructuur.")),
    ] = None


@dataclass(frozen=True, slots=True)
class DeparturesGroup:
    """Who has left, and how many may leave a school."""

    full: Annotated[
        bool,
        typer.Option(
            "--full", help=N_("The files hold all pupils of their schools: who is missing has left.")
        ),
    ] = False
    max_departures: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            metavar="PCT",
            help=N_("Withhold the departures of a school that are over 3 and over this percentage."),
        ),
    ] = 10
    accept: Annotated[
        list[str],
        typer.Option(
            "--accept",
            "--accept-departures",
            metavar="NR:N",
            help=N_("Let exactly N pupils of this school go or change all the same; repeatable."),
        ),
    ] = field(default_factory=list)


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "import",
        cls=cls,
        help=N_(
            "Read enrolment exports and bring the register in line; usernames and passwords stay untouched."
        ),
    )(import_)


@with_groups
def import_(
    ctx: typer.Context,
    *,
    files: Files,
    layout: LayoutGroup,
    departures: DeparturesGroup,
    max_age: MaxAge = None,
    older: Older = False,
    dry_run: options.DryRun = False,
    strict: Strict = False,
    rejects: Rejects = None,
    new_key: NewKey = False,
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Import the files, print the report, and exit with its code; raises BadParameter for a wrong option."""
    from leerid_cli.intake import input_files
    from leerid_cli.workflows import import_files

    wanted = input_files.ImportOptions(
        profile=layout.profile,
        encoding=layout.encoding,
        delimiter="\t" if layout.delimiter in ("tab", "\\t") else layout.delimiter,
        school=options.instellingsnummer(layout.school),
        type=layout.account_type,
        dry_run=dry_run,
        strict=strict,
        rejects=rejects,
        new_key=new_key,
        full=departures.full,
        max_departures=departures.max_departures,
        accepted=_accepted(departures.accept),
        max_age=max_age,
        older=older,
    )
    if wanted.delimiter is not None and len(wanted.delimiter) != 1:
        raise typer.BadParameter("one character, or tab", param_hint="--delimiter")
    with ctx.obj.run() as run:
        report = import_files.run_import(run, files, wanted)
    raise typer.Exit(ctx.obj.finish(report, output))


def _accepted(pairs: list[str]) -> dict[str, int]:
    """Return, by school, how many pupils may leave or change, from options `NR:N`; raises BadParameter."""
    accepted = {}
    for pair in pairs:
        match = re.fullmatch(r"([0-9]{6}):([0-9]{1,7})", pair)
        if match is None:
            raise typer.BadParameter("write it as 030569:12", param_hint="--accept")
        accepted[match[1]] = int(match[2])
    return accepted
