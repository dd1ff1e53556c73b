"""How stickers are to be laid on paper: the options of the command line, else the printer of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.model.choices import LabelOptions
from leerid_cli.model.people import PasswordKind
from leerid_cli.settings.settings import Printer, Settings

if TYPE_CHECKING:
    from leerid_cli.cards.labels import SheetFormat
    from leerid_cli.cards.sheets import Document
    from leerid_cli.cards.templates import Templates


def templates(settings: Settings) -> Templates:
    """Return the templates in use."""
    from leerid_cli.cards.templates import Templates

    return Templates(settings.templates if settings.templates.is_dir() else None)


def sheet(settings: Settings, printing: LabelOptions) -> SheetFormat:
    """Return the label format with the printer's adjustments.

    Raises UsageError where the command line names no sheet or printer that is known, or moves labels off
    the page; InputError where the configuration or the user's labels.toml is wrong.
    """
    from leerid_cli.cards import labels

    printer = _printer(settings, printing)
    known = labels.formats(templates(settings))
    name = printing.sheet or printer.sheet or labels.DEFAULT
    if name not in known:
        raise _unknown_sheet(settings, printing, name, sorted(known))
    made = replace(
        known[name],
        offset_x=_first(printing.offset_x, printer.offset_x),
        offset_y=_first(printing.offset_y, printer.offset_y),
        scale_y=_first(printing.scale_y, printer.scale_y),
    )
    if not made.stays_on_paper():
        raise UsageError(
            _("with these offsets and this scale the labels of {sheet} leave the paper").format(sheet=name),
            _("measure again with `leerid calibrate`"),
        )
    if printing.start_at > made.capacity:
        raise UsageError(
            _("--start-at {n}: a sheet {sheet} has labels 1 to {last}").format(
                n=printing.start_at, sheet=name, last=made.capacity
            )
        )
    return made


def refuse_unfit(
    settings: Settings,
    chosen: SheetFormat,
    documents: Sequence[Document],
    kinds: Sequence[PasswordKind],
    url: str,
) -> None:
    """Raise UsageError, naming what and which sheets would do, where cards would be too small to read."""
    from leerid_cli.cards import custom_layouts, labels, sizing

    known = custom_layouts.load(templates(settings))
    unfit = sizing.unfit(chosen, documents, kinds, url, known)
    if not unfit:
        return
    fitting = [
        name
        for name, form in labels.formats(templates(settings)).items()
        if not sizing.unfit(form, documents, kinds, url, known)
    ]
    document, kind = unfit[0]
    raise UsageError(
        _("{file} with passwords of the kind {kind} would be too small to read on the sheet {sheet}").format(
            file=document.file_name, kind=kind, sheet=chosen.name
        ),
        _("these sheets do: {names}").format(names=", ".join(sorted(fitting)) or "-"),
    )


def _first(option: float | None, setting: float) -> float:
    return setting if option is None else option


def _printer(settings: Settings, printing: LabelOptions) -> Printer:
    name = printing.printer or settings.printer
    if not name:
        return Printer()
    if name not in settings.printers:
        raise UsageError(
            _("there is no printer {name} in {file}").format(name=name, file=settings.file),
            _("known: {names}").format(names=", ".join(sorted(settings.printers)) or "-"),
        )
    return settings.printers[name]


def _unknown_sheet(settings: Settings, printing: LabelOptions, name: str, known: Sequence[str]) -> Exception:
    names = _("known: {names}").format(names=", ".join(known))
    if printing.sheet:
        return UsageError(_("there is no label sheet {name}").format(name=name), names)
    return InputError(
        _("the configuration file {file}: {key}: {why}").format(
            file=settings.file,
            key=f'printers."{printing.printer or settings.printer}".sheet',
            why=_("there is no label sheet {name}").format(name=name),
        ),
        names,
    )
