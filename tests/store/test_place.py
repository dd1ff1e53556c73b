"""Which file systems a store may be on, and whether others can read it."""

from pathlib import Path

import pytest

from leerid_cli.store import place

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /home rw,relatime shared:2 - nfs4 server:/home rw
41 40 8:2 / /home/ict/local\\040disk rw - xfs /dev/sdb rw
42 22 0:36 / /mnt/share rw - fuse.sshfs ict@server: rw
43 22 0:37 / /over rw - ext4 /dev/sdc rw
44 43 0:38 / /over rw - cifs //server/x rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/leerid.db", "ext4"),
        ("/home/ict/leerid.db", "nfs4"),
        ("/homes/leerid.db", "ext4"),
        ("/home/ict/local disk/leerid.db", "xfs"),
        ("/mnt/share/leerid.db", "fuse.sshfs"),
        ("/over/leerid.db", "cifs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_deepest_mount(path: str, kind: str) -> None:
    assert place.file_system(Path(path), MOUNTS) == kind


def test_a_network_file_system_is_refused_and_a_local_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.refuse_network(tmp_path / "leerid.db")
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 8:1 / {tmp_path.resolve()} rw - nfs4 server:/x rw\n")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    with pytest.raises(place.StorageError, match="nfs4"):
        place.refuse_network(tmp_path / "leerid.db")


def test_privacy_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch(0o600)
    assert place.is_private(path)
    path.chmod(0o640)
    assert not place.is_private(path)
