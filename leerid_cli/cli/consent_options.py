"""The option group of commands that ask before they go on with several pupils: the answer, given beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from leerid_cli.cli import options
from leerid_cli.i18n import N_

if TYPE_CHECKING:
    from leerid_cli.workflows.confirmation import Consent


@dataclass(frozen=True, slots=True)
class ConsentGroup:
    """Answers on the command line: how many pupils it must be, and that nothing is to be asked."""

    expect: Annotated[
        int | None,
        typer.Option("--expect", min=0, help=N_("Go on only if it is exactly so many pupils."), metavar="N"),
    ] = None
    yes: options.Yes = False

    def consent(self) -> Consent:
        """Return the answers as the workflows take them."""
        from leerid_cli.workflows.confirmation import Consent

        return Consent(expect=self.expect, yes=self.yes)
