"""`leerid reset-password`: passes its options to `workflows/reset_password.py`, and prints the result."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leerid_cli.cli import console, options
from leerid_cli.cli.context import as_of as reference_date
from leerid_cli.i18n import N_, _
from leerid_cli.model import choices
from leerid_cli.model.batches import LabelOptions


def add_to(app: typer.Typer, cls: type[Any]) -> None:
    """Register the command in `app`; `cls` is the class of a command (`translated.Command`)."""
    app.command(
        "reset-password",
        cls=cls,
        help=N_("Give accounts a new password: a ZIP with new cards. The old one stops working with it."),
    )(reset_password)


def reset_password(
    ctx: typer.Context,
    pupils: options.Pupils = None,
    school: options.School = [],  # noqa: B006 (Typer copies it)
    group: options.Group = [],  # noqa: B006
    klas: options.Class = [],  # noqa: B006
    status: options.StatusOption = [],  # noqa: B006
    account_type: options.TypeOption = [],  # noqa: B006
    source: options.From = None,
    password_kind: options.Kind = None,
    password_stdin: options.PasswordStdin = False,
    new_token: Annotated[
        bool, typer.Option("--new-token", help=N_("Also void the old QR code and address."))
    ] = False,
    expect: options.Expect = None,
    yes: options.Yes = False,
    output: options.Output = None,
    compact: options.Compact = False,
    colour: options.Colour = False,
    card_language: options.CardLanguage = "",
    sheet: options.Sheet = "",
    start_at: options.StartAt = 1,
    offset_x: options.OffsetX = None,
    offset_y: options.OffsetY = None,
    scale_y: options.ScaleY = None,
    printer: options.PrinterName = "",
    cluster: options.Cluster = "",
    no_passwords: options.NoPasswords = False,
    split: options.SplitBy = None,
    only: options.Only = [],  # noqa: B006 (Typer copies it)
    as_of: options.AsOf = None,
    report: options.Report = choices.ReportFormat.TEXT,
) -> None:
    """Give pupils or a selection new passwords, print the report, and exit with its code."""
    from leerid_cli.model.requests import AccountRequest
    from leerid_cli.workflows import reset_password
    from leerid_cli.workflows.confirmation import Consent

    selection = options.selection(
        pupils=pupils, school=school, group=group, klas=klas, status=status, account_type=account_type,
        source=source,
    )  # fmt: skip
    password = console.secret(_("Password: ")) if password_stdin else None
    labels = LabelOptions(sheet, start_at, offset_x, offset_y, scale_y, printer)
    chosen = reset_password.ResetOptions(
        request=AccountRequest(kind=password_kind, password=password, new_token=new_token),
        batch_options=options.batch_options(
            output, labels, colour, compact, split, only,
            listed=not no_passwords, language=card_language, cluster=cluster,
        ),
        consent=Consent(expect=expect, yes=yes),
        named=options.names_one(selection, source),
    )  # fmt: skip
    with ctx.obj.run() as run:
        day = reference_date(as_of, run.today, quiet=ctx.obj.quiet)
        result = reset_password.reset_password(run, selection, day, chosen)
    raise typer.Exit(ctx.obj.finish(result, report))
