"""A release: what it is made of, that it can be built again, and that it is of a commit."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pip_requirements_parser import RequirementsFile
from world import ROOT

import leerid_cli

GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
EPOCH = "1790000000"


def sbom(*, epoch: str = EPOCH, seed: str = "0") -> str:
    env = os.environ | {"SOURCE_DATE_EPOCH": epoch, "PYTHONHASHSEED": seed}
    line = [sys.executable, str(ROOT / "script" / "make_sbom.py")]
    return subprocess.run(line, env=env, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def components() -> dict[str, Any]:
    return {component["name"]: component for component in json.loads(sbom())["components"]}


def test_the_sbom_lists_exactly_the_packages_of_the_lock_with_their_hashes(
    components: dict[str, Any],
) -> None:
    # Read by another parser than the one that wrote the SBOM.
    lock = RequirementsFile.from_file(str(ROOT / "requirements" / "run.lock"))
    assert not lock.invalid_lines
    wanted = {
        requirement.name: (
            requirement.get_pinned_version,
            {option.removeprefix("sha256:") for option in requirement.hash_options},
        )
        for requirement in lock.requirements
    }
    listed = {
        name: (component["version"], {entry["content"] for entry in component["hashes"]})
        for name, component in components.items()
        if component["type"] == "library"
    }
    assert listed == wanted
    assert {entry["alg"] for name in wanted for entry in components[name]["hashes"]} == {"SHA-256"}


def test_everything_has_a_licence_and_only_build_tools_are_not_needed_to_run(
    components: dict[str, Any],
) -> None:
    assert not [name for name, component in components.items() if not component["licenses"]]
    excluded = {name for name, component in components.items() if component.get("scope") == "excluded"}
    # What `build` asks for, and what those need: nothing that leerid imports.
    assert excluded >= {"hatchling", "editables"}
    assert not excluded & {"typer", "weasyprint", "pillow", "openpyxl", "cffi", "colorama"}


def test_no_package_is_listed_as_proprietary(components: dict[str, Any]) -> None:
    licences = json.dumps([component["licenses"] for component in components.values()])
    assert "proprietary" not in licences.lower()
    assert components["qrcode"]["licenses"] == [{"expression": "BSD-3-Clause AND MIT"}]


def test_the_version_of_the_package_is_that_which_the_program_tells() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == leerid_cli.__version__


def test_fonts_pictures_and_words_are_components(components: dict[str, Any]) -> None:
    parts = {
        part["name"]: part["hashes"][0]["content"]
        for component in components.values()
        for part in component.get("components", ())
    }
    fonts = (ROOT / "templates" / "cards" / "fonts").glob("*.ttf")
    pictures = (ROOT / "pictograms").rglob("*.svg")
    words = (ROOT / "wordlists").glob("*.txt")
    assert parts == {
        file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (*fonts, *pictures, *words)
    }
    licences = {
        name: component["licenses"][0]["license"]["id"]
        for name, component in components.items()
        if component["type"] == "data"
    }
    assert licences["Andika"] == "OFL-1.1"
    assert licences["Fluent Emoji"] == "MIT"


def test_the_sbom_holds_no_address_and_no_path_of_this_machine_and_comes_out_the_same() -> None:
    text = sbom()
    assert text == sbom(seed="1")
    document = json.loads(text)
    assert document.pop("$schema").startswith("http://cyclonedx.org/")
    assert document["metadata"]["timestamp"].startswith("2026-09-21T")
    rest = json.dumps(document)
    assert "://" not in rest
    assert not [place for place in (str(ROOT), str(Path.home()), sys.prefix) if place in rest]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of its own, of the files as they are here."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    folder = tmp_path_factory.mktemp("release") / "leerid"
    line = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    subprocess.run([*GIT, "init", "-q"], cwd=folder, check=True)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    subprocess.run([*GIT, "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-qm", "x"], cwd=folder, check=True)


def release(folder: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "script/make_release.py"]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True)


def test_a_release_can_be_checked_and_comes_out_the_same(checkout: Path) -> None:
    dist = checkout / "dist"
    made = release(checkout)
    assert made.returncode == 0, made.stderr
    first = {file.name: file.read_bytes() for file in dist.iterdir()}
    assert sorted(name.partition("-0")[0] for name in first) == ["SHA256SUMS", *["leerid_cli"] * 4]
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=dist, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout.count(": OK")) == (0, 4)
    (wheel,) = dist.glob("*.whl")
    assert "leerid_cli/_data/wordlists/woorden.txt" in zipfile.ZipFile(wheel).namelist()
    assert release(checkout).returncode == 0
    assert {file.name: file.read_bytes() for file in dist.iterdir()} == first

    (checkout / "leerid_cli" / "stray.py").write_text("")
    refused = release(checkout)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "not everything is committed" in refused.stderr
    assert "stray.py" in refused.stderr
    assert {file.name: file.read_bytes() for file in dist.iterdir()} == first


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("/tmp/x", tarfile.REGTYPE, ""),
        ("a/../../x", tarfile.REGTYPE, ""),
        ("..", tarfile.DIRTYPE, ""),
        ("a/x", tarfile.SYMTYPE, "/etc"),
        ("a/x", tarfile.LNKTYPE, "../x"),
        ("a/x", tarfile.FIFOTYPE, ""),
        ("a/x", tarfile.CHRTYPE, ""),
    ],
)
def test_an_archive_that_leads_elsewhere_is_not_unpacked(
    tmp_path: Path, name: str, kind: bytes, target: str
) -> None:
    bad, archive = tarfile.TarInfo(name), tmp_path / "a.tar"
    bad.type, bad.linkname = kind, target
    with tarfile.open(archive, "w") as tar:
        tar.addfile(tarfile.TarInfo("a/sound"))
        tar.addfile(bad)
    line = [sys.executable, "-c", "import sys, archives; archives.unpack(*map(archives.Path, sys.argv[1:]))"]
    done = subprocess.run(
        [*line, str(archive), str(tmp_path / "out")], cwd=ROOT / "script", capture_output=True, text=True
    )
    assert f"ValueError: a.tar has an unsafe member: {name}\n" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_build_that_depends_on_the_place_is_noticed(checkout: Path, tmp_path: Path) -> None:
    """The control: a build step that writes down where it ran."""
    subprocess.run([*GIT, "clone", "-q", str(checkout), str(tmp_path / "leerid")], check=True)
    checkout = tmp_path / "leerid"
    (checkout / "hatch_build.py").write_text(
        "from pathlib import Path\n"
        "from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n"
        "class Place(BuildHookInterface):\n"
        "    def initialize(self, version, build_data):\n"
        "        Path(self.root, 'leerid_cli', 'place.py').write_text(repr(self.root))\n"
    )
    with (checkout / "pyproject.toml").open("a") as file:
        file.write("\n[tool.hatch.build.hooks.custom]\n")
    commit(checkout)
    refused = release(checkout)
    assert refused.returncode == 1
    assert "built twice, these differ: " in refused.stderr
    assert not (checkout / "dist").exists()
