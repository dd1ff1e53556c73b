"""An existing Dask cluster as executors for hashing and drawing (`--cluster`).

Passwords go to it over TLS only, and only to workers that keep all in memory and have the same version of
leerid. Whatever goes wrong on the cluster becomes a WorkerError, and the work is done on this machine: that
costs time only. See docs/decisions/061-cluster-is-two-executors.md.
"""

from __future__ import annotations

import logging
import pickle
import re
import ssl
import stat
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from leerid_cli import __version__
from leerid_cli.errors import InputError, RefusedError, StorageError, UsageError
from leerid_cli.i18n import _, plural
from leerid_cli.pools.worker_error import WorkerError
from leerid_cli.runtime.stop import NEVER, Stop
from leerid_cli.settings.settings import Settings

T = TypeVar("T")

_ADDRESS = re.compile(r"tls://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")
_ANSWER = 15
"""Seconds that a cluster has to answer when it is first connected to."""
_INTERVAL = 1.0
"""Seconds between two looks at which workers the cluster has."""
_RETRIES = 2  # of a task whose worker is lost
_DRAWING = threading.Lock()
"""In a worker: WeasyPrint may draw in one thread at a time only."""


class _State(NamedTuple):
    """What a worker is: its version of leerid, whether it keeps all in memory, whether it uses TLS only."""

    version: str
    in_memory: bool
    over_tls: bool


@dataclass(frozen=True, slots=True)
class _Sealed:
    """Pickled data on its way to or from a worker; logs and dashboards of Dask show its type only."""

    content: bytes = field(repr=False)


def refuse(address: str) -> None:
    """Raise UsageError for an address that is not one of TLS, and where Dask is not installed."""
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            _("--cluster {address}: passwords go over TLS only, to an address such as {example}").format(
                address=address, example="tls://scheduler.school.example:8786"
            )
        )
    if find_spec("distributed") is None:
        raise UsageError(
            _("--cluster needs Dask, which is not installed here"), "pip install 'leerid-cli[cluster]'"
        )


