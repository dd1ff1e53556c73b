"""What stands in the ZIP: folders, workbook and members; and that its digest never waits."""

import errno
import gc
import hashlib
import io
import json
import os
import re
import signal
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import HANGS
from world import ROOT

from leerid_cli import resources
from leerid_cli.batches import files
from leerid_cli.errors import StorageError
from leerid_cli.intake import bundled_accounts, profiles
from leerid_cli.model.cards import Card, Credential
from leerid_cli.model.choices import Split
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.outputs import bundle_members
from leerid_cli.tables import workbook

MADE = datetime(2026, 11, 24, 12, 0)
ROWS = {bundle_members.WORKBOOK: [["1"] * len(bundle_members.HEADER)]}
RECORDS: list[dict[str, str | bool]] = [{"username": "emma.peeters", "must_change": False}]


def whole() -> bytes:
    accounts = bundle_members.make_accounts(RECORDS)
    table = workbook.write("x", bundle_members.HEADER, ROWS[bundle_members.WORKBOOK], MADE)
    out = io.BytesIO()
    with bundle_members.packing(out, MADE) as packer:
        for name, data in (
            (bundle_members.ACCOUNTS, accounts),
            (bundle_members.WORKBOOK, table),
            ("a.pdf", b"three pages"),
        ):
            packer.add(name, data)
    return out.getvalue()


def pages(_pdf: bytes) -> int:
    return 3


def stage(path: Path, data: bytes) -> str:
    with files.staged(path) as out:
        out.write(data)
    return out.sha256


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


def test_the_accounts_are_those_of_the_cards_one_a_line_and_can_be_read_back() -> None:
    pictures = Credential(PasswordKind.PICTURE, "eend feest frietjes tractor puzzelstuk schaar cactus hoed")
    temporary = Credential(PasswordKind.TEMPORARY, ' "é\\\u2028bcdf2345 ')
    cards = [
        card("1A"),
        replace(card("K3"), credential=pictures, naam="D\u2019Hondt", voornaam="Zoë"),
        replace(card("3MT"), credential=temporary, must_change=True, type=AccountType.GEVORDERD),
    ]
    records = bundle_members.account_records(cards)
    first = {
        "school": "030569", "stamnummer": "1", "naam": "Peeters", "voornaam": "Emma", "klas": "1A", "type": "basis",
        "username": "emma.peeters", "password_kind": "word", "password": "kat234",
        "url": "https://loket.test/l/x", "must_change": False,
    }  # fmt: skip
    # Exactly these: no date of birth, no official number.
    assert [set(record) for record in records] == [set(first)] * len(cards)
    assert records[0] == first
    text = bundle_members.make_accounts(records)
    assert "Zoë" in text.decode("utf-8"), "for people to read, too"
    assert json.loads(text) == {"schema_version": 1, "accounts": records}
    assert [json.loads(line.strip(",")) for line in text.decode().split("\n")[1:-2]] == records
    found = bundled_accounts.read(text)
    assert [cells["password"] for cells in found] == ["kat234", pictures.text, temporary.text]
    assert [cells["kind"] for cells in found] == ["word", "picture", "temporary"]
    assert [cells["must_change"] for cells in found] == ["false", "false", "true"]
    assert [cells["naam"] for cells in found] == ["Peeters", "D\u2019Hondt", "Peeters"]


def test_every_key_of_an_account_is_read_and_described() -> None:
    (record,) = bundle_members.account_records([card("1A")])
    assert set(record) == {*bundled_accounts.KEYS.values(), bundled_accounts.MUST_CHANGE}
    contract = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8").partition("## 8.")[2]
    formats = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8").partition("## The ZIP")[2]
    assert not [key for key in record if f"`{key}`" not in contract or f"`{key}`" not in formats]
    example = formats.partition("```json\n")[2].partition("```")[0]
    assert [set(cells) - {"kind"} for cells in bundled_accounts.read(example.encode())] == [
        set(record) - {"password_kind"}
    ]


