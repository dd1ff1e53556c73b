"""The option group of commands that select pupils: the filters."""

# No `from __future__ import annotations`: it makes them strings, which each start of `search` would have to compile.
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from leerid_cli.cli import options
from leerid_cli.i18n import N_
from leerid_cli.model.people import AccountType, Status

if TYPE_CHECKING:
    from leerid_cli.workflows.selection import Selection


@dataclass(frozen=True, slots=True)
class SelectionGroup:
    """The filters of a selection; where none is given, everybody is selected."""

    school: Annotated[
        list[str], typer.Option("--school", help=N_("Of this school (number or name)."), metavar="NR")
    ] = field(default_factory=list)
    group: Annotated[
        list[str],
        typer.Option("--group", help=N_("Of this administratieve groep (code or name)."), metavar="GROUP"),
    ] = field(default_factory=list)
    klas: Annotated[
        list[str], typer.Option("--class", help=N_("Of this class, whole: 1A is not 1Aa."), metavar="CLASS")
    ] = field(default_factory=list)
    status: Annotated[list[Status], typer.Option("--status", help=N_("With this account status."))] = field(
        default_factory=list
    )
    account_type: Annotated[list[AccountType], typer.Option("--type", help=N_("With this account type."))] = (
        field(default_factory=list)
    )
    source: Annotated[
        str | None,
        typer.Option(
            "--from", help=N_("Pupil ids from a file, one a line; - is standard input."), metavar="FILE"
        ),
    ] = None

    def selection(self, *, text: str = "", pupils: list[str] | None = None) -> "Selection":
        """Return the selection by these filters, the text of a search, and the pupils named as arguments.

        Pupils named as arguments and those in the list of `--from` are selected together. Raises InputError
        where that list cannot be read.
        """
        from leerid_cli.workflows import selection

        listed = () if self.source is None else selection.read_ids(options.read(self.source))
        return selection.Selection(
            text=text,
            schools=tuple(self.school),
            groups=tuple(self.group),
            classes=tuple(self.klas),
            statuses=tuple(self.status),
            types=tuple(self.account_type),
            pupils=(*(pupils or ()), *listed) or None,
        )

    def names_one(self, pupils: list[str] | None) -> bool:
        """Tell whether exactly one pupil is named as an argument, and no filter is given."""
        return len(pupils or ()) == 1 and self == SelectionGroup()
