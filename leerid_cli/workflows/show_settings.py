"""`config show` lists the settings with their origin; `config init` writes a commented configuration file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import StorageError
from leerid_cli.i18n import _
from leerid_cli.model.reports import Report
from leerid_cli.runtime import new_file
from leerid_cli.settings import origins, places

COLUMNS = ("setting", "value", "origin")


def show(db: Path | None, file: Path | None) -> list[dict[str, str]]:
    """Return every setting with the keys of COLUMNS; `db` and `file` are the global options.

    Raises what `load_settings` raises.
    """
    return [asdict(described) for described in origins.describe(db, file)]


def init(file: Path | None) -> Report:
    """Write a commented configuration file (mode 0600) at the place where the program looks for one.

    `file` is the global option `--config`. Raises StorageError where the file exists or cannot be written.
    """
    target = places.config_file(file)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            _("the folder {folder} cannot be made: {why}").format(folder=target.parent, why=error.strerror)
        ) from error
    new_file.check(target)
    new_file.write(target, resources.config_template().read_bytes())
    return Report("config", _("written: {path}").format(path=target), output=str(target))