def test_a_column_of_the_workbook_is_known_wherever_it_is_read_or_described() -> None:
    header = bundle_members.HEADER
    (profile,) = (one for one in profiles.load(resources.profiles()) if one.name == "leerid")
    fixture = openpyxl.load_workbook(ROOT / "tests" / "fixtures" / "intake" / "leerid-bundle.xlsx")
    pages = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    contract = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8").partition("## 8.")[2]
    described = pages.partition("Columns of the workbook:")[2].partition("\n\n")[0]
    unknown = {
        "intake/profiles/leerid.toml (under columns, or not_used)": profiles.fit(profile, header, 1).unknown,
        "the fixture leerid-bundle.xlsx (script/make_fixtures.py, then --rewrite)": set(header)
        - set(next(fixture.worksheets[0].iter_rows(values_only=True))),
        "docs/formats.md (Columns of the workbook)": {
            name for name in header if f"`{name}`" not in described
        },
        "docs/contract.md (§8)": {name for name in header if f"`{name}`" not in contract},
    }
    missing = [f"{place}: {sorted(names)}" for place, names in unknown.items() if names]
    assert not missing, "columns of the workbook that are not known in\n" + "\n".join(missing)


def test_members_are_packed_private_and_dated_with_the_batch() -> None:
    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == [
        bundle_members.ACCOUNTS,
        bundle_members.WORKBOOK,
        "a.pdf",
    ]
    for entry in entries:
        # An unpacker on Unix takes the mode from the upper half of the attributes.
        assert entry.external_attr >> 16 == 0o600
        assert entry.date_time == (2026, 11, 24, 12, 0, 0)
        assert entry.compress_type == zipfile.ZIP_DEFLATED


def test_verify_counts_the_pages_of_each_pdf(tmp_path: Path) -> None:
    stage = tmp_path / "stage"
    stage.write_bytes(whole())
    written = hashlib.sha256(whole()).hexdigest()
    count = {b"three pages": 3}.__getitem__
    bundle_members.read_back(stage, written, RECORDS, ROWS, {"a.pdf": 3}, count)
    with pytest.raises(StorageError):
        bundle_members.read_back(stage, written, RECORDS, ROWS, {"a.pdf": 4}, count)


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
    signal.alarm(HANGS)
    try:
        # TimeoutError is an OSError, which digest() takes for "cannot be read": so time is looked at as well.
        assert files.digest(pipe) == ""
        assert signal.alarm(0) > 0
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_verify_reads_back_accounts_rows_and_pages(tmp_path: Path) -> None:
    path = tmp_path / "stage"
    total = stage(path, whole())
    bundle_members.read_back(path, total, RECORDS, ROWS, {"a.pdf": 3}, pages)
    for records, rows, wanted in (
        (RECORDS, ROWS, {"a.pdf": 2}),
        (RECORDS, ROWS, {"b.pdf": 3}),
        (RECORDS, {bundle_members.WORKBOOK: [["2"]]}, {"a.pdf": 3}),
        (RECORDS, {}, {"a.pdf": 3}),
        (RECORDS, {f"1A/{bundle_members.WORKBOOK}": ROWS[bundle_members.WORKBOOK]}, {"a.pdf": 3}),
        ([], ROWS, {"a.pdf": 3}),
        ([{**RECORDS[0], "must_change": True}], ROWS, {"a.pdf": 3}),
    ):
        with pytest.raises(StorageError):
            bundle_members.read_back(path, total, records, rows, wanted, pages)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["a.pdf", bundle_members.ACCOUNTS])
def test_verify_notices_a_member_that_stands_there_twice_or_not_at_all(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        read = {one: archive.read(one) for one in archive.namelist()}
    for names in ([*read, name], [one for one in read if one != name]):
        out, path = io.BytesIO(), tmp_path / f"stage-{len(names)}"
        with bundle_members.packing(out, MADE) as packer:
            for one in names:
                packer.add(one, read[one])
        total = stage(path, out.getvalue())
        with pytest.raises(StorageError):
            bundle_members.read_back(path, total, RECORDS, ROWS, {"a.pdf": 3}, pages)


@pytest.mark.parametrize("place", [60, -200, -1])
def test_verify_notices_a_changed_or_missing_byte(tmp_path: Path, place: int) -> None:
    path, data = tmp_path / "stage", bytearray(whole())
    total = stage(path, whole())
    data[place] ^= 0xFF
    for damaged in (bytes(data), whole()[:place]):
        path.write_bytes(damaged)
        with pytest.raises(StorageError):
            bundle_members.read_back(path, total, RECORDS, ROWS, {"a.pdf": 3}, pages)


def test_a_zip_that_does_not_fit_leaves_nothing_and_says_so(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            if self.tell() > 100:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)  # type: ignore[arg-type]

    def pack() -> None:
        stage = files.HiddenFile(tmp_path / "stage", Full())
        with bundle_members.packing(stage, MADE) as packer, packer.member("a.pdf") as member:
            member.write(os.urandom(5000))

    with pytest.raises(StorageError, match="No space left"):
        pack()
    gc.collect()
    assert capfd.readouterr() == ("", "")


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
