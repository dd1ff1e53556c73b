import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from leerid_cli.batches import files
from leerid_cli.errors import StorageError


def stage(path: Path, data: bytes) -> str:
    with files.staged(path) as out:
        out.write(data)
    return out.sha256


def test_a_stage_knows_how_many_bytes_it_holds(tmp_path: Path) -> None:
    with files.staged(tmp_path / "stage") as out:
        out.write(b"some")
        out.write(b"thing")
    assert out.size == len(b"something") == (tmp_path / "stage").stat().st_size


def test_a_staged_file_is_private_hidden_and_beside_its_target(tmp_path: Path) -> None:
    path = files.stage_path(tmp_path / "cards.zip", "k7m3pq")
    assert stage(path, b"data") == hashlib.sha256(b"data").hexdigest()
    assert path.parent == tmp_path
    assert path.name.startswith(".")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"data"


def test_a_stage_follows_no_link_and_overwrites_nothing(tmp_path: Path) -> None:
    target, link = tmp_path / "mine", tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(StorageError):
        stage(link, b"data")
    assert not target.exists()
    target.write_text("mine")
    with pytest.raises(StorageError):
        stage(target, b"data")
    assert target.read_text() == "mine"


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        stage(tmp_path / "stage", b"data")
    assert list(tmp_path.iterdir()) == []


def test_publishing_moves_and_never_overwrites(tmp_path: Path) -> None:
    stage, final = tmp_path / "stage", tmp_path / "final"
    stage.write_text("cards")
    final.write_text("somebody's")
    with pytest.raises(FileExistsError):
        files.publish(stage, final)
    assert (stage.read_text(), final.read_text()) == ("cards", "somebody's")
    final.unlink()
    files.publish(stage, final)
    assert not stage.exists()
    assert final.read_text() == "cards"
    assert final.stat().st_nlink == 1
