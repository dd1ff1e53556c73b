"""What stands in the ZIP: folders, workbook and members; and that its digest never waits."""

import hashlib
import io
import os
import signal
import zipfile
from pathlib import Path

import openpyxl
import pytest
from test_files import MADE, ROWS, card, whole
from world import ROOT

from leerid_cli import resources
from leerid_cli.batches import files
from leerid_cli.errors import StorageError
from leerid_cli.intake import profiles
from leerid_cli.model.choices import Split
from leerid_cli.outputs import bundle_members


def test_every_card_stands_in_its_own_folder() -> None:
    one, two, three = card("1A"), card("2B"), card("1A")
    found = bundle_members.folders([one, two, three], Split.CLASS)
    assert found == {"030569/1A/": [one, three], "030569/2B/": [two]}
    assert found["030569/1A/"][0] is one


def test_classes_of_one_folder_are_numbered_from_2_on() -> None:
    found = bundle_members.folders([card("1/A"), card("1-A"), card("1 A"), card("1+A")], Split.CLASS)
    assert [name.removeprefix("030569/") for name in found] == ["1-A/", "1-A-2/", "1-A-3/", "1-A-4/"]


def test_a_folder_keeps_the_letters_of_its_class() -> None:
    assert list(bundle_members.folders([card("XTRA-X")], Split.CLASS)) == ["030569/XTRA-X/"]


def test_the_workbook_has_the_header_of_the_contract_and_a_row_a_card() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(bundle_members.make_workbook(bundle_members.workbook_rows([card("1A")]), MADE))
    )
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


def test_a_column_of_the_workbook_is_known_wherever_it_is_read_or_described() -> None:
    header = bundle_members.HEADER
    (profile,) = (one for one in profiles.load(resources.profiles()) if one.name == "leerid")
    fixture = openpyxl.load_workbook(ROOT / "tests" / "fixtures" / "intake" / "leerid-bundle.xlsx")
    pages = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    described = pages.partition("Columns of the workbook:")[2].partition("\n\n")[0]
    unknown = {
        "intake/profiles/leerid.toml (under columns, or not_used)": profiles.fit(profile, header, 1).unknown,
        "the fixture leerid-bundle.xlsx (script/make_fixtures.py, then --rewrite)": set(header)
        - set(next(fixture.worksheets[0].iter_rows(values_only=True))),
        "docs/formats.md (Columns of the workbook)": {
            name for name in header if f"`{name}`" not in described
        },
    }
    missing = [f"{place}: {sorted(names)}" for place, names in unknown.items() if names]
    assert not missing, "columns of the workbook that are not known in\n" + "\n".join(missing)


def test_members_are_packed_private_and_dated_with_the_batch() -> None:
    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == [bundle_members.WORKBOOK, "a.pdf"]
    for entry in entries:
        # An unpacker on Unix takes the mode from the upper half of the attributes.
        assert entry.external_attr >> 16 == 0o600
        assert entry.date_time == (2026, 11, 24, 12, 0, 0)
        assert entry.compress_type == zipfile.ZIP_DEFLATED


def test_verify_counts_the_pages_of_each_pdf(tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    stage.write_bytes(whole())
    written = hashlib.sha256(whole()).hexdigest()
    files.verify(stage, written, ROWS, {"a.pdf": 3}, {b"three pages": 3}.__getitem__)
    with pytest.raises(StorageError):
        files.verify(stage, written, ROWS, {"a.pdf": 4}, {b"three pages": 3}.__getitem__)


def test_the_digest_of_a_file_is_its_sha_256_and_of_nothing_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"cards")
    assert files.digest(file) == hashlib.sha256(b"cards").hexdigest()
    assert files.digest(tmp_path / "nothing") == ""
    assert files.digest(tmp_path) == ""


def test_the_digest_of_a_pipe_is_empty_and_waits_for_nobody(tmp_path: Path) -> None:
    def too_long(_signal: int, _frame: object) -> None:
        raise TimeoutError

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(2)
    try:
        # TimeoutError is an OSError, which digest() takes for "cannot be read": so time is looked at as well.
        assert files.digest(pipe) == ""
        assert signal.alarm(0) > 0
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
