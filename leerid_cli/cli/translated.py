"""Commands whose help speaks the language of the user."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from leerid_cli.i18n import _


def _translate_help(command: Any) -> None:
    """Put the help texts of a command into the active language; they are kept in English."""
    for thing in (command, *command.params):
        english = getattr(thing, "_english", None) or thing.help
        thing._english = english
        thing.help = _(english) if english else english


class Command(TyperCommand):
    """A command whose help speaks the language of the user."""

    def get_help(self, ctx: Any) -> str:
        """Return the help in the active language."""
        _translate_help(self)
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 80) -> str:
        """Return the first line of the help in the active language."""
        _translate_help(self)
        return super().get_short_help_str(limit)


class Subgroup(TyperGroup):
    """A group of commands whose help speaks the language of the user."""

    def get_help(self, ctx: Any) -> str:
        """Return the help in the active language."""
        _translate_help(self)
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 80) -> str:
        """Return the first line of the help in the active language."""
        _translate_help(self)
        return super().get_short_help_str(limit)
