"""Where store and configuration file are: option, environment variable, or the user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def config_file(config: Path | None = None) -> Path:
    """Return where the configuration file is looked for: option, environment, or the user's own folder."""
    return (
        config
        or _from_environment("LEERID_CONFIG")
        or Path(platformdirs.user_config_dir("leerid")) / "config.toml"
    )


def places(db: Path | None = None, config: Path | None = None) -> tuple[Path, Path]:
    """Return where the store and the configuration file are, whether they can be read or not."""
    store = db or _from_environment("LEERID_DB") or Path(platformdirs.user_data_dir("leerid")) / "leerid.db"
    return store, config_file(config)


def _from_environment(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None
