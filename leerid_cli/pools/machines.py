"""Which machines work for a batch: this one, or those of a Dask cluster where the user asks for one.

No other room knows that there are clusters: they are an extra (`leerid-cli[cluster]`), whose modules are loaded
only where an address of one is given.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from leerid_cli.pools import pools
from leerid_cli.pools.pools import WorkerPools
from leerid_cli.runtime.stop import Stop

if TYPE_CHECKING:
    from leerid_cli.settings.settings import Settings


class Machines(Protocol):
    """The machines that do the work of a batch: this one, or those of a cluster."""

    def open_pools(self, cards: int) -> AbstractContextManager[WorkerPools]:
        """Return pools for so many cards; they end with the block, at once where it raises."""

    def warnings(self) -> tuple[str, ...]:
        """Return what the user should know of how the work was done."""


class ThisMachine:
    """The machine on which the program runs, alone; `stop` is that of the run."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def open_pools(self, cards: int) -> AbstractContextManager[WorkerPools]:
        """Return what `pools.open_pools` returns."""
        return pools.open_pools(cards, stop=self._stop)

    def warnings(self) -> tuple[str, ...]:
        """Return no warning: an error that happens here is raised."""
        return ()


def machines_at(address: str, settings: Settings, stop: Stop) -> AbstractContextManager[Machines]:
    """Return, for a block, the machines of the Dask cluster at an address, or this one for ''.

    `stop` is that of the run. Raises what `cluster.reached` raises.
    """
    if not address:
        return nullcontext(ThisMachine(stop))
    from leerid_cli.pools.cluster import reached

    return reached(address, settings, stop)


def refuse_address(address: str) -> None:
    """Raise what `cluster_trust.refuse` raises for the address of a cluster."""
    from leerid_cli.pools import cluster_trust

    cluster_trust.refuse(address)
