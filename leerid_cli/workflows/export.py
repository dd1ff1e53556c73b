"""`export`: writes register and accounts of a selection, without passwords, in a form that `import` reads back.

Every enrolment gets a row, because an import replaces all enrolments of a key from the earliest begin date in its
file on: one that is missing there would be removed. With `--school` only enrolments in those schools are written,
because `import --full` takes a file as complete for every school that it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from leerid_cli.errors import NotFoundError, UsageError
from leerid_cli.exports import register_rows
from leerid_cli.i18n import _
from leerid_cli.model.choices import ExportFormat
from leerid_cli.run import Run
from leerid_cli.runtime import new_file
from leerid_cli.workflows.selection import Selection, school_numbers, select

STANDARD_OUTPUT = Path("-")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The options of `export`; `output` None or `-` is standard output, `format` None follows the extension."""

    output: Path | None = None
    format: ExportFormat | None = None
    excel_csv: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of `export`: the text for standard output, or '' and the written file; the number of rows."""

    text: str
    path: Path | None
    rows: int


def export(run: Run, selection: Selection, on: date, options: ExportOptions) -> Exported:
    """Write the selected pupils to a new file (mode 0600), or return the text for standard output.

    `on` is the reference date for the status of pupils. Raises UsageError for an unknown format, or one that does
    not fit the other options; NotFoundError where nobody is selected; StorageError where the file exists already
    or cannot be written.
    """
    chosen, path = _format(options), _path(run, options)
    if path is not None:
        new_file.check(path)
    elif chosen is ExportFormat.XLSX:
        raise UsageError(_("a workbook is not written to standard output"), _("give --output FILE.xlsx"))
    with run.store.reading() as connection:
        pupils = select(connection, selection, on, run.settings)
        schools = school_numbers(connection, selection.schools, run.settings)
    rows = [row for pupil in pupils for row in register_rows.register_rows(pupil, schools)]
    if not rows:
        raise NotFoundError(_("no pupil found"))
    write = register_rows.as_excel_csv if options.excel_csv else register_rows.WRITERS[chosen]
    data = write(rows, run.now)
    if path is None:
        return Exported(data.decode(), None, len(rows))
    new_file.write(path, data)
    return Exported("", path, len(rows))


def _format(options: ExportOptions) -> ExportFormat:
    """Return the format of `--format`, else that of the file's extension, else CSV.

    In a folder it is a workbook, or CSV with `--excel-csv`. Raises UsageError where the options contradict.
    """
    chosen, output = options.format, options.output
    if chosen is None and output is not None and output != STANDARD_OUTPUT:
        chosen = _by_extension(output, ExportFormat.CSV if options.excel_csv else ExportFormat.XLSX)
    if options.excel_csv and chosen not in (None, ExportFormat.CSV):
        raise UsageError(_("--excel-csv is for csv only"))
    return chosen or ExportFormat.CSV


def _by_extension(output: Path, of_folder: ExportFormat) -> ExportFormat:
    """Return the format by the extension of a file, `of_folder` for a folder; raises UsageError for any other."""
    if output.is_dir():
        return of_folder
    extension = output.suffix.lower().removeprefix(".")
    if extension not in list(ExportFormat):
        raise UsageError(
            _("{file} does not say which format it is to be").format(file=output),
            _("end it in one of {extensions}, or give --format").format(
                extensions=", ".join(f".{one}" for one in ExportFormat)
            ),
        )
    return ExportFormat(extension)


def _path(run: Run, options: ExportOptions) -> Path | None:
    output = options.output
    if output is None or output == STANDARD_OUTPUT:
        return None
    if output.is_dir():
        return output / f"leerid-export-{run.today.isoformat()}.{_format(options)}"
    return output
