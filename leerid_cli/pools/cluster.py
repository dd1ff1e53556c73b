"""An existing Dask cluster as the executors of worker pools: over TLS, on workers that keep nothing on a disk.

Whatever goes wrong on the cluster gives a WorkerError, and the work is done here: that only costs time.
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
from leerid_cli.runtime import signals
from leerid_cli.settings.settings import Settings

T = TypeVar("T")

_ADDRESS = re.compile(r"tls://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")
_ANSWER = 15
"""Seconds that a cluster has to answer at all."""
_LOOK = 1.0
"""Seconds between two looks at which workers there are."""
_RETRIES = 2
_DRAWING = threading.Lock()
"""In a worker: WeasyPrint draws in one thread at a time."""


class _State(NamedTuple):
    """What a worker says of itself: its leerid, whether it keeps all in memory, and speaks TLS only."""

    version: str
    in_memory: bool
    over_tls: bool


@dataclass(frozen=True, slots=True)
class _Sealed:
    """Something that is sent, and that no log or dashboard of Dask shows: its text is its type."""

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
def reached(address: str, settings: Settings) -> Iterator[Cluster]:
    """Yield the cluster at an address, once it is known that passwords are safe with it.

    Raises InputError where a certificate is missing, RefusedError where the key, or a worker, does not keep
    a secret, StorageError where the cluster cannot be reached.
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
        with signals.deferred():
            cluster.close()


