"""A new file is complete, readable by its owner only, and never overwrites another."""

import stat
from pathlib import Path

import pytest

from leerid_cli.errors import StorageError
from leerid_cli.runtime import durable, new_file


def test_a_new_file_is_private_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    new_file.write(path, b"rows")
    assert path.read_bytes() == b"rows"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("what", ["file", "folder", "link to nothing"])
def test_what_stands_at_the_path_stays(tmp_path: Path, what: str) -> None:
    path = tmp_path / "rejects.csv"
    if what == "file":
        path.write_text("mine")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    for attempt in (new_file.check, lambda path: new_file.write(path, b"rows")):
        with pytest.raises(StorageError, match="exists already"):
            attempt(path)
    assert [found.name for found in tmp_path.iterdir()] == ["rejects.csv"]
    assert what != "file" or path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    new_file.check(tmp_path / "rejects.csv")
    with pytest.raises(StorageError, match=r"nowhere does not exist"):
        new_file.check(tmp_path / "nowhere" / "rejects.csv")


def test_a_name_that_the_disk_refuses_is_a_plain_error(tmp_path: Path) -> None:
    # A name may have 250 characters, but the hidden name of the unfinished file would be too long.
    path = tmp_path / ("x" * 250)
    with pytest.raises(StorageError, match="File name too long"):
        new_file.write(path, b"rows")
    assert list(tmp_path.iterdir()) == []


def test_who_was_quicker_keeps_the_name_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write_new = tmp_path / "rejects.csv", durable.write_new

    def slow(part: Path, data: bytes) -> None:
        """Write the file while another program makes a file of the same name."""
        write_new(part, data)
        path.write_text("theirs")

    monkeypatch.setattr(durable, "write_new", slow)
    with pytest.raises(StorageError, match="File exists"):
        new_file.write(path, b"rows")
    assert [found.name for found in tmp_path.iterdir()] == ["rejects.csv"]
    assert path.read_text() == "theirs"


def test_an_unfinished_file_is_hidden_beside_its_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    put_in_place = durable.put_in_place

    def watched(part: Path, path: Path) -> None:
        seen.extend(found.name for found in tmp_path.iterdir())
        put_in_place(part, path)

    monkeypatch.setattr(durable, "put_in_place", watched)
    new_file.write(tmp_path / "rejects.csv", b"rows")
    (name,) = seen
    assert name.startswith(".rejects.csv.")
    assert name.endswith(".part")
