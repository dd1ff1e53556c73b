"""Which module of `leerid_cli.cli` holds which command.

A run loads the module of its own command only, for a quick start; help and completion load all of them
(docs/decisions/062-one-command-is-loaded.md).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import typer
import typer.main

from leerid_cli.cli.translated import Command

MODULES = {
    "import": "import_",
    "adopt": "adopt",
    "todo": "todo",
    "search": "search",
    "show": "show",
    "create": "create",
    "bulk-create": "bulk_create",
    "reset-password": "reset_password",
    "rename": "rename",
    "suspend": "suspend",
    "reactivate": "suspend",
    "reserve": "reserve",
    "verify": "verify",
    "change-password": "change_password",
    "export": "export",
    "overview": "overview",
    "history": "history",
    "calibrate": "calibrate",
    "recover": "recover",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "conflicts": "conflicts",
    "cards": "calibrate",
    "config": "config",
}
"""The module that registers each command, in the order of the help."""


def handles_secrets(name: str | None) -> bool:
    """Tell whether a command may get passwords or official numbers into its memory.

    Every command does, unless its module says `HANDLES_SECRETS = False`.
    """
    if name not in MODULES:
        return True
    return bool(getattr(_loaded(MODULES[name]), "HANDLES_SECRETS", True))


def _loaded(module: str) -> Any:
    return importlib.import_module(f"leerid_cli.cli.{module}")


class Commands(Mapping[str, Any]):
    """The commands of the program by name; each is loaded and built when it is first asked for."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._build(MODULES[name])
        return self._built[name]

    def _build(self, module: str) -> None:
        app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
        _loaded(module).add_to(app, Command)
        self._built |= typer.main.get_group(app).commands

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)
