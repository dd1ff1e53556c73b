"""The front door: one module a subcommand. Loads no heavy library until a command needs it."""

from leerid_cli.cli.app import main

__all__ = ["main"]
