"""Which label sheet stickers are printed on, and how far the printer is off.

An option counts before the printer that is chosen in the configuration file, and that before the default
sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leerid_cli.errors import InputError, UsageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import LabelOptions
from leerid_cli.model.people import PasswordKind
from leerid_cli.settings.settings import Printer, Settings

if TYPE_CHECKING:
    from leerid_cli.cards.labels import SheetFormat
    from leerid_cli.cards.sheets import Document
    from leerid_cli.cards.templates import Templates


def templates(settings: Settings) -> Templates:
    """Return the templates in use: those of the user's folder, if there is one, and of the program."""
    from leerid_cli.cards.templates import Templates

    return Templates(settings.templates if settings.templates.is_dir() else None)


def sheet(settings: Settings, printing: LabelOptions) -> SheetFormat:
    """Return the label sheet for stickers, with the offsets (in millimetres) and the scale of the printer.

    Raises UsageError for an unknown sheet or printer, for a `--start-at` that the sheet does not have, and
    where labels would leave the page; InputError where the configuration names an unknown sheet or the user's
    labels.toml is wrong.
    """
    from leerid_cli.cards import labels

    printer = _printer(settings, printing)
    known = labels.formats(templates(settings))
    name = printing.sheet or printer.sheet or labels.DEFAULT
    if name not in known:
        raise _unknown_sheet(settings, printing, name, sorted(known))
    adjusted = replace(
        known[name],
        offset_x=_first(printing.offset_x, printer.offset_x),
        offset_y=_first(printing.offset_y, printer.offset_y),
        scale_y=_first(printing.scale_y, printer.scale_y),
    )
    if not adjusted.stays_on_paper():
        raise UsageError(
            _("with these offsets and this scale the labels of {sheet} leave the paper").format(sheet=name),
            _("measure again with `leerid calibrate`"),
        )
    if printing.start_at > adjusted.capacity:
        raise UsageError(
            _("--start-at {n}: a sheet {sheet} has labels 1 to {last}").format(
                n=printing.start_at, sheet=name, last=adjusted.capacity
            )
        )
    return adjusted


def refuse_unfit(
    settings: Settings,
    chosen: SheetFormat,
    documents: Sequence[Document],
    kinds: Sequence[PasswordKind],
    url: str,
) -> None:
    """Raise UsageError where cards would be too small to read on a label sheet, naming the sheets that do.

    `kinds` are the kinds of password on the cards; `url` is an address as long as theirs, for it decides how
    fine the QR codes are.
    """
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
    """Return the printer chosen by option or configuration; one without offsets where none is chosen."""
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
