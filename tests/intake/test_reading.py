"""Opening enrolment files: encodings, delimiters, headers, XML, and what cannot be read."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli import resources
from leerid_cli.errors import InputError
from leerid_cli.intake import profiles
from leerid_cli.intake.reading import InputFile, Reading, decode, open_source

PROFILES = profiles.load(resources.profiles())
TEXT = "instellingsnummer;stamnummer;naam;voornaam;hoofdstructuur\n030569;1;D’Hondt;Zoë;211\n"


def opened(data: bytes, **how: object) -> InputFile:
    return open_source("pupils.csv", data, PROFILES, Reading(**how))  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding: str) -> None:
    (only,) = opened(TEXT.encode(encoding)).rows
    assert only == (2, ["030569", "1", "D’Hondt", "Zoë", "211"])


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_delimiters_and_quotes(delimiter: str, quote: str) -> None:
    lines = [delimiter.join(f"{quote}{cell}{quote}" for cell in line.split(";")) for line in TEXT.split()]
    source = opened("\r\n".join(lines).encode())
    assert source.delimiter == delimiter
    assert next(iter(source.rows))[1][2] == "D’Hondt"


def test_a_comma_in_a_value_does_not_make_the_delimiter_a_comma() -> None:
    source = opened(TEXT.replace("D’Hondt", "a,b,c,d,e,f,g").encode())
    assert source.delimiter == ";"


def test_header_cells_match_in_any_case_with_blanks_accents_and_underscores() -> None:
    source = opened(TEXT.replace("stamnummer", " Stàm Nummer ").replace("naam;", "NAAM ;").encode())
    assert source.column_map.positions["stamnummer"] == 1
    assert source.column_map.positions["naam"] == 2


def test_unknown_columns_are_named_but_not_those_of_a_rejects_file() -> None:
    source = opened(TEXT.replace("hoofdstructuur\n", "hoofdstructuur;Klastitularis;line;problem\n").encode())
    assert source.column_map.unknown == ("Klastitularis",)


def test_line_numbers_are_those_of_the_file_even_after_blank_and_broken_lines() -> None:
    data = TEXT + '\n\n030569;2;"De\nSmet";Jan;211\n030569;3;Maes;Noor;211\n'
    assert [line for line, _cells in opened(data.encode()).rows] == [2, 5, 7]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"PK\x03\x04....", "workbook is damaged"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "XML"),
        (b"naam\0;voornaam\n", "line 1"),
        (b"naam;voornaam\nDe\xef\xbf\xbdSmet;x\n", "line 2"),
        (b"naam;voornaam\nx\x81;y\n", "line 2"),
        (b"foo;bar\n1;2\n", "no known column"),
        (b"stamnummer;naam;voornaam\n1;2;3\n", "instellingsnummer"),
        (b"instellingsnummer;stamnummer;naam\n1;2;3\n", "hoofdstructuur"),
        (b"stamnummer;Stamnummer;naam\n1;2;3\n", "mean the same"),
        (TEXT.encode() + b'030569;2;"De Smet;Jan;211\n', "line 3"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as refused:
        list(opened(data).rows)
    assert words in refused.value.message


def test_a_file_without_header_does_not_spill_official_numbers() -> None:
    with pytest.raises(InputError) as refused:
        opened(b"030569;1;Peeters;Jan;2015-03-07;M;15030700157\n")
    assert "15030700157" not in refused.value.message


def test_a_needed_column_may_come_from_an_option() -> None:
    source = opened(b"stamnummer;naam\n1;x\n", school_given=True, type_given=True)
    assert len(list(source.rows)) == 1


def test_a_named_encoding_is_not_second_guessed() -> None:
    assert decode("é".encode("cp850"), "cp850") == ("é", "cp850")
    with pytest.raises(InputError):
        decode(b"\xe9", "utf-8")
    with pytest.raises(InputError):
        decode(b"x", "klingon")
    for no_text in ("unicode_escape", "raw_unicode_escape", "undefined", "rot13", "hex"):
        with pytest.raises(InputError):
            decode(b"x", no_text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InputError):
        list(opened(data).rows)


@given(st.text(alphabet=st.sampled_from('instellingsnummer;,\t"\n\r1aé\ufeff'), max_size=60))
def test_any_text_after_a_good_header_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        list(opened((TEXT + text).encode()).rows)


def xml(rows: str, encoding: str = "utf-8", **how: object) -> InputFile:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<lijst>{rows}</lijst>'
    return opened(text.encode(encoding), **how)


XML_ROW = (
    "<inschrijving><instelnr>030569</instelnr><stamnr>{}</stamnr><Naam>Zoë</Naam>"
    "<hoofdstructuur>211</hoofdstructuur></inschrijving>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "cp1252"])
def test_xml_is_read_in_the_encoding_it_declares(encoding: str) -> None:
    source = xml("\n" + XML_ROW.format(1) + "\n" + XML_ROW.format(2), encoding)
    assert list(source.rows) == [
        (3, ["030569", "1", "Zoë", "211"]),
        (4, ["030569", "2", "Zoë", "211"]),
    ]
    assert (source.encoding, source.table, source.column_map.profile.name) == (
        encoding,
        "inschrijving",
        "informat",
    )


def test_rows_of_xml_on_one_line_are_counted() -> None:
    assert [line for line, _cells in xml(XML_ROW.format(1) + XML_ROW.format(2)).rows] == [1, 2]


def test_an_element_that_a_row_of_xml_leaves_out_is_empty() -> None:
    rows = xml(XML_ROW.format(1) + XML_ROW.format(2).replace("<Naam>Zoë</Naam>", "<Klas>1A</Klas>")).rows
    assert [cells for _line, cells in rows] == [
        ["030569", "1", "Zoë", "211", ""],
        ["030569", "2", "", "211", "1A"],
    ]


def test_a_row_of_xml_may_be_called_anything_and_stand_in_an_envelope() -> None:
    rows = XML_ROW.format(1).replace("inschrijving>", "r:leerling>")
    text = f"<s:E xmlns:s='urn:s' xmlns:r='urn:r'><s:Kop><id>7</id></s:Kop><s:B>{rows}</s:B></s:E>"
    source = opened(text.encode())
    assert (source.table, len(list(source.rows))) == ("leerling", 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<lijst><a>", "line 1: the XML is broken"),
        (b"<lijst>\n\n<a></b></lijst>", "line 3: the XML is broken"),
        (b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/x'><a/>", "document type"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "line 1"),
        (b"<?xml version='1.0' encoding='utf-8'?><a>\xe9</a>", "line 1: the XML is broken"),
        (b"<a><b>x</b></a>", "no known column"),
        (b"<a/>", "no known column"),
        (XML_ROW.format("1</stamnr><stamnr>2").encode(), "stamnr stands twice"),
        (XML_ROW.format(1).replace("Zoë", "ZoÃ«").encode(), "garbled: ZoÃ«"),
        (b"<html><body>x</body></html>", "HTML"),
        (b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>"
         b"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "XML Spreadsheet 2003"),
    ],
)  # fmt: skip
def test_xml_that_cannot_be_read_says_why(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as refused:
        list(opened(data).rows)
    assert words in refused.value.message


def test_garbled_xml_goes_through_with_a_named_encoding() -> None:
    source = opened(XML_ROW.format(1).replace("Zoë", "ZoÃ«").encode(), encoding="utf-8")
    assert next(iter(source.rows))[1][2] == "ZoÃ«"
    assert next(iter(opened(XML_ROW.format(1).encode("cp1252"), encoding="cp1252").rows))[1][2] == "Zoë"
