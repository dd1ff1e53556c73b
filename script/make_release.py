"""Build a release and try that it can be built again; started by script/release."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from archives import unpack

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SUMS = "SHA256SUMS"


class NotReleasableError(Exception):
    """The words say why there is no release."""


def quietly(*line: str, cwd: Path = ROOT, **environment: str) -> bytes:
    """Run a command and return its standard output; raises NotReleasableError with all it said where it fails."""
    done = subprocess.run(line, cwd=cwd, env=os.environ | environment, capture_output=True)
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise NotReleasableError(f"{' '.join(line)}:\n{said}")
    return done.stdout


def build(source: Path, out: Path, epoch: str, **environment: str) -> dict[str, bytes]:
    """Build wheel and sdist of a source folder and return them by file name."""
    out.mkdir()
    line = (sys.executable, "-m", "hatchling", "build", "-d", str(out))
    quietly(*line, cwd=source, SOURCE_DATE_EPOCH=epoch, **environment)
    return {file.name: file.read_bytes() for file in sorted(out.iterdir())}


def unpacked(archive: Path, folder: Path) -> Path:
    """Unpack a source archive and return its one folder."""
    unpack(archive, folder)
    (found,) = folder.iterdir()
    return found


def built_twice(folder: Path, epoch: str) -> dict[str, bytes]:
    """Build from the commit, then from that sdist under other circumstances, and return what both gave.

    Raises NotReleasableError where they differ: the build depends on the machine, or the sdist lacks something.
    """
    quietly("git", "archive", "--prefix=leerid/", "-o", str(folder / "commit.tar"), "HEAD")
    first = build(unpacked(folder / "commit.tar", folder / "a"), folder / "first", epoch)
    (sdist,) = (name for name in first if name.endswith(".tar.gz"))
    elsewhere = unpacked(folder / "first" / sdist, folder / "another place")
    (elsewhere / "PKG-INFO").unlink()  # written anew
    umask = os.umask(0o077)
    try:
        second = build(
            elsewhere, folder / "second", epoch, TZ="Pacific/Auckland", LC_ALL="C", HOME=str(folder)
        )
    finally:
        os.umask(umask)
    if different := [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]:
        raise NotReleasableError(f"built twice, these differ: {', '.join(sorted(different))}")
    return first


def sums(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the digests as `sha256sum -c` reads them."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files)).encode()


def release() -> list[Path]:
    """Build everything and put it in dist/, in place of what was there; returns the files."""
    if changed := quietly("git", "status", "--porcelain").decode().strip():
        raise NotReleasableError(f"not everything is committed:\n{changed}")
    epoch = quietly("git", "log", "-1", "--format=%ct").decode().strip()
    with tempfile.TemporaryDirectory() as folder:
        files = built_twice(Path(folder), epoch)
    (stem,) = (name.removesuffix(".tar.gz") for name in files if name.endswith(".tar.gz"))
    files[f"{stem}.cdx.json"] = quietly(sys.executable, "script/make_sbom.py", SOURCE_DATE_EPOCH=epoch)
    files[f"{stem}.lock"] = (ROOT / "requirements" / "run.lock").read_bytes()
    files[SUMS] = sums(files.items())
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    for name, data in files.items():
        (DIST / name).write_bytes(data)
    return [DIST / name for name in files]


def main() -> int:
    """Make the release and name its files, or say why there is none and return 1."""
    try:
        files = release()
    except NotReleasableError as error:
        print(error, file=sys.stderr)
        return 1
    for file in files:
        print(file.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
