"""Two hosts of a test: network namespaces with a cable between them, which can be cut (iproute2, as root)."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

CABLE = "cable"


@dataclass(frozen=True)
class Host:
    """A host: the name of its network namespace ('': none, but the machine itself), and its address."""

    name: str
    address: str

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words before a command that let it run on this host."""
        return ("ip", "netns", "exec", self.name) if self.name else ()

    def cut_off(self) -> None:
        """Cut the cable at this end: from now on nothing gets in or out, and nobody is told."""
        ip("-n", self.name, "link", "set", CABLE, "down")


HERE = Host("", "127.0.0.1")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Yield two hosts that reach each other and nobody else; skips the test where that is not allowed."""
    hosts = [Host(f"leerid-{os.getpid()}-{number}", f"10.0.0.{number}") for number in (1, 2)]
    with ExitStack() as stack:
        for host in hosts:
            try:
                ip("netns", "add", host.name)
            except subprocess.CalledProcessError:
                pytest.skip("network namespaces need root")
            stack.callback(ip, "netns", "del", host.name)
        here, there = hosts
        ip("link", "add", CABLE, "netns", here.name, "type", "veth", "peer", CABLE, "netns", there.name)
        for host in hosts:
            ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", CABLE)
            for link in ("lo", CABLE):
                ip("-n", host.name, "link", "set", link, "up")
        yield here, there
