"""An existing Dask cluster as executors for hashing and drawing (`--cluster`).

To whom passwords may go is in `cluster_trust`, how calls are sent in `cluster_calls`. Whatever goes wrong on
the cluster becomes a WorkerError, and the work is done on this machine: that costs time only. See
docs/decisions/061-cluster-is-two-executors.md.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import Any

from leerid_cli import __version__
from leerid_cli.errors import RefusedError, StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.pools import cluster_trust, pools
from leerid_cli.pools.cluster_calls import ClusterExecutor, Sealed, work, work_alone
from leerid_cli.pools.pools import WorkerPools
from leerid_cli.pools.worker_error import WorkerError
from leerid_cli.runtime.stop import NEVER, Stop
from leerid_cli.settings.settings import Settings

_ANSWER = 15
"""Seconds that a cluster has to answer when it is first connected to."""
_INTERVAL = 1.0
"""Seconds between two looks at which workers the cluster has."""
_RETRIES = 2  # of a task whose worker is lost


@contextmanager
def reached(address: str, settings: Settings, stop: Stop = NEVER) -> Iterator[Cluster]:
    """Yield the cluster at an address, once it is known that passwords are safe with it.

    Raises UsageError as `cluster_trust.refuse` does, InputError where a certificate is missing or wrong,
    RefusedError where others can read the key or a worker may not be used, StorageError where the cluster
    cannot be reached or has no workers.
    """
    cluster_trust.refuse(address)
    files = cluster_trust.certificates(settings)
    _silence()
    import dask
    from distributed import Client, Security

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    ca, cert, key = map(str, files)
    security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
    cluster_trust.try_out(security, settings)
    try:
        client = Client(address, security=security, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise _unreachable(address, error) from None
    cluster = Cluster(address, client, stop, draws=not settings.templates.is_dir())
    try:
        cluster.begin()
        yield cluster
    finally:
        with stop.deferred():
            cluster.close()


def _unreachable(address: str, error: Exception) -> StorageError:
    return StorageError(
        _("the cluster {address} cannot be reached: {why}").format(address=address, why=error),
        _("look whether its scheduler runs there, and whether its certificate is of the same authority"),
    )


class Cluster:
    """A connected cluster, and which of its workers were checked and may be used.

    `draws`: it draws too; it does not where the user has templates of their own, which are on this machine
    only. `lost` says that its scheduler went away, `failed` how many pieces of work it could not do.
    """

    def __init__(self, address: str, client: Any, stop: Stop = NEVER, *, draws: bool = True) -> None:
        self.address, self._stop, self._draws = address, stop, draws
        self._client = client
        self._executor = client.get_executor(pure=False, retries=_RETRIES, allow_other_workers=False)
        self._threads: Mapping[str, int] = {}
        self._checked: frozenset[str] = frozenset()
        self._fit: frozenset[str] = frozenset()
        self._waiting: dict[Future[Sealed], frozenset[str]] = {}
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_watch, daemon=True)
        self.lost = False
        self.failed = 0

    @property
    def threads(self) -> int:
        """How many tasks its workers can do at once."""
        return sum(self._threads.get(worker, 0) for worker in self._fit)

    @property
    def hashing(self) -> Executor:
        """An executor for functions that release the GIL: a worker runs several at once."""
        return ClusterExecutor(partial(self.submit, work), self.drop, self._count_failure)

    @property
    def drawing(self) -> Executor:
        """An executor for functions of which a worker runs one at a time."""
        return ClusterExecutor(partial(self.submit, work_alone), self.drop, self._count_failure)

    def open_pools(self, cards: int) -> AbstractContextManager[WorkerPools]:
        """Return pools that work on the cluster for a block; without `draws` they draw `cards` cards here."""
        return self._pools() if self._draws else pools.open_pools(cards, self.hashing, stop=self._stop)

    @contextmanager
    def _pools(self) -> Iterator[WorkerPools]:
        with (
            pools.ended(self.hashing, self._stop) as hashing,
            pools.ended(self.drawing, self._stop) as drawing,
        ):
            yield WorkerPools(hashing, drawing, max(1, 3 * self.threads), self._stop)

    def begin(self) -> None:
        """Check all workers, then watch them.

        Raises RefusedError for an unfit one, StorageError where none answers or the scheduler does not.
        """
        try:
            self._check_scheduler()
            states = self._states(())
            self._threads = self._client.nthreads()
        except OSError as error:
            raise _unreachable(self.address, error) from None
        if not states:
            raise StorageError(
                _("the cluster {address} has no worker that answers").format(address=self.address)
            )
        for worker, why in states.items():
            if why:
                raise self._refused(worker, why)
        self._checked = self._fit = frozenset(states)
        self._watch.start()

    def _check_scheduler(self) -> None:
        """Raise RefusedError where the scheduler does not have this version of leerid."""
        try:
            version = self._client.run_on_scheduler(cluster_trust.own_version)
        except OSError:  # it does not answer
            raise
        except Exception:  # it has none
            version = ""
        if version != __version__:
            raise self._refused(self.address, cluster_trust.wrong_version(version))

    def submit(self, work: Callable[[Sealed], Sealed], sealed: Sealed) -> Future[Sealed]:
        """Have work done by a worker that may be used; return its future.

        The future is cancelled when none of these workers is left. Raises WorkerError where there is none
        now.
        """
        fit = self._fit
        if self._is_lost() or not fit:
            raise WorkerError
        future: Future[Sealed] = self._executor.submit(work, sealed, workers=sorted(fit))
        self._waiting[future] = fit
        future.add_done_callback(lambda done: self._waiting.pop(done, None))
        return future

    def warnings(self) -> tuple[str, ...]:
        """Return a warning for the user where the cluster went away or could not do all of its work."""
        if self._is_lost():
            warning = _("warning: the cluster {address} went away; the rest was done here")
        elif self.failed:
            warning = plural(
                "warning: the cluster {address} could not do {n} piece of the work; it was done here",
                "warning: the cluster {address} could not do {n} pieces of the work; they were done here",
                self.failed,
            )
        else:
            return ()
        return (warning.format(address=self.address, n=self.failed),)

    def close(self) -> None:
        """Disconnect from the cluster; work that waits there is cancelled."""
        self._over.set()
        self.drop(list(self._waiting))
        with suppress(Exception):
            self._executor.shutdown(wait=False)
        with suppress(Exception):
            self._client.close(timeout=1)

    def drop(self, futures: Sequence[Future[Sealed]]) -> None:
        """Cancel these futures, on the cluster too."""
        for future in futures:
            with suppress(Exception):
                future.cancel()

    def _count_failure(self) -> None:
        self.failed += 1

    def _states(self, workers: Sequence[str]) -> dict[str, str]:
        """Return for each worker (for all, if none is given) why it may not be used, '' where it may.

        A worker that does not answer is left out: its host may be cut off, and the scheduler not know it yet.
        """
        states = self._client.run(cluster_trust.state_of, workers=list(workers) or None, on_error="return")
        return {
            worker: cluster_trust.why_not(worker, state)
            for worker, state in states.items()
            if not isinstance(state, OSError)
        }

    def _is_lost(self) -> bool:
        """Tell whether the connection is or was gone: for good, since who answers there later was not checked."""
        self.lost = self.lost or (self._client.status != "running" and not self._over.is_set())
        return self.lost

    def _keep_watch(self) -> None:
        """Look at the workers from time to time until the cluster is closed; runs in a thread of its own."""
        while not self._over.wait(_INTERVAL):
            with suppress(Exception):  # the cluster goes away: the next look will notice it
                self._update()

    def _update(self) -> None:
        """Check workers that are new, and cancel work whose workers are all gone."""
        if self._is_lost():
            self.drop(list(self._waiting))
            return
        self._threads = self._client.nthreads()
        present = frozenset(self._threads)
        new = sorted(present - self._checked)
        states = self._states(new) if new else {}
        self._checked |= states.keys()
        self._fit = (self._fit | {worker for worker, why in states.items() if not why}) & present
        self.drop([future for future, workers in list(self._waiting.items()) if not workers & present])

    def _refused(self, where: str, why: str) -> RefusedError:
        return RefusedError(
            _("the cluster {address} is not used: {where}: {why}").format(
                address=self.address, where=where, why=why
            ),
            _("set the cluster up otherwise, or leave --cluster out"),
        )


def _silence() -> None:
    """Keep Dask and its libraries from logging to the terminal; the program itself tells what matters."""
    import distributed  # noqa: F401 - it sets up its logging when it is loaded

    warnings.filterwarnings("ignore", module="distributed")  # of versions that differ on the cluster
    for name in ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
