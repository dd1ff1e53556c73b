"""Where a store may stand: on a local disk, for kernel locks and SQLite's journal fail on network shares.

sqlite.org, "How To Corrupt An SQLite Database File" §2.1; Linux tells file systems in /proc (proc(5)).
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
    """Return the type of the file system a path is on, by the text of /proc/self/mountinfo; '' if unknown."""
    best, found = -1, ""
    for line in mounts.splitlines():
        before, _dash, after = line.partition(" - ")
        fields, types = before.split(" "), after.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(fields[4].replace("\\040", " "))
        # Of several mounts on one point the last is on top.
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), types[0]
    return found


def refuse_network(store: Path) -> None:
    """Raise StorageError where the store is, or would be made, on a network file system."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return  # no Linux: nobody tells
    kind = file_system(store.absolute().resolve(), mounts)
    if kind in NETWORK or kind.startswith(NETWORK_FUSE):
        raise StorageError(
            _("{path} is on a network file system ({kind}), where a store can be damaged").format(
                path=store, kind=kind
            ),
            _("keep the store on a disk of this machine: --db or LEERID_DB"),
        )


def is_private(path: Path) -> bool:
    """Tell whether nobody but the owner can read a file; some file systems do not keep modes."""
    return not lets_others(path, 0o077)


def lets_others(path: Path, forbidden: int) -> bool:
    """Tell whether a file or folder has one of these mode bits; in a sticky folder nobody replaces others' files."""
    mode = path.stat().st_mode
    return bool(mode & forbidden) and not (mode & stat.S_ISVTX and forbidden == 0o022)
