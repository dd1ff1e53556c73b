"""`calibrate` writes a test sheet for a printer, `cards preview` sample cards; neither opens the store."""

from __future__ import annotations

from pathlib import Path

from leerid_cli.cards import printer_settings
from leerid_cli.errors import UsageError
from leerid_cli.i18n import _
from leerid_cli.model.batches import LabelOptions
from leerid_cli.model.reports import Report
from leerid_cli.outputs.card_factory import drawing_libraries, read_logos
from leerid_cli.run import Run
from leerid_cli.runtime import new_file
from leerid_cli.settings.settings import SchoolSettings

PICTURES = (".pdf", ".png")


def calibrate(run: Run, output: Path | None, chosen: LabelOptions) -> Report:
    """Write the test sheet of a label sheet to a new PDF; `output` is a file or folder, None the working folder.

    Raises StorageError where the file exists already, UsageError for another extension, and what
    `printer_settings.sheet` raises.
    """
    form = printer_settings.sheet(run.settings, chosen)
    path = _new(output or Path(), f"leerid-calibrate-{form.name}.pdf", (".pdf",))
    with drawing_libraries():
        from leerid_cli.cards import calibration
    new_file.write(path, calibration.render(form))
    summary = _("test sheet of {sheet}: {path}").format(sheet=form.name, path=path)
    note = _(
        "print it on plain paper at 100 %, hold it against a label sheet, measure, "
        "and set --offset-x, --offset-y and --scale-y, or [printers] in {file}"
    ).format(file=run.settings.file)
    return Report("calibrate", summary, output=str(path), notes=(note,))


def preview(run: Run, output: Path, chosen: LabelOptions, *, colour: bool) -> Report:
    """Write sample cards of every kind, by the configuration, to a new .pdf or .png file.

    Raises StorageError where the file exists already, UsageError for another extension, InputError
    where a template or logo of the user's cannot be used, and what `printer_settings.sheet` raises.
    """
    form = printer_settings.sheet(run.settings, chosen)
    path = _new(output, "leerid-preview.pdf", PICTURES)
    with drawing_libraries():
        from leerid_cli.cards import contact_sheet, render, samples, sheets
    number, school = next(iter(run.settings.schools.items()), ("030569", SchoolSettings()))
    portal = samples.Portal(
        url=run.settings.portal_url,
        school=number,
        school_name=school.name,
        issued=run.today,
        language=run.settings.card_language,
        contact=school.contact,
        logo=read_logos(run.settings, [number]).get(number),
    )
    options = render.CardOptions(
        example=run.settings.example_portal,
        colour=colour,
        paper=sheets.Paper(sheet=form),
        templates=printer_settings.templates(run.settings),
    )
    samples.try_out(options)
    pdf = samples.preview(portal, options)
    new_file.write(path, contact_sheet.contact_sheet(pdf) if path.suffix.lower() == ".png" else pdf)
    left_out = samples.left_out(portal, options)
    notes = tuple(
        _("left out, too small to read on {sheet}: {file} with passwords of the kind {kind}").format(
            sheet=form.name, file=document.file_name, kind=kind
        )
        for document, kind in left_out
    )
    return Report("cards preview", _("sample cards: {path}").format(path=path), output=str(path), notes=notes)


def _new(output: Path, name: str, extensions: tuple[str, ...]) -> Path:
    """Return the path of the file to write: `output`, or `name` in it where it is a folder.

    Raises UsageError for another extension, StorageError where the file exists already.
    """
    path = output.absolute() / name if output.is_dir() else output.absolute()
    if path.suffix.lower() not in extensions:
        raise UsageError(
            _("{file} must end in {extensions}").format(file=output, extensions=", ".join(extensions))
        )
    new_file.check(path)
    return path
