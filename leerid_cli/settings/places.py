"""Where the store and the configuration file are: option, environment variable, or the user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def config_file(config: Path | None = None) -> Path:
    """Return the path of the configuration file, whether it exists or not.

    It is `config` (the option), else LEERID_CONFIG, else `config.toml` in the folder that platformdirs names.
    """
    return (
        config
        or _from_environment("LEERID_CONFIG")
        or Path(platformdirs.user_config_dir("leerid")) / "config.toml"
    )


def places(db: Path | None = None, config: Path | None = None) -> tuple[Path, Path]:
    """Return the paths of the store and of the configuration file, whether they exist or not.

    The store is `db` (the option), else LEERID_DB, else `leerid.db` in the folder that platformdirs names.
    """
    store = db or _from_environment("LEERID_DB") or Path(platformdirs.user_data_dir("leerid")) / "leerid.db"
    return store, config_file(config)


def _from_environment(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None
