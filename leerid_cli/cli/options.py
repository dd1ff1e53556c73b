"""The single options that several commands share, each with its one help text, and the values made of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from leerid_cli.errors import InputError
from leerid_cli.i18n import N_, _
from leerid_cli.model.choices import ReportFormat, TableFormat
from leerid_cli.model.people import PasswordKind

AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help=N_("Judge enrolments on this date."), metavar="YYYY-MM-DD"
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help=N_("The ZIP to make, or the folder for it."), metavar="PATH"),
]
Colour = Annotated[bool, typer.Option("--colour", help=N_("Pictures in colour."))]
Sheet = Annotated[
    str,
    typer.Option("--sheet", help=N_("Print stickers on this label sheet, such as 70x37."), metavar="NAME"),
]
OffsetX = Annotated[
    float | None,
    typer.Option("--offset-x", min=-10, max=10, help=N_("Move stickers right by so many mm."), metavar="MM"),
]
OffsetY = Annotated[
    float | None,
    typer.Option("--offset-y", min=-10, max=10, help=N_("Move stickers down by so many mm."), metavar="MM"),
]
ScaleY = Annotated[
    float | None,
    typer.Option(
        "--scale-y",
        min=0.95,
        max=1.05,
        help=N_("Stretch sticker sheets downwards, such as 0.995."),
        metavar="TIMES",
    ),
]
PrinterName = Annotated[
    str,
    typer.Option(
        "--printer", help=N_("Use sheet and offsets of this printer in the configuration."), metavar="NAME"
    ),
]
Cluster = Annotated[
    str,
    typer.Option(
        "--cluster",
        help=N_("Have a Dask cluster hash and draw; over TLS only, such as tls://HOST:8786."),
        metavar="ADDRESS",
    ),
]
Report = Annotated[ReportFormat, typer.Option("--format", help=N_("Say what was done as text or json."))]
Kind = Annotated[
    PasswordKind | None, typer.Option("--password-kind", help=N_("Which kind of password to make."))
]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help=N_("Read the password from standard input."))
]
Table = Annotated[TableFormat | None, typer.Option("--format", help=N_("How to print the list."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=N_("Do not ask at a terminal."))]
Pupils = Annotated[
    list[str] | None,
    typer.Argument(help=N_("SCHOOL/STAMNUMMER, usernames or stamnummers."), metavar="PUPIL"),
]


def instellingsnummer(number: str) -> str:
    """Return a number given by --school ('': not given); raises BadParameter unless it has six digits."""
    if number and not (len(number) == 6 and number.isascii() and number.isdigit()):
        raise typer.BadParameter(_("an instellingsnummer has six digits"), param_hint="--school")
    return number


def read(source: str) -> str:
    """Return the text of a UTF-8 file, or of standard input for `-`; raises InputError where that fails."""
    from leerid_cli.cli import console

    if source == "-":
        return console.entered()
    try:
        with Path(source).open(encoding="utf-8") as opened:
            return console.bounded(opened.read(console.MAX_CHARACTERS + 1), source)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise InputError(_("{file} cannot be read: {why}").format(file=source, why=why)) from error
