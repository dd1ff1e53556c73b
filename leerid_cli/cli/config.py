"""`leerid config show` and `leerid config init`: options and printing.

The work is done by `workflows/show_settings.py`.
"""

from __future__ import annotations

from typing import Any

import typer

from leerid_cli.cli import lists, options
from leerid_cli.cli.translated import Subgroup
from leerid_cli.i18n import N_
from leerid_cli.model import choices


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the commands of this module in `app`; `cls` is their class (`translated.Command`)."""
    group = typer.Typer(cls=Subgroup, no_args_is_help=True)
    group.command("show", cls=cls, help=N_("Show every setting and where it comes from."))(show)
    group.command("init", cls=cls, help=N_("Write a configuration file with every setting explained."))(init)
    app.add_typer(group, name="config", help=N_("Settings."))


def show(ctx: typer.Context, output: options.Table = None) -> None:
    """Print every setting with its origin."""
    from leerid_cli.workflows import show_settings

    lists.show(show_settings.show(ctx.obj.db, ctx.obj.config), show_settings.COLUMNS, output)


def init(ctx: typer.Context, output: options.Report = choices.ReportFormat.TEXT) -> None:
    """Write the file."""
    from leerid_cli.workflows import show_settings

    raise typer.Exit(ctx.obj.finish(show_settings.init(ctx.obj.config), output))
