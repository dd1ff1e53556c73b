"""What stands in the ZIP: folders, workbook and members; and that its digest never waits."""

import hashlib
import io
import os
import signal
import zipfile
from pathlib import Path

import openpyxl
import pytest
from test_staging import MADE, ROWS, card, whole
from waiting import HANGS

from leerid_cli.delivery import bundle, staging
from leerid_cli.errors import StorageError
from leerid_cli.model.choices import Split


def test_every_card_stands_in_its_own_folder() -> None:
    one, two, three = card("1A"), card("2B"), card("1A")
    found = bundle.folders([one, two, three], Split.CLASS)
    assert found == {"030569/1A/": [one, three], "030569/2B/": [two]}
    assert found["030569/1A/"][0] is one


def test_classes_of_one_folder_are_numbered_from_2_on() -> None:
    found = bundle.folders([card("1/A"), card("1-A"), card("1 A"), card("1+A")], Split.CLASS)
    assert [name.removeprefix("030569/") for name in found] == ["1-A/", "1-A-2/", "1-A-3/", "1-A-4/"]


def test_a_folder_keeps_the_letters_of_its_class() -> None:
    assert list(bundle.folders([card("XTRA-X")], Split.CLASS)) == ["030569/XTRA-X/"]


def test_the_workbook_has_the_header_of_the_contract_and_a_row_a_card() -> None:
    book = openpyxl.load_workbook(io.BytesIO(bundle.make_workbook(bundle.workbook_rows([card("1A")]), MADE)))
    header = (
        "Stamnummer", "Administratieve groep", "Achternaam", "Voornaam", "LeerID Gebruikersnaam", "LeerID Wachtwoord",
        "Klas", "Instellingsnummer", "Accounttype", "Wachtwoordsoort", "URL", "Opmerking",
    )  # fmt: skip
    # Every cell is text, an empty one too.
    row = (
        "1", "", "Peeters", "Emma", "emma.peeters", "kat234", "1A", "030569", "basis", "woord",
        "https://loket.test/l/x", "",
    )  # fmt: skip
    assert list(book.worksheets[0].iter_rows(values_only=True)) == [header, row]
    assert (book.worksheets[0].title, book.properties.created) == ("LeerID-accounts", MADE)


def test_members_are_packed_private_and_dated_with_the_batch() -> None:
    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == [bundle.WORKBOOK, "a.pdf"]
    for entry in entries:
        # An unpacker on Unix takes the mode from the upper half of the attributes.
        assert entry.external_attr >> 16 == 0o600
        assert entry.date_time == (2026, 11, 24, 12, 0, 0)
        assert entry.compress_type == zipfile.ZIP_DEFLATED


def test_verify_counts_the_pages_of_each_pdf(tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    stage.write_bytes(whole())
    written = hashlib.sha256(whole()).hexdigest()
    staging.verify(stage, written, ROWS, {"a.pdf": 3}, {b"three pages": 3}.__getitem__)
    with pytest.raises(StorageError):
        staging.verify(stage, written, ROWS, {"a.pdf": 4}, {b"three pages": 3}.__getitem__)


def test_the_digest_of_a_file_is_its_sha_256_and_of_nothing_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"cards")
    assert staging.digest(file) == hashlib.sha256(b"cards").hexdigest()
    assert staging.digest(tmp_path / "nothing") == ""
    assert staging.digest(tmp_path) == ""


def test_the_digest_of_a_pipe_is_empty_and_waits_for_nobody(tmp_path: Path) -> None:
    def too_long(_signal: int, _frame: object) -> None:
        raise TimeoutError

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(HANGS)
    try:
        # TimeoutError is an OSError, which digest() takes for "cannot be read": so time is looked at as well.
        assert staging.digest(pipe) == ""
        assert signal.alarm(0) > 0
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
