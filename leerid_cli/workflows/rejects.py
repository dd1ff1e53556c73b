"""The rejects file: rows that were rejected or held, with the reason, to correct and import again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from leerid_cli.errors import RefusedError, StorageError
from leerid_cli.i18n import _
from leerid_cli.intake import profiles
from leerid_cli.model import Problem
from leerid_cli.tables import csvtext
from leerid_cli.workflows.run import Run
from leerid_cli.workflows.sources import Intake


def check(path: Path, run: Run, files: Sequence[str]) -> None:
    """Raise RefusedError where a rejects file would take the place of something else."""
    own = (run.store, run.store.with_name(run.store.name + ".lock"), run.settings.key_file, run.settings.file)
    taken = {other.resolve() for other in (*own, *(Path(file) for file in files))}
    header = b""
    if path.is_file():
        with path.open("rb") as file:
            header = file.readline().strip()
    ours = header.endswith(b";".join(name.encode() for name in profiles.OWN_COLUMNS))
    if path.resolve() in taken or path.is_symlink() or (path.exists() and not ours) or path.name in ("", "-"):
        raise RefusedError(
            _("{path} is not a rejects file and is not overwritten").format(path=path),
            _("give --rejects the name of a new file, or of an earlier rejects file"),
        )
    if not path.parent.is_dir():
        raise StorageError(_("the folder {folder} does not exist").format(folder=path.parent))


def write(path: Path, intake: Intake, held: Iterable[Problem]) -> None:
    """Write every rejected or held row with its line and problem, to correct and import again (mode 0600)."""
    reasons: dict[tuple[str, int], list[str]] = {}
    for problem in (*intake.problems, *held):
        if not problem.warning:
            column = f"{problem.column}: " if problem.column else ""
            reasons.setdefault((problem.file, problem.line), []).append(column + problem.message)
    if not reasons:
        return
    rows = [dict(zip(*intake.originals[place], strict=False)) for place in reasons]
    columns = [name for name in dict.fromkeys(name for row in rows for name in row) if name]
    columns = [name for name in columns if name not in profiles.OWN_COLUMNS]
    body = [
        [*(row.get(name, "") for name in columns), str(line), "; ".join(texts)]
        for row, ((_file, line), texts) in zip(rows, reasons.items(), strict=True)
    ]
    text = csvtext.write([*columns, *profiles.OWN_COLUMNS], body)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(
            _("{path} cannot be written: {why}").format(path=path, why=error.strerror),
            _("the import itself is done"),
        ) from error
