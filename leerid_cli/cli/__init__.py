"""The command line: one module for each command, the shared options, and the only code that prints.

A heavy library is loaded only when a command needs it.
"""

from leerid_cli.cli.app import main

__all__ = ["main"]
