"""Classes of Typer commands whose help is in the language of the messages (`i18n`)."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from leerid_cli.i18n import _


def _translate_help(command: Any) -> None:
    """Translate the help texts of a command and its options; the English ones are kept for another call."""
    for owner in (command, *command.params):
        english = getattr(owner, "_english", None) or owner.help
        owner._english = english
        owner.help = _(english) if english else english


class Command(TyperCommand):
    """A command whose help is translated."""

    def get_help(self, ctx: Any) -> str:
        """Return the help in the active language."""
        _translate_help(self)
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 80) -> str:
        """Return the first line of the help in the active language."""
        _translate_help(self)
        return super().get_short_help_str(limit)


class Subgroup(TyperGroup):
    """A group of commands whose help is translated."""

    def get_help(self, ctx: Any) -> str:
        """Return the help in the active language."""
        _translate_help(self)
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 80) -> str:
        """Return the first line of the help in the active language."""
        _translate_help(self)
        return super().get_short_help_str(limit)
