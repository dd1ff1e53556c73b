"""`leerid conflicts list`, `link`, `keep` and `undo`: options and printing.

The work is done by `workflows/conflicts.py`, `answers.py` and `undo_answer.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from leerid_cli.cli import lists, options
from leerid_cli.cli.translated import Subgroup
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices

Held = Annotated[
    str, typer.Argument(help=N_("The pupil that is held, as `conflicts list` names it."), metavar="A")
]
Other = Annotated[str, typer.Argument(help=N_("Who it is: SCHOOL/STAMNUMMER or a username."), metavar="B")]


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the commands of this module in `app`; `cls` is their class (`translated.Command`)."""
    group = typer.Typer(cls=Subgroup, no_args_is_help=True)
    group.command("list", cls=cls, help=N_("List the rows that import held, with the answers to type."))(
        list_
    )
    group.command("link", cls=cls, help=N_("Say that A is the same child as B: the row is right."))(link)
    group.command(
        "keep", cls=cls, help=N_("Say that the register is right about A, or that A is a child of its own.")
    )(keep)
    group.command(
        "undo",
        cls=cls,
        help=N_("Take the newest answer since the last import back; again for the one before."),
    )(undo)
    app.add_typer(
        group, name="conflicts", help=N_("Answer what import held because it contradicts the register.")
    )


def list_(ctx: typer.Context, output: options.Table = None) -> None:
    """Print the held rows, each with the commands that answer it."""
    from leerid_cli.workflows import conflicts

    with ctx.obj.run() as run:
        rows = conflicts.listed(run)
    lists.show(rows, conflicts.COLUMNS, output, _block)


def _block(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines for a held row: why it is held, what file and register have, the commands to answer."""
    yield f"{row['pupil']}: {row['why']}"
    place = _(", line {line}").format(line=row["line"]) if row["line"] else ""
    yield (
        "    "
        + _("import has: {child}").format(child=row["row"])
        + (f" ({row['file']}{place})" if place else "")
    )
    for known in row["register"]:
        yield "    " + _("register has: {child}").format(child=known)
    for command, meaning in zip(row["commands"], row["meanings"], strict=True):
        yield f"    {command}"
        yield f"        {meaning}"


def link(
    ctx: typer.Context,
    held: Held,
    other: Other,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Answer that the held pupil is the same child as `other`, and exit with the report's code."""
    from leerid_cli.workflows import answering, answers

    with ctx.obj.run() as run:
        report = answers.link(run, held, other, answering.AnswerOptions(dry_run, yes))
    raise typer.Exit(ctx.obj.finish(report, output))


def keep(
    ctx: typer.Context,
    held: Held,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Answer that the register is right, and exit with the report's code."""
    from leerid_cli.workflows import answering, answers

    with ctx.obj.run() as run:
        report = answers.keep(run, held, answering.AnswerOptions(dry_run, yes))
    raise typer.Exit(ctx.obj.finish(report, output))


def undo(
    ctx: typer.Context,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    output: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Take the newest answer back, and exit with the report's code."""
    from leerid_cli.workflows import answering, undo_answer

    with ctx.obj.run() as run:
        report = undo_answer.take_back(run, answering.AnswerOptions(dry_run, yes))
    raise typer.Exit(ctx.obj.finish(report, output))
