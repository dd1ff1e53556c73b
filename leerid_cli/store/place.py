"""Where a store may be: on a local disk only, and readable by nobody else.

The locks of network file systems cannot be relied on, so that a store there can be damaged. Which file system
a path is on is known on Linux only, from /proc/self/mountinfo. See docs/sources.md, "Operating system and
SQLite".
"""

from __future__ import annotations

import stat
from pathlib import Path

from leerid_cli.errors import StorageError
from leerid_cli.i18n import _

NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "ceph", "glusterfs", "lustre", "beegfs")
)
NETWORK_FUSE = ("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.gvfsd-fuse", "fuse.glusterfs", "davfs")
_MOUNTS = Path("/proc/self/mountinfo")


def file_system(path: Path, mounts: str) -> str:
    """Return the type of the file system of a path, such as `ext4`; '' if it is not known.

    `mounts` is the text of /proc/self/mountinfo.
    """
    deepest, kind = -1, ""
    for line in mounts.splitlines():
        before, _dash, after = line.partition(" - ")
        fields, types = before.split(" "), after.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(fields[4].replace("\\040", " "))
        # Of several mounts on one point the last one counts.
        if path.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), types[0]
    return kind


def refuse_network(store: Path) -> None:
    """Raise StorageError where a store is, or would be made, on a network file system."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return  # not Linux: it is not known
    kind = file_system(store.absolute().resolve(), mounts)
    if kind in NETWORK or kind.startswith(NETWORK_FUSE):
        raise StorageError(
            _("{path} is on a network file system ({kind}), where a store can be damaged").format(
                path=store, kind=kind
            ),
            _("keep the store on a disk of this machine: --db or LEERID_DB"),
        )


def is_private(path: Path) -> bool:
    """Tell whether only the owner can read a file; on some file systems modes have no effect."""
    return not lets_others(path, 0o077)


def lets_others(path: Path, forbidden: int) -> bool:
    """Tell whether a file or folder has one of the mode bits `forbidden`.

    Bits that let others write (0o022) do not count for a sticky folder, where nobody can replace others'
    files.
    """
    mode = path.stat().st_mode
    return bool(mode & forbidden) and not (mode & stat.S_ISVTX and forbidden == 0o022)
