"""With whom passwords are safe: addresses and certificates of a Dask cluster, and what its workers must be.

They go over TLS only, and only to workers that keep all in memory and have the same version of leerid.
"""

from __future__ import annotations

import re
import ssl
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from leerid_cli import __version__
from leerid_cli.errors import InputError, RefusedError, UsageError
from leerid_cli.i18n import _
from leerid_cli.settings.settings import Settings

_ADDRESS = re.compile(r"tls://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")


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


def certificates(settings: Settings) -> tuple[Path, Path, Path]:
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


def try_out(security: Any, settings: Settings) -> None:
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


class State(NamedTuple):
    """What a worker is: its version of leerid, whether it keeps all in memory, whether it uses TLS only."""

    version: str
    in_memory: bool
    over_tls: bool


def own_version() -> str:
    """Return the version of leerid where this runs."""
    return __version__


def state_of(dask_worker: Any) -> State:
    """Return the state of a worker; runs there, and Dask fills in the argument because of its name."""
    memory = dask_worker.memory_manager
    fractions = (memory.memory_target_fraction, memory.memory_spill_fraction)
    in_memory = all(fraction is False for fraction in fractions) and type(memory.data) is dict
    addresses = (dask_worker.address, dask_worker.scheduler.address)
    return State(__version__, in_memory, all(address.startswith("tls://") for address in addresses))


def why_not(worker: str, state: object) -> str:
    """Return why a worker may not be used, '' where it may."""
    if not isinstance(state, State):
        return wrong_version("")
    if state.version != __version__:
        return wrong_version(state.version)
    if not (state.over_tls and worker.startswith("tls://")):
        return _("it does not speak TLS only")
    if not state.in_memory:
        return _("it would write passwords to its disk; set {settings} to False for it").format(
            settings="distributed.worker.memory.spill, distributed.worker.memory.target"
        )
    return ""


def wrong_version(version: str) -> str:
    """Return why a worker or scheduler with this version ('': none) may not be used."""
    if not version:
        return _("leerid {version} is not installed there").format(version=__version__)
    return _("it has leerid {there}, and this is {version}").format(there=version, version=__version__)
