"""Unpack archives safely, on every Python that leerid runs on."""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a tar archive into a folder.

    Raises ValueError, and unpacks nothing, where it has anything but files and folders that stay in there. Checked
    here because the filter of Python itself (PEP 706), used where it exists, came with 3.11.4.
    """
    with tarfile.open(archive) as tar:
        if unsafe := [member.name for member in tar.getmembers() if not _safe(member)]:
            raise ValueError(f"{archive.name} has an unsafe member: {', '.join(unsafe)}")
        filtered = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder, **filtered)  # noqa: S202 - each member was looked at


def _safe(member: tarfile.TarInfo) -> bool:
    path = PurePosixPath(member.name)
    return (member.isfile() or member.isdir()) and not path.is_absolute() and ".." not in path.parts
