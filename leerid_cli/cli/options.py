"""The options that several commands share, each with its one help text, and the values made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leerid_cli.errors import InputError
from leerid_cli.i18n import N_, _
from leerid_cli.model.choices import BundlePart, ReportFormat, Split, TableFormat
from leerid_cli.model.people import AccountType, PasswordKind, Status

if TYPE_CHECKING:
    from leerid_cli.model.batches import BatchOptions, LabelOptions
    from leerid_cli.workflows.selection import Selection


class BasisKind(StrEnum):
    """The password kinds that basis accounts can have."""

    WORD = "word"
    PICTURE = "picture"


School = Annotated[
    list[str], typer.Option("--school", help=N_("Of this school (number or name)."), metavar="NR")
]
Group = Annotated[
    list[str],
    typer.Option("--group", help=N_("Of this administratieve groep (code or name)."), metavar="GROUP"),
]
Class = Annotated[
    list[str], typer.Option("--class", help=N_("Of this class, whole: 1A is not 1Aa."), metavar="CLASS")
]
StatusOption = Annotated[list[Status], typer.Option("--status", help=N_("With this account status."))]
TypeOption = Annotated[list[AccountType], typer.Option("--type", help=N_("With this account type."))]
From = Annotated[
    str | None,
    typer.Option(
        "--from", help=N_("Pupil ids from a file, one a line; - is standard input."), metavar="FILE"
    ),
]
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
Compact = Annotated[bool, typer.Option("--compact", help=N_("No class starts on a new sheet."))]
SplitBy = Annotated[
    Split | None, typer.Option("--split", help=N_("A folder in the ZIP for each school or class."))
]
Only = Annotated[
    list[BundlePart], typer.Option("--only", help=N_("Put nothing in the ZIP but this; repeatable."))
]
Colour = Annotated[bool, typer.Option("--colour", help=N_("Pictures in colour."))]
Sheet = Annotated[
    str,
    typer.Option("--sheet", help=N_("Print stickers on this label sheet, such as 70x37."), metavar="NAME"),
]
StartAt = Annotated[
    int,
    typer.Option(
        "--start-at", min=1, help=N_("Begin at this label of the first sticker sheet."), metavar="N"
    ),
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
NoPasswords = Annotated[
    bool, typer.Option("--no-passwords", help=N_("Leave passwords out of the class lists."))
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
Expect = Annotated[
    int | None,
    typer.Option("--expect", min=0, help=N_("Go on only if it is exactly so many pupils."), metavar="N"),
]
Pupils = Annotated[
    list[str] | None,
    typer.Argument(help=N_("SCHOOL/STAMNUMMER, usernames or stamnummers."), metavar="PUPIL"),
]


def _known_language(ctx: typer.Context, name: str) -> str:
    from leerid_cli import resources
    from leerid_cli.settings.places import config_file
    from leerid_cli.settings.settings import TEMPLATES

    known = resources.card_languages(config_file(ctx.obj.config).parent / TEMPLATES)
    if name and name not in known:
        raise typer.BadParameter(
            _("{name} is none of the languages of a card: {known}").format(name=name, known=", ".join(known))
        )
    return name


CardLanguage = Annotated[
    str,
    typer.Option(
        "--card-language",
        callback=_known_language,
        help=N_(
            "Print the cards in this language: nl, fr, en, uk or your own; words of pictures stay Dutch."
        ),
        metavar="LANGUAGE",
    ),
]


def selection(
    *,
    text: str = "",
    pupils: list[str] | None = None,
    school: list[str],
    group: list[str],
    klas: list[str],
    status: list[Status],
    account_type: list[AccountType],
    source: str | None,
) -> Selection:
    """Return the selection that the options describe.

    Pupils named as arguments and those in the list `source` (`--from`) are selected together. Raises
    InputError where the list cannot be read.
    """
    from leerid_cli.workflows import selection

    named = tuple(pupils or ()) + (() if source is None else selection.read_ids(read(source)))

    return selection.Selection(
        text=text,
        schools=tuple(school),
        groups=tuple(group),
        classes=tuple(klas),
        statuses=tuple(status),
        types=tuple(account_type),
        pupils=named or None,
    )


def batch_options(
    output: Path | None,
    labels: LabelOptions,
    colour: bool,
    compact: bool = False,
    split: Split | None = None,
    only: Sequence[BundlePart] = (),
    *,
    listed: bool = True,
    with_workbook: bool = True,
    language: str = "",
    cluster: str = "",
) -> BatchOptions:
    """Return how a batch is to be made, by its options; `listed`: class lists show passwords.

    Raises UsageError for an address of a cluster that is not one of TLS.
    """
    from leerid_cli.model.batches import BatchOptions

    if cluster:
        from leerid_cli.pools.machines import refuse_address

        refuse_address(cluster)
    return BatchOptions(
        output=output,
        with_workbook=with_workbook,
        split=split,
        only=frozenset(only),
        compact=compact,
        colour=colour,
        labels=labels,
        list_passwords=listed,
        card_language=language,
        cluster=cluster,
    )


def instellingsnummer(number: str) -> str:
    """Return a number given by --school ('': not given); raises BadParameter unless it has six digits."""
    if number and not (len(number) == 6 and number.isascii() and number.isdigit()):
        raise typer.BadParameter(_("an instellingsnummer has six digits"), param_hint="--school")
    return number


def names_one(selection: Selection, source: str | None) -> bool:
    """Tell whether the command line names exactly one PUPIL and selects by nothing else."""
    alone = len(selection.pupils or ()) == 1 and source is None
    return alone and replace(selection, pupils=None).is_everything


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
