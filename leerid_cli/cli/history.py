"""`leerid history`: passes its options to `workflows/overview.py`, and prints the result."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from leerid_cli.cli import lists, options
from leerid_cli.i18n import N_
from leerid_cli.model import choices

HANDLES_SECRETS = False  # it only reads the register, in which there is no password and no official number


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "history", cls=cls, help=N_("Show what was done, oldest first, by person number and without secrets.")
    )(history)


def history(
    ctx: typer.Context,
    pupil: Annotated[
        str, typer.Argument(help=N_("SCHOOL/STAMNUMMER, a username, or a stamnummer; else everything."))
    ] = "",
    output: options.Table = None,
) -> None:
    """Print what was done, for one pupil or for all."""
    from leerid_cli.workflows import overview

    with ctx.obj.run() as run:
        rows = overview.history(run, pupil)
    table = output is choices.TableFormat.TABLE or (output is None and lists.at_terminal())
    if output not in (choices.TableFormat.JSON, choices.TableFormat.JSONL):  # these hold the detail as it is
        write = _words if table else _json
        rows = [row | {"detail": write(row["detail"]), "person": row["person"] or ""} for row in rows]
    lists.show(rows, overview.HISTORY, output)


def _json(detail: Any) -> str:
    """Return the detail of an event as JSON, for one cell of a list."""
    return json.dumps(detail, ensure_ascii=False) if detail else ""


def _words(detail: Any) -> str:
    """Return the detail of an event as text, for a table."""
    texts = {name: ", ".join(value) if isinstance(value, list) else value for name, value in detail.items()}
    return "; ".join(f"{name}: {text}" for name, text in texts.items())
