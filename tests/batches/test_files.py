import errno
import gc
import hashlib
import io
import os
import re
import stat
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.batches import files
from leerid_cli.errors import StorageError
from leerid_cli.model.cards import Card, Credential
from leerid_cli.model.choices import Split
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.outputs import bundle_members
from leerid_cli.tables import workbook

MADE = datetime(2026, 11, 24, 12, 0)
ROWS = {bundle_members.WORKBOOK: [["1"] * len(bundle_members.HEADER)]}


def whole() -> bytes:
    table = workbook.write("x", bundle_members.HEADER, ROWS[bundle_members.WORKBOOK], MADE)
    out = io.BytesIO()
    with bundle_members.packing(out, MADE) as packer:
        for name, data in ((bundle_members.WORKBOOK, table), ("a.pdf", b"three pages")):
            with packer.member(name) as member:
                member.write(data)
    return out.getvalue()


def stage(path: Path, data: bytes) -> str:
    with files.staged(path) as out:
        out.write(data)
    return out.sha256


def pages(_pdf: bytes) -> int:
    return 3


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


def test_verify_reads_back_rows_and_pages(tmp_path: Path) -> None:
    path = tmp_path / "stage"
    total = stage(path, whole())
    files.verify(path, total, ROWS, {"a.pdf": 3}, pages)
    for rows, wanted in (
        (ROWS, {"a.pdf": 2}),
        (ROWS, {"b.pdf": 3}),
        ({bundle_members.WORKBOOK: [["2"]]}, {"a.pdf": 3}),
        ({}, {"a.pdf": 3}),
        ({f"1A/{bundle_members.WORKBOOK}": ROWS[bundle_members.WORKBOOK]}, {"a.pdf": 3}),
    ):
        with pytest.raises(StorageError):
            files.verify(path, total, rows, wanted, pages)


@pytest.mark.parametrize("place", [60, -200, -1])
def test_verify_notices_a_changed_or_missing_byte(tmp_path: Path, place: int) -> None:
    path, data = tmp_path / "stage", bytearray(whole())
    total = stage(path, whole())
    data[place] ^= 0xFF
    for damaged in (bytes(data), whole()[:place]):
        path.write_bytes(damaged)
        with pytest.raises(StorageError):
            files.verify(path, total, ROWS, {"a.pdf": 3}, pages)


def test_a_zip_that_does_not_fit_leaves_nothing_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            if self.tell() > 100:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)  # type: ignore[arg-type]

    def pack() -> None:
        stage = files.Stage(tmp_path / "stage", Full())
        with bundle_members.packing(stage, MADE) as packer, packer.member("a.pdf") as member:
            member.write(os.urandom(5000))

    with pytest.raises(StorageError, match="No space left"):
        pack()
    gc.collect()
    assert capfd.readouterr() == ("", "")


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


def test_a_bundle_is_the_same_bytes_for_the_same_input() -> None:
    assert whole() == whole()


def card(klas: str, school: str = "030569") -> Card:
    password = Credential(PasswordKind.WORD, "kat234")
    return Card(
        school, "", "", klas, "Peeters", "Emma", "1", "emma.peeters", "https://loket.test/l/x", AccountType.BASIS,
        password, date(2026, 11, 24),
    )  # fmt: skip


def test_folders_by_school_and_class() -> None:
    cards = [card("1A"), card("1A"), card("2B"), card("1A", "041871")]
    assert [len(group) for group in bundle_members.folders(cards, None).values()] == [4]
    assert list(bundle_members.folders(cards, Split.SCHOOL)) == ["030569/", "041871/"]
    assert list(bundle_members.folders(cards, Split.CLASS)) == ["030569/1A/", "030569/2B/", "041871/1A/"]


@pytest.mark.parametrize(
    ("klas", "folder"),
    [
        ("../../etc", "etc"),
        ("/", "zonder-klas"),
        ("", "zonder-klas"),
        ("CON", "_CON"),
        ("aux.1", "_aux.1"),
        ("1e jaar: A", "1e-jaar-A"),
        ("Klas Ünal", "Klas-Unal"),
        ("a" * 300, "a" * 40),
        ("1A. ", "1A"),
    ],
)
def test_a_class_name_cannot_lead_elsewhere(klas: str, folder: str) -> None:
    assert list(bundle_members.folders([card(klas)], Split.CLASS)) == [f"030569/{folder}/"]


def test_two_classes_never_share_a_folder() -> None:
    found = bundle_members.folders([card("1A"), card("1a"), card("1/A"), card("1-A")], Split.CLASS)
    assert list(found) == ["030569/1A/", "030569/1a-2/", "030569/1-A/", "030569/1-A-2/"]


# learn.microsoft.com, "Naming Files, Paths, and Namespaces": reserved characters and names, no dot or blank at the end.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\..*)?")
NASTY = st.text(alphabet=st.sampled_from('aA1.- /\\:*?"<>|²$~\u202e\0éCOMNULPRX'), max_size=60)


@given(
    st.lists(
        NASTY | st.sampled_from(["CON", "nul.txt", "com¹", "x" * 39 + ". y", "..", "a:b", "~"]), max_size=8
    )
)
def test_folders_of_any_classes_are_names_that_windows_can_hold(classes: list[str]) -> None:
    found = bundle_members.folders([card(klas) for klas in classes], Split.CLASS)
    assert sum(map(len, found.values())) == len(classes)
    assert len({path.casefold() for path in found}) == len(found)
    for path in found:
        school, name, nothing = path.split("/")
        assert (school, nothing) == ("030569", "")
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,50}", name)
        assert not RESERVED.fullmatch(name)
        assert name[-1] not in ". "
