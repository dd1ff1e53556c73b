#!/usr/bin/env python3
"""Make the list of what leerid is made of (SBOM): CycloneDX 1.6 in JSON, on standard output.

    script/make_sbom.py

Every package of requirements/run.lock with its version, hashes and licence, and the fonts, pictures and
word lists that come with the program. The same commit gives the same bytes: the date is that of the
commit, nothing is asked of any index, and no path of this machine stands in it.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.spdx import is_expression, is_supported_id
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "run.lock"
# For other systems than the one that releases are made on, where nothing installed says what they are under.
NOT_INSTALLED = {"brotlicffi": "MIT", "colorama": "BSD-3-Clause"}
# What its metadata says is not what its licence file holds: that of qrcode 8.2 says "Other/Proprietary License" too.
READ_IN_ITS_FILE = {"qrcode": "BSD-3-Clause AND MIT"}


@dataclass(frozen=True)
class Shipped:
    """What comes with the program beside code: its files, who made it, and its licence."""

    name: str
    files: str
    supplier: str
    licence: str
    description: str


SHIPPED = (
    Shipped("Andika", "templates/cards/fonts/Andika-*.ttf", "SIL International", "OFL-1.1", "font of the cards"),
    Shipped(
        "Atkinson Hyperlegible Mono",
        "templates/cards/fonts/AtkinsonHyperlegibleMono-*.ttf",
        "Braille Institute",
        "OFL-1.1",
        "font of usernames and passwords",
    ),
    Shipped(
        "Leerid Namen",
        "templates/cards/fonts/LeeridNamen-*.ttf",
        "Google",
        "OFL-1.1",
        "font of names in other scripts, made from Noto Sans",
    ),
    Shipped(
        "Leerid Prenten",
        "templates/cards/fonts/LeeridPrenten.ttf",
        "Microsoft",
        "MIT",
        "font of the pictograms, made from Fluent Emoji",
    ),
    Shipped("Fluent Emoji", "pictograms/*/*.svg", "Microsoft", "MIT", "pictograms of the picture passwords"),
    Shipped("woorden.txt", "wordlists/woorden.txt", "the leerid authors", "MIT", "words of the word passwords"),
    Shipped("blokkade.txt", "wordlists/blokkade.txt", "the leerid authors", "MIT", "what no password may hold"),
)  # fmt: skip


@dataclass(frozen=True)
class Locked:
    """One package of the lock: where it applies, and the SHA-256 of every file of it that may be installed."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def locked(text: str) -> Iterator[Locked]:
    """Yield the packages of a lock as uv writes it; raises ValueError where a line is not understood."""
    for entry in text.replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=sha256:", entry.strip())
        match = re.fullmatch(r"([a-z0-9-]+)==(\S+)(?: ; (.+))?", requirement)
        if match is None or not hashes:
            raise ValueError(f"not a pinned package with hashes: {entry}")
        yield Locked(match[1], match[2], match[3] or "", tuple(hashes))


def licences(entry: Locked) -> Sequence[str]:
    """Return the licences of a package in its own words, SPDX where it has that."""
    try:
        about = metadata.metadata(entry.name)
    except metadata.PackageNotFoundError:
        return [NOT_INSTALLED[entry.name]]
    if about["Version"] != entry.version:
        raise ValueError(f"{entry.name} {about['Version']} is installed, {entry.version} is locked")
    if entry.name in READ_IN_ITS_FILE:
        return [READ_IN_ITS_FILE[entry.name]]
    for said in (about.get("License-Expression"), about.get("License")):
        if said and (is_supported_id(said) or is_expression(said)):
            return [said]
    kinds = [
        entry.rpartition(" :: ")[2]
        for entry in about.get_all("Classifier", [])
        if entry.startswith("License ::")
    ]
    if not (kinds or about.get("License")):
        raise ValueError(f"{entry.name} does not say what it is licensed under")
    return kinds or [about["License"]]


def as_licences(said: Iterable[str]) -> list[License]:
    """Return licences as CycloneDX has them."""
    return [LicenseFactory().make_from_string(text) for text in said]


def needed(name: str, extras: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what an installed package with these extras needs on this system, each with its own extras."""
    try:
        requirements = metadata.requires(name) or ()
    except metadata.PackageNotFoundError:
        return
    for text in requirements:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def graph(root: str) -> dict[str, set[str]]:
    """Return by package what it needs, for all that the root needs to run."""
    found: dict[str, set[str]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    open_: list[tuple[str, frozenset[str]]] = [(root, frozenset())]
    while open_:
        name, extras = open_.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        wanted = list(needed(name, extras))
        found.setdefault(name, set()).update(other for other, _extras in wanted)
        open_ += wanted
    return found


def package(entry: Locked, runs: bool) -> Component:
    """Return a package as a component; what is there only to build leerid has the scope `excluded`."""
    purl = PackageURL("pypi", name=entry.name, version=entry.version)
    return Component(
        name=entry.name,
        version=entry.version,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        scope=ComponentScope.REQUIRED if runs else ComponentScope.EXCLUDED,
        licenses=as_licences(licences(entry)),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in entry.hashes],
        properties=[Property(name="leerid:only-where", value=entry.marker)] if entry.marker else [],
    )


def shipped(data: Shipped) -> Component:
    """Return something shipped as a component, with a part for each of its files."""
    files = sorted(ROOT.glob(data.files))
    if not files:
        raise ValueError(f"nothing is {data.files}")
    parts = [
        Component(
            name=file.relative_to(ROOT).as_posix(),
            type=ComponentType.FILE,
            bom_ref=f"file:{file.relative_to(ROOT).as_posix()}",
            hashes=[
                HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(file.read_bytes()).hexdigest())
            ],
        )
        for file in files
    ]
    return Component(
        name=data.name,
        type=ComponentType.DATA,
        bom_ref=f"data:{data.name}",
        supplier=OrganizationalEntity(name=data.supplier),
        licenses=as_licences([data.licence]),
        description=data.description,
        components=parts,
    )


def runs_with(entry: Locked, needs: dict[str, set[str]]) -> bool:
    """Tell whether a package is needed to run; one for another system is not installed here, and counts."""
    return entry.name in needs or entry.name in NOT_INSTALLED


def make(epoch: int) -> str:
    """Return the SBOM as JSON, dated with the second since 1970."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = list(locked(LOCK.read_text(encoding="utf-8")))
    needs = graph(project["name"])
    purl = PackageURL("pypi", name=project["name"], version=project["version"])
    root = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=as_licences([project["license"]]),
        description=project["description"],
    )
    packages = {entry.name: package(entry, runs_with(entry, needs)) for entry in entries}
    data = [shipped(one) for one in SHIPPED]
    bom = Bom(
        serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"{purl.to_string()}#{epoch}"),
        metadata=BomMetaData(component=root, timestamp=datetime.fromtimestamp(epoch, UTC)),
        components=[*packages.values(), *data],
    )
    for name, component in packages.items():
        wanted = needs.get(name) or graph(name)[name]
        bom.register_dependency(component, [packages[other] for other in wanted])
    bom.register_dependency(root, [*(packages[other] for other in needs[project["name"]]), *data])
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(make(int(os.environ["SOURCE_DATE_EPOCH"])))
