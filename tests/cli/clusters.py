"""A Dask cluster of real processes, for tests of `--cluster`; and runs of the program with it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO

from hosts import HERE, Host
from interruptible import interruptible
from test_bulk_create_workers import insz
from waiting import HANGS, eventually
from world import AS_OF, World, members, row, workbook_cells

PUPILS = 60
PATIENT = f"""
from leerid_cli.pools import cluster
cluster._ANSWER = {HANGS}
from leerid_cli.cli import main
main()
"""
"""The program, which gives a busy machine time to answer."""
SAME = f"""
import random, secrets
from datetime import date
from leerid_cli.cli import context
drawn = random.Random(1)
secrets.randbelow, secrets.choice = drawn.randrange, drawn.choice
context.today = lambda: date(2026, 11, 24)
{PATIENT}"""
"""The same, which draws the same passwords in each run and prints the same date."""
FILES = ("ca.pem", "cert.pem", "key.pem")
NO_SPILL = {
    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
}


@dataclass
class Dask:
    """A cluster of processes of this test: where it is, its certificates, its logs and its workers' folders."""

    folder: Path
    address: str = ""
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    logs: list[IO[bytes]] = field(default_factory=list)
    settings: Mapping[str, str] = field(default_factory=dict)

    def certify(self) -> None:
        """Make an authority, and one certificate of it."""
        made = (
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=trial-ca"
            " -keyout ca.key -out ca.pem",
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=trial -keyout key.pem -out r.csr",
            "x509 -req -in r.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out cert.pem",
        )
        for line in made:
            subprocess.run(["openssl", *line.split()], cwd=self.folder, check=True, capture_output=True)
        (self.folder / "key.pem").chmod(0o600)

    def start(
        self, kind: str, *arguments: str, host: Host = HERE, spills: bool = False
    ) -> "subprocess.Popen[bytes]":
        log = (self.folder / f"{kind}{len(self.processes)}.log").open("wb")
        self.logs.append(log)
        tls = [
            f"--tls-{name}={self.folder / file}"
            for name, file in zip(("ca-file", "cert", "key"), FILES, strict=True)
        ]
        (self.folder / "home").mkdir(exist_ok=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"),
        }  # fmt: skip
        process = subprocess.Popen(
            [*host.words, sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, *tls, "--no-dashboard"],
            cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
            env=environment | dict(self.settings) | ({} if spills else NO_SPILL),
        )  # fmt: skip
        self.processes.append(process)
        return process

    def scheduler(self, host: Host = HERE) -> "subprocess.Popen[bytes]":
        port = 8786 if host.name else free_port()
        self.address = f"tls://{host.address}:{port}"
        return self.start("scheduler", "--host", f"tls://{host.address}", "--port", str(port), host=host)

    def worker(self, host: Host = HERE, *, spills: bool = False) -> "subprocess.Popen[bytes]":
        before = self.said().count("Registered to")
        process = self.start(
            "worker", self.address, "--no-nanny", "--nthreads", "1", "--host", f"tls://{host.address}",
            "--local-directory", str(self.folder / "local"), host=host, spills=spills,
        )  # fmt: skip
        registered = eventually(
            lambda: self.said().count("Registered to") > before, lambda: process.poll() is None
        )
        assert registered, self.said()
        return process

    def said(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        for log in self.logs:
            log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def dask(
    folder: Path,
    workers: Sequence[Host] = (HERE, HERE),
    scheduler: Host = HERE,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Dask]:
    """Start a scheduler and workers on these hosts, with `settings` of Dask; yield them once they work."""
    folder.mkdir(exist_ok=True)
    made = Dask(folder, settings=settings)
    made.certify()
    try:
        made.scheduler(scheduler)
        for host in workers:
            made.worker(host)
        yield made
    finally:
        made.end()


def known(world: World, made: Dask) -> None:
    """Let the world's configuration name the certificates."""
    names = [
        f'{key} = "{made.folder / file}"' for key, file in zip(("ca", "cert", "key"), FILES, strict=True)
    ]
    world.config.write_text("\n".join((world.config.read_text(), "[cluster]", *names, "")))


def enrolled(world: World, pupils: int = PUPILS) -> None:
    rows = [row(str(n), naam=f"Peeters {n}", klas=f"{1 + n // 20}A", insz=insz(n)) for n in range(pupils)]
    assert world.run("import", world.pupils(*rows)).code == 0


def running(
    world: World, *arguments: object, host: Host = HERE, program: str = PATIENT
) -> "subprocess.Popen[bytes]":
    """Start a program on a host; it reads `--db`, `--config` and the arguments from its command line."""
    (world.folder / "tmp").mkdir(exist_ok=True)
    line = (
        *host.words, sys.executable, "-c", program,
        "-v", "--db", world.store, "--config", world.config, *arguments,
    )  # fmt: skip
    return subprocess.Popen(
        [str(word) for word in line], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(world.folder / "tmp"), "HOME": str(world.folder)},
        preexec_fn=interruptible,
    )  # fmt: skip


def bulk(world: World, made: Dask) -> tuple[object, ...]:
    return ("bulk-create", "--all", *AS_OF, "-o", world.out / "a.zip", "--cluster", made.address)


def passwords(bundle: Path) -> dict[str, str]:
    header, *rows = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    user, password = header.index("LeerID Gebruikersnaam"), header.index("LeerID Wachtwoord")
    return {cells[user]: cells[password] for cells in rows}


def verified(world: World, bundle: Path, number: int = PUPILS) -> None:
    """Check that every account signs in with the password that the workbook has for it."""
    made = passwords(bundle)
    assert len(made) == number
    for username, password in made.items():
        assert world.run("verify", username, stdin=password).code == 0


def nothing_in_clear(made: Dask, bundle: Path) -> None:
    """Check that no password and no name of a bundle stands in the logs and folders of a cluster."""
    secrets = [*passwords(bundle).values(), "Peeters 1", "peeters"]
    traces = [path for path in made.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".log" and path.stat().st_size for path in traces)
    for path in traces:
        content = path.read_bytes()
        for secret in secrets:
            assert secret.encode() not in content, path