@contextmanager
def reached(address: str, settings: Settings, stop: Stop = NEVER) -> Iterator[Cluster]:
    """Yield the cluster at an address, once it is known that passwords are safe with it.

    Raises UsageError as `refuse` does, InputError where a certificate is missing or wrong, RefusedError where
    others can read the key or a worker may not be used, StorageError where the cluster cannot be reached or
    has no workers.
    """
    refuse(address)
    files = _certificates(settings)
    _silence()
    import dask
    from distributed import Client, Security

    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    ca, cert, key = map(str, files)
    security = Security(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
    _try(security, settings)
    try:
        client = Client(address, security=security, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise StorageError(
            _("the cluster {address} cannot be reached: {why}").format(address=address, why=error),
            _("look whether its scheduler runs there, and whether its certificate is of the same authority"),
        ) from None
    cluster = Cluster(address, client)
    try:
        cluster.begin()
        yield cluster
    finally:
        with stop.deferred():
            cluster.close()


class Cluster:
    """A connected cluster, and which of its workers were checked and may be used.

    `lost` says that the cluster went away, `failed` how many pieces of work it could not do.
    """

    def __init__(self, address: str, client: Any) -> None:
        self.address = address
        self._client = client
        self._executor = client.get_executor(pure=False, retries=_RETRIES, allow_other_workers=False)
        self._threads: Mapping[str, int] = {}
        self._checked: frozenset[str] = frozenset()
        self._fit: frozenset[str] = frozenset()
        self._waiting: dict[Future[_Sealed], frozenset[str]] = {}
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
        return ClusterExecutor(self, _work)

    @property
    def drawing(self) -> Executor:
        """An executor for functions of which a worker runs one at a time."""
        return ClusterExecutor(self, _work_alone)

    def begin(self) -> None:
        """Check all workers, then watch them; raises RefusedError for an unfit one, StorageError for none."""
        try:
            version = self._client.run_on_scheduler(_version)
        except Exception:
            version = ""
        if version != __version__:
            raise self._refused(self.address, _wrong_version(version))
        states = self._states(())
        if not states:
            raise StorageError(_("the cluster {address} has no workers").format(address=self.address))
        for worker, why in states.items():
            if why:
                raise self._refused(worker, why)
        self._threads = self._client.nthreads()
        self._checked = self._fit = frozenset(states)
        self._watch.start()

    def submit(self, work: Callable[[_Sealed], _Sealed], sealed: _Sealed) -> Future[_Sealed]:
        """Have work done by a worker that may be used; return its future.

        The future is cancelled when none of these workers is left. Raises WorkerError where there is none
        now.
        """
        fit = self._fit
        if self.lost or not fit:
            raise WorkerError
        future: Future[_Sealed] = self._executor.submit(work, sealed, workers=sorted(fit))
        self._waiting[future] = fit
        future.add_done_callback(lambda done: self._waiting.pop(done, None))
        return future

    def warnings(self) -> tuple[str, ...]:
        """Return a warning for the user where the cluster went away or could not do all of its work."""
        if self.lost:
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

    def drop(self, futures: Sequence[Future[_Sealed]]) -> None:
        """Cancel these futures, on the cluster too."""
        for future in futures:
            with suppress(Exception):
                future.cancel()

    def _states(self, workers: Sequence[str]) -> dict[str, str]:
        """Return for each worker (for all, if none is given) why it may not be used, '' where it may."""
        states = self._client.run(_state, workers=list(workers) or None, on_error="return")
        return {worker: _why_not(worker, state) for worker, state in states.items()}

    def _keep_watch(self) -> None:
        """Look at the workers from time to time until the cluster is closed; runs in a thread of its own."""
        while not self._over.wait(_INTERVAL):
            with suppress(Exception):  # the cluster goes away: the next look will notice it
                self._update()

    def _update(self) -> None:
        """Check workers that are new, and cancel work whose workers are all gone."""
        if self._client.status != "running":
            self.lost = not self._over.is_set()
            self.drop(list(self._waiting))
            return
        self._threads = self._client.nthreads()
        present = frozenset(self._threads)
        new = present - self._checked
        fit = {worker for worker, why in self._states(sorted(new)).items() if not why} if new else set()
        self._checked |= new
        self._fit = (self._fit | fit) & present
        self.drop([future for future, workers in list(self._waiting.items()) if not workers & present])

    def _refused(self, where: str, why: str) -> RefusedError:
        return RefusedError(
            _("the cluster {address} is not used: {where}: {why}").format(
                address=self.address, where=where, why=why
            ),
            _("set the cluster up otherwise, or leave --cluster out"),
        )


class ClusterExecutor(Executor):
    """Calls functions of modules on a cluster; a future raises WorkerError where that fails."""

    def __init__(self, cluster: Cluster, work: Callable[[_Sealed], _Sealed]) -> None:
        self._cluster, self._work = cluster, work
        self._mine: set[Future[_Sealed]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Return the future of a call by a worker; arguments and result must be picklable."""
        future: Future[T] = Future()
        try:
            theirs = self._cluster.submit(self._work, _Sealed(pickle.dumps((fn, args, kwargs))))
        except Exception:
            future.set_exception(WorkerError())
            return future
        self._mine.add(theirs)
        theirs.add_done_callback(self._mine.discard)
        theirs.add_done_callback(partial(self._settle, future))
        return future

    def _settle(self, future: Future[T], theirs: Future[_Sealed]) -> None:
        """Give `future` the result that a worker sent, or a WorkerError."""
        done, value = False, None
        with suppress(Exception):
            if not theirs.cancelled() and theirs.exception() is None:
                done, value = pickle.loads(theirs.result().content)  # noqa: S301 - from a worker, over TLS
        with suppress(InvalidStateError):
            if done:
                future.set_result(value)  # type: ignore[arg-type]
            else:
                self._cluster.failed += 1
                future.set_exception(WorkerError())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is not done, with `cancel_futures`; else the caller has waited for everything."""
        if cancel_futures:
            self._cluster.drop(list(self._mine))


def _work(task: _Sealed) -> _Sealed:
    """Return (True, result) of the call in a task, or (False, None); this runs in a worker.

    An error does not leave this function: Dask would write it to a log with its values, such as passwords.
    """
    answer: tuple[bool, Any]
    try:
        fn, args, kwargs = pickle.loads(task.content)  # noqa: S301 - from the program, over TLS
        answer = True, fn(*args, **kwargs)
        return _Sealed(pickle.dumps(answer))
    except Exception:
        return _Sealed(pickle.dumps((False, None)))


def _work_alone(task: _Sealed) -> _Sealed:
    """Do as `_work`, one task at a time in this worker."""
    with _DRAWING:
        return _work(task)


def _version() -> str:
    return __version__


def _state(dask_worker: Any) -> _State:
    """Return the state of a worker; runs there, and Dask fills in the argument because of its name."""
    memory = dask_worker.memory_manager
    fractions = (memory.memory_target_fraction, memory.memory_spill_fraction)
    in_memory = all(fraction is False for fraction in fractions) and type(memory.data) is dict
    addresses = (dask_worker.address, dask_worker.scheduler.address)
    return _State(__version__, in_memory, all(address.startswith("tls://") for address in addresses))


def _why_not(worker: str, state: object) -> str:
    """Return why a worker may not be used, '' where it may."""
    if not isinstance(state, _State):
        return _wrong_version("")
    if state.version != __version__:
        return _wrong_version(state.version)
    if not (state.over_tls and worker.startswith("tls://")):
        return _("it does not speak TLS only")
    if not state.in_memory:
        return _("it would write passwords to its disk; set {settings} to False for it").format(
            settings="distributed.worker.memory.spill, distributed.worker.memory.target"
        )
    return ""


def _wrong_version(version: str) -> str:
    """Return why a worker or scheduler with this version ('': none) may not be used."""
    if not version:
        return _("leerid {version} is not installed there").format(version=__version__)
    return _("it has leerid {there}, and this is {version}").format(there=version, version=__version__)


def _certificates(settings: Settings) -> tuple[Path, Path, Path]:
    """Return the files of the certificate authority, the certificate and its key.

    Raises InputError, naming file and setting, where one is missing; RefusedError where others can read the
    key.
    """
    names = settings.cluster
    files = []
    for key, name in (("ca", names.ca), ("cert", names.cert), ("key", names.key)):
        if not name:
            raise _wrong(settings, key, _("must be given for --cluster"))
        file = settings.beside(name)
        try:
            file.read_bytes()
        except OSError as error:
            why = _("{file} cannot be read: {why}").format(file=file, why=error.strerror)
            raise _wrong(settings, key, why) from None
        files.append(file)
    ca, cert, private = files
    if stat.S_IMODE(private.stat().st_mode) & 0o077:
        raise RefusedError(
            _("others can read the key of the cluster, {file}").format(file=private),
            _("chmod 600 it, and make a new one if it lay open for long"),
        )
    return ca, cert, private


def _try(security: Any, settings: Settings) -> None:
    """Raise InputError where certificate, key and authority do not belong together."""
    try:
        security.get_connection_args("client")
    except (ssl.SSLError, OSError) as error:
        where = "ca, cert, key"
        raise _wrong(
            settings, where, _("no certificates that belong together: {why}").format(why=error)
        ) from None


def _wrong(settings: Settings, key: str, why: str) -> InputError:
    return InputError(
        _("the configuration file {file}: {key}: {why}").format(
            file=settings.file, key=f"cluster.{key}", why=why
        )
    )


def _silence() -> None:
    """Keep Dask and its libraries from logging to the terminal; the program itself tells what matters."""
    import distributed  # noqa: F401 - it sets up its logging when it is loaded

    warnings.filterwarnings("ignore", module="distributed")  # of versions that differ on the cluster
    for name in ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
