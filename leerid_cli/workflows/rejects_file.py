"""The rejects file of `import`: rejected and held rows with the reason, to correct and import again.

Its form: docs/contract.md §5, "Rejects". It holds official numbers, so its mode is 0600.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from leerid_cli.errors import InputError, LeeridError, RefusedError, StorageError
from leerid_cli.i18n import _
from leerid_cli.intake import profiles
from leerid_cli.intake.check import SPOILT
from leerid_cli.intake.input_files import ImportOptions, ReadRows
from leerid_cli.intake.profiles import ColumnMap
from leerid_cli.intake.reading import FileFormat
from leerid_cli.model.reports import Problem
from leerid_cli.run import Run
from leerid_cli.runtime import durable
from leerid_cli.tables import cells, csvtext, workbook, xlsx
from leerid_cli.tables.cells import Typed
from leerid_cli.tables.limits import MAX_BYTES

SHEET = "Rejects"
_BOM = b"\xef\xbb\xbf"
_LONGEST_IN_A_SHEET = 32_000
_Column = tuple[str, int]


def check(path: Path, run: Run, files: Sequence[str]) -> None:
    """Check before an import that a rejects file may be written to `path`.

    `files` are the names of the imported files. Raises RefusedError where `path` is one of them, a file of leerid
    itself, or anything else than a new file or an earlier rejects file; StorageError where its folder is missing.
    """
    own = (
        run.store.path,
        run.store.path.with_name(run.store.path.name + ".lock"),
        run.settings.key_file,
        run.settings.file,
    )
    taken = {other.resolve() for other in (*own, *(Path(file) for file in files))}
    in_the_way = path.is_symlink() or (path.exists() and not is_ours(path)) or path.name in ("", "-")
    if path.resolve() in taken or in_the_way:
        raise RefusedError(
            _("{path} is not a rejects file and is not overwritten").format(path=path),
            _("give --rejects the name of a new file, or of an earlier rejects file"),
        )
    if not path.parent.is_dir():
        raise StorageError(_("the folder {folder} does not exist").format(folder=path.parent))


def is_ours(path: Path) -> bool:
    """Tell by its header whether a file is an earlier rejects file."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        header = file.readline(1 << 16).strip()
    if header.startswith(b"PK"):
        return _is_our_workbook(path)
    return header.endswith(b";".join(name.encode() for name in profiles.OWN_COLUMNS))


def _is_our_workbook(path: Path) -> bool:
    if path.stat().st_size > MAX_BYTES:
        return False
    try:
        found = xlsx.read(path.read_bytes())
    except InputError:
        return False
    if [sheet.name for sheet in found] != [SHEET] or not found[0].rows:
        return False
    return tuple(found[0].rows[0][1][-2:]) == profiles.OWN_COLUMNS


@contextmanager
def kept(options: ImportOptions, read_rows: ReadRows, held: Iterable[Problem] = ()) -> Iterator[None]:
    """Write the rejects file also where the block raises an error that refuses the files, except in a dry run."""
    try:
        yield
    except LeeridError:
        if options.rejects is not None and not options.dry_run:
            write(
                options.rejects,
                read_rows,
                held,
                _("correct the file or export it again; nothing was changed"),
            )
        raise


def write(path: Path, read_rows: ReadRows, held: Iterable[Problem], hint: str = "") -> None:
    """Write every rejected or held row with its line and problem to `path` (mode 0600).

    The form is that of the extension; without a known one a workbook where the rows come from one, else CSV.
    An earlier rejects file is replaced, or removed where there is nothing to correct. Raises StorageError, with
    `hint`, where the file cannot be written.
    """
    reasons = _reasons((*read_rows.problems, *held))
    try:
        if reasons:
            _publish(path, _content(path, read_rows, reasons))
        elif is_ours(path):
            path.unlink()
    except OSError as error:
        raise StorageError(
            _("{path} cannot be written: {why}").format(path=path, why=error.strerror),
            hint or _("the import itself is done"),
        ) from error


def _reasons(problems: Iterable[Problem]) -> dict[tuple[str, int], list[str]]:
    reasons: dict[tuple[str, int], list[str]] = {}
    for problem in problems:
        if not problem.warning:
            column = f"{problem.column}: " if problem.column else ""
            reasons.setdefault((problem.file, problem.line), []).append(column + problem.message)
    return reasons


def _content(path: Path, read_rows: ReadRows, reasons: dict[tuple[str, int], list[str]]) -> bytes:
    rows = [_named(*read_rows.originals[place]) for place in reasons]
    headings: dict[_Column, str] = {}
    for row in rows:
        for column, (heading, _text) in row.items():
            headings.setdefault(column, heading)
    body = [
        [*(row.get(column, ("", ""))[1] for column in headings), str(line), "; ".join(texts)]
        for row, ((_file, line), texts) in zip(rows, reasons.items(), strict=True)
    ]
    header = [*headings.values(), *profiles.OWN_COLUMNS]
    first_file = next(iter(reasons))[0]
    by_name = {".csv": False, ".xlsx": True}.get(path.suffix.lower())
    if read_rows.kinds.get(first_file) is FileFormat.XLSX if by_name is None else by_name:
        cut = [[cell[:_LONGEST_IN_A_SHEET] for cell in cells] for cells in body]
        return workbook.write(SHEET, header, cut, datetime.now(UTC))
    return _BOM + csvtext.write(header, body).encode()


def _named(column_map: ColumnMap, cells: Sequence[str]) -> dict[_Column, tuple[str, str]]:
    """Return (heading, text) of every cell, by a key that identifies its column across files.

    The key is the meaning of the column, else its heading ('' for cells beyond the header), and a number that
    counts earlier columns of that name. So files with different headings for one meaning share a column.
    Columns with passwords are left out.
    """
    found: dict[_Column, tuple[str, str]] = {}
    meanings = {position: column for column, position in column_map.positions.items()}
    for position, cell in enumerate(cells):
        heading = column_map.header[position].strip() if position < len(column_map.header) else ""
        if heading in profiles.OWN_COLUMNS or not (heading or cell.strip()) or _is_secret(heading):
            continue
        name = meanings.get(position) or f" {profiles.plain(heading)}"
        number = sum(column[0] == name for column in found)
        found[name, number] = (heading, _text(column_map, cell, name))
    return found


def _is_secret(heading: str) -> bool:
    return profiles.plain(heading) in map(profiles.plain, profiles.SECRET_COLUMNS)


def _text(column_map: ColumnMap, cell: str, column: str) -> str:
    """Return a cell as text; a date in the form that the profile of the file reads.

    A value that a spreadsheet has damaged, such as a stamnummer turned into a date, becomes SPOILT: as plain text
    the wrong value would be imported.
    """
    kind = cell.kind if isinstance(cell, Typed) else cells.CellKind.NUMBER
    if kind is cells.CellKind.DATE and column in profiles.DATES:
        form = profiles.DATE_FORMS[column_map.profile.date_forms[0]][1]
        return date.fromisoformat(cell).strftime(form)
    return str(cell) if kind is cells.CellKind.NUMBER else SPOILT


def _publish(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        durable.write_new(part, content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