class Cluster:
    """A cluster that can be used, and which of its workers were looked at and may be."""

    def __init__(self, address: str, client: Any) -> None:
        self.address = address
        self._client = client
        self._executor = client.get_executor(pure=False, retries=_RETRIES, allow_other_workers=False)
        self._threads: Mapping[str, int] = {}
        self._seen: frozenset[str] = frozenset()
        self._fit: frozenset[str] = frozenset()
        self._waiting: dict[Future[_Sealed], frozenset[str]] = {}
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look_on, daemon=True)
        self.lost = False
        self.failed = 0

    @property
    def threads(self) -> int:
        """How many tasks can be in hand at once."""
        return sum(self._threads.get(worker, 0) for worker in self._fit)

    @property
    def hashing(self) -> Executor:
        """An executor for what releases the GIL."""
        return ClusterExecutor(self, _work)

    @property
    def drawing(self) -> Executor:
        """An executor for what runs in one thread of a worker at a time."""
        return ClusterExecutor(self, _work_alone)

    def begin(self) -> None:
        """Look at all workers; raises RefusedError for the first that may not be used, StorageError for none."""
        try:
            there = self._client.run_on_scheduler(_version)
        except Exception:
            there = ""
        if there != __version__:
            raise self._refused(self.address, _wrong_version(there))
        states = self._states(())
        if not states:
            raise StorageError(_("the cluster {address} has no workers").format(address=self.address))
        for worker, why in states.items():
            if why:
                raise self._refused(worker, why)
        self._threads = self._client.nthreads()
        self._seen = self._fit = frozenset(states)
        self._watch.start()

    def submit(self, work: Callable[[_Sealed], _Sealed], sealed: _Sealed) -> Future[_Sealed]:
        """Have work done by a worker that may be used; the future is cancelled once all of those are gone."""
        fit = self._fit
        if self.lost or not fit:
            raise WorkerError
        future: Future[_Sealed] = self._executor.submit(work, sealed, workers=sorted(fit))
        self._waiting[future] = fit
        future.add_done_callback(lambda done: self._waiting.pop(done, None))
        return future

    def warnings(self) -> tuple[str, ...]:
        """Return what to tell of a cluster that went away meanwhile, or could not do all of its work."""
        if self.lost:
            told = _("warning: the cluster {address} went away; the rest was done here")
        elif self.failed:
            told = plural(
                "warning: the cluster {address} could not do {n} piece of the work; it was done here",
                "warning: the cluster {address} could not do {n} pieces of the work; they were done here",
                self.failed,
            )
        else:
            return ()
        return (told.format(address=self.address, n=self.failed),)

    def close(self) -> None:
        """Leave the cluster; what is still waiting there is dropped."""
        self._over.set()
        self.drop(list(self._waiting))
        with suppress(Exception):
            self._executor.shutdown(wait=False)
        with suppress(Exception):
            self._client.close(timeout=1)

    def drop(self, futures: Sequence[Future[_Sealed]]) -> None:
        """Cancel these, on the cluster too."""
        for future in futures:
            with suppress(Exception):
                future.cancel()

    def _states(self, workers: Sequence[str]) -> dict[str, str]:
        """Return by worker why it may not be used, '' where it may; of all for ()."""
        told = self._client.run(_state, workers=list(workers) or None, on_error="return")
        return {worker: _why_not(worker, state) for worker, state in told.items()}

    def _look_on(self) -> None:
        while not self._over.wait(_LOOK):
            with suppress(Exception):  # it went away meanwhile: seen at the next look
                self._look()

    def _look(self) -> None:
        """Use workers that came and are fit, drop what waits for those that are gone."""
        if self._client.status != "running":
            self.lost = not self._over.is_set()
            self.drop(list(self._waiting))
            return
        self._threads = self._client.nthreads()
        present = frozenset(self._threads)
        new = present - self._seen
        fit = {worker for worker, why in self._states(sorted(new)).items() if not why} if new else set()
        self._seen |= new
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
    """Has functions of modules called on a cluster; a future raises WorkerError where that did not work."""

    def __init__(self, cluster: Cluster, work: Callable[[_Sealed], _Sealed]) -> None:
        self._cluster, self._work = cluster, work
        self._mine: set[Future[_Sealed]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a function called by a worker; return the future of what it gives."""
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
        """Hand on what a worker gave."""
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
        """Drop with `cancel_futures` what is not done; else all has been waited for already."""
        if cancel_futures:
            self._cluster.drop(list(self._mine))


def _work(task: _Sealed) -> _Sealed:
    """Call the function of a task; a worker runs this. No error leaves it, for Dask would log it with values."""
    answer: tuple[bool, Any]
    try:
        fn, args, kwargs = pickle.loads(task.content)  # noqa: S301 - from the program, over TLS
        answer = True, fn(*args, **kwargs)
        return _Sealed(pickle.dumps(answer))
    except Exception:
        return _Sealed(pickle.dumps((False, None)))


def _work_alone(task: _Sealed) -> _Sealed:
    with _DRAWING:
        return _work(task)


def _version() -> str:
    return __version__


def _state(dask_worker: Any) -> _State:
    """Return what a worker is; it runs there, and Dask fills in the argument of this name."""
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


def _wrong_version(there: str) -> str:
    if not there:
        return _("leerid {version} is not installed there").format(version=__version__)
    return _("it has leerid {there}, and this is {version}").format(there=there, version=__version__)


def _certificates(settings: Settings) -> tuple[Path, Path, Path]:
    """Return the files of authority, certificate and key; raises InputError or RefusedError naming file and key."""
    names = settings.cluster
    found = []
    for key, name in (("ca", names.ca), ("cert", names.cert), ("key", names.key)):
        if not name:
            raise _wrong(settings, key, _("must be given for --cluster"))
        file = settings.beside(name)
        try:
            file.read_bytes()
        except OSError as error:
            why = _("{file} cannot be read: {why}").format(file=file, why=error.strerror)
            raise _wrong(settings, key, why) from None
        found.append(file)
    ca, cert, private = found
    if stat.S_IMODE(private.stat().st_mode) & 0o077:
        raise RefusedError(
            _("others can read the key of the cluster, {file}").format(file=private),
            _("chmod 600 it, and make a new one if it lay open for long"),
        )
    return ca, cert, private


def _try(security: Any, settings: Settings) -> None:
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
    """Keep the libraries from logging to the terminal; what matters is told by the program."""
    import distributed  # noqa: F401 - it sets its logging up when it is loaded

    warnings.filterwarnings("ignore", module="distributed")  # of other versions of libraries there
    for name in ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
