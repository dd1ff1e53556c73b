#!/usr/bin/env python3
"""Make `tests/fixtures/intake/`: one fictitious file for every layout and trap, and what import says of it.

  script/make_fixtures.py              writes the files
  script/make_fixtures.py --rewrite    and beside each NAME the report expected of it, NAME.expected.json
  script/make_fixtures.py --check      writes nothing; exits 1 where a file differs from what would be written

Look at every line of a report that a rewrite changed: the tests only hold what stands there.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "intake"
EXPECTED = ".expected.json"
SCHOOL, SECONDARY = "030569", "041871"
# What a file lacks and the command line has to say.
OPTIONS: dict[str, tuple[str, ...]] = {
    "wisa-2024.csv": ("--school", SCHOOL, "--type", "basis"),
    "wisa-2025.csv": ("--school", SECONDARY, "--type", "gevorderd"),
    "wisa-unquoted-comma.csv": ("--school", SCHOOL, "--type", "basis"),
    "wisa-excel-lost-digits.csv": ("--school", SCHOOL, "--type", "basis"),
    "informat.csv": ("--type", "gevorderd"),
    "informat.xml": ("--type", "gevorderd"),
    "informat-soap-latin1.xml": ("--type", "basis"),
    "informat-bis.csv": ("--school", SCHOOL, "--type", "basis"),
    "informat-truncated.xml": ("--type", "basis"),
    "informat-entities.xml": ("--type", "basis"),
    "smartschool.csv": ("--type", "basis"),
    "smartschool-json-keys.csv": ("--school", SCHOOL, "--type", "basis"),
    "smartschool-soap-names.csv": ("--school", SCHOOL, "--type", "basis"),
    "leerid-schoolloket.xlsx": ("--school", SCHOOL, "--type", "basis"),
    "mojibake-named-encoding.csv": ("--encoding", "utf-8"),
}


def number(born: date, serial: int, offset: int = 0) -> str:
    """Return the rijksregisternummer of a birth, or with an offset of 20 or 40 the bisnummer."""
    nine = f"{born:%y}{born.month + offset:02}{born:%d}{serial:03}"
    return f"{nine}{97 - int(('2' if born.year >= 2000 else '') + nine) % 97:02}"


class Child(NamedTuple):
    """A made-up child."""

    stamnummer: str
    naam: str
    voornaam: str
    born: date
    serial: int
    sex: str
    klas: str

    @property
    def insz(self) -> str:
        """The rijksregisternummer."""
        return number(self.born, self.serial)


CHILDREN = (
    Child("1204871", "Peeters", "Zoë", date(2015, 3, 7), 2, "V", "5A"),
    Child("1204902", "D’Hondt", "Loïc", date(2014, 11, 23), 17, "M", "5A"),
    Child("1205113", "Van den Broeck", "Chloé", date(2015, 6, 30), 88, "V", "5B"),
    Child("0004812", "Aït Ouali", "Anaïs", date(2016, 1, 9), 204, "V", "4B"),
)
# Letters that cp1252 does not have.
EASTERN = Child("1205230", "Wiśniewski", "Łukasz", date(2014, 8, 2), 301, "M", "5B")
TEENS = (
    Child("2601562", "São João", "Inês", date(2010, 5, 14), 46, "V", "3ECa"),
    Child("2601777", "Janssens", "Jef", date(2009, 2, 28), 115, "M", "4MT"),
)
HEADER = (
    "instellingsnummer", "stamnummer", "naam", "voornaam", "geboortedatum", "geslacht", "insz", "hoofdstructuur",
    "vestigingsplaats", "administratieve_groep", "administratieve_groep_omschrijving", "klas",
    "begindatum", "einddatum",
)  # fmt: skip


def discimus(child: Child, **cells: str) -> list[str]:
    """Return a row of the discimus layout, with some cells replaced."""
    values = dict(
        zip(
            HEADER,
            (
                SCHOOL, child.stamnummer, child.naam, child.voornaam, child.born.isoformat(), child.sex, child.insz,
                "211", "1", "1015", f"{child.klas[0]}e leerjaar", child.klas, "2026-09-01", "2027-08-31",
            ),
            strict=True,
        )
    )  # fmt: skip
    return list((values | cells).values())


def csv(rows: Sequence[Sequence[str]], delimiter: str = ";", end: str = "\r\n", last: str = "") -> str:
    """Return rows as unquoted CSV."""
    return "".join(delimiter.join(row) + last + end for row in rows)


def discimus_files() -> dict[str, bytes]:
    """Return discimus files in every encoding and with every disguise of a header."""
    latin, every = (
        [discimus(child) for child in CHILDREN],
        [discimus(child) for child in (*CHILDREN, EASTERN)],
    )
    text, wide = csv([HEADER, *latin]), csv([HEADER, *every])
    disguised = [
        "\u00a0Instellings Nummer ", "STAM_NUMMER", "Náam", "voor-naam", *(name.upper() for name in HEADER[4:])
    ]  # fmt: skip
    quoted = csv([[f'"{cell}"' for cell in row] for row in (HEADER, *latin)], "\t")
    return {
        "discimus-utf8.csv": wide.encode(),
        "discimus-utf8-bom.csv": wide.encode("utf-8-sig"),
        "discimus-cp1252.csv": text.encode("cp1252"),
        "discimus-utf16.csv": wide.encode("utf-16"),
        "discimus-utf16-no-bom.csv": wide.encode("utf-16-le"),
        "discimus-quoted-tabs.csv": quoted.encode(),
        "discimus-disguised-header.csv": csv([disguised, *every]).encode("utf-8-sig"),
        "discimus-title-rows.csv": ("Leerlingenlijst;;\r\nafgedrukt op 24/11/2026;;\r\n\r\n" + wide).encode(),
        "discimus-decomposed-and-unseen.csv": csv(
            [HEADER, discimus(CHILDREN[0], voornaam="Zoe\u0308", naam="\u200bPeeters\u00a0")]
        ).encode(),
        "discimus-portuguese-and-romanian.csv": csv(
            [
                HEADER,
                discimus(CHILDREN[0], naam="SÃO JOÃO", voornaam="Ângela"),
                discimus(CHILDREN[1], naam="VÂLCEA", voornaam="Ștefan"),
            ]
        ).encode(),
    }


def bad_files() -> dict[str, bytes]:
    """Return files of which something or everything cannot be used."""
    first, second, third, fourth = CHILDREN
    good = discimus(first)
    text = csv([HEADER, *[discimus(child) for child in CHILDREN]])
    rows = [
        good,
        discimus(second, hoofdstructuur="411"),
        discimus(third, geboortedatum="30/02/2015"),
        discimus(fourth, insz=number(fourth.born, fourth.serial)[:-2] + "00"),
        discimus(EASTERN, insz=number(date(2014, 8, 3), 301)),
        discimus(first, klas="5B"),
        discimus(second, stamnummer="1,20490E+06"),
        discimus(third, stamnummer="", instellingsnummer="3056"),
        discimus(fourth, stamnummer="9", begindatum="2026-09-01", einddatum="2026-09-01"),
        discimus(second, stamnummer="10", insz="1,41123E+10"),
        discimus(third)[:5],
    ]
    return {
        "bad-rows.csv": csv([HEADER, *rows]).encode(),
        "every-row-bad.csv": csv([HEADER, discimus(first, hoofdstructuur="611")]).encode(),
        "mojibake.csv": text.encode().decode("cp1252").encode(),
        "mojibake-named-encoding.csv": text.encode().decode("cp1252").encode(),
        "mojibake-dos.csv": text.replace("’", "'").encode("cp850").decode("cp1252").encode(),
        "replaced.csv": text.encode("ascii", "replace").replace(b"Zo?", "Zo\ufffd".encode()),
        "zero-byte.csv": text.encode().replace(b"Peeters", b"Pee\0ters"),
        "undefined-byte.csv": text.encode("cp1252").replace(b"Peeters", b"Pee\x81ters"),
        "truncated.csv": text.encode()[: text.encode().index(b"1205113") + 20],
        "open-quote.csv": text.replace("D’Hondt", '"D’Hondt').encode(),
        "no-header.csv": csv([good]).encode(),
        "missing-columns.csv": csv([HEADER[2:7], good[2:7]]).encode(),
        "doubled-column.csv": csv([(*HEADER, "Familienaam"), [*good, "Peeters"]]).encode(),
        "ambiguous.csv": csv([("stamnummer", "Administratieve groep", "sex"), ("1", "2", "3")]).encode(),
        "empty.csv": b"\xef\xbb\xbf\r\n",
        "letter.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        "protected.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(500)
        + "EncryptedPackage".encode("utf-16-le"),
        "web-page.xls": b"<html><body><table><tr><td>Stamnummer</td></tr></table></body></html>",
        "sheet.ods": zipped(
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
        ),
        "folder.zip": zipped({"leerlingen.csv": text.encode()}),
        "truncated.xlsx": sheets({"Leerlingen": [list(HEADER), good]})[:-200],
    }


def wisa_files() -> dict[str, bytes]:
    """Return WISA's SmaSyncLln of before and since 2025: commas, no quotes, cp1252."""
    old = [
        "KLAS",
        "NAAM",
        "VOORNAAM",
        "GEBOORTEDATUM",
        "WISAID",
        "STAMBOEKNUMMER",
        "GESLACHT",
        "RIJKSREGISTERNR",
        "GEBOORTEPLAATS",
        "NATIONALITEIT",
        "STRAAT",
        "STRAATNR",
        "BUSNR",
        "POSTCODE",
        "WOONPLAATS",
        "KLASWIJZIGING",
    ]
    new = [*old]
    new.insert(1, "KLASGROEP")
    new.insert(4, "ROEPNAAM")

    def row(child: Child, straat: str = "Voorbeeldstraat ") -> list[str]:
        born = f"{child.born.day}/{child.born.month}/{child.born.year}"
        return [
            child.klas, child.naam + " ", child.voornaam, born, "87" + child.stamnummer, child.stamnummer, child.sex,
            child.insz, "Gent", "Belg", straat, "12", "", "9000", "Gent", "1/9/2026",
        ]  # fmt: skip

    def row_2025(child: Child) -> list[str]:
        cells = row(child)
        cells.insert(1, "A")
        cells.insert(4, child.voornaam[:3])
        return cells

    shifted = row(CHILDREN[1])
    shifted[1] = "D’Hondt, genaamd Dhont"
    lost = row(CHILDREN[1])
    lost[5], lost[7] = "1,2049E+06", "1,41123E+10"
    latin = [row(child) for child in CHILDREN]
    return {
        "wisa-2024.csv": csv([old, *latin], ",").encode("cp1252"),
        "wisa-2025.csv": csv([new, *[row_2025(child) for child in TEENS]], ",").encode("cp1252"),
        "wisa-unquoted-comma.csv": csv(
            [old, latin[0], shifted, row(CHILDREN[2], "Laan van A, B")], ","
        ).encode("cp1252"),
        "wisa-excel-lost-digits.csv": csv([old, latin[0], lost], ";").encode("cp1252"),
    }


INFORMAT = (
    "p_persoon", "Naam", "Voornaam", "geslacht", "geboortedatum", "geboorteplaats", "rijksregnr", "stamnr",
    "Stamnr_kort",
    "instelnr", "school", "vestcode", "vestiging", "begindatum", "einddatum", "afdeling", "afdcode", "afdelingsjaar",
    "Klas", "Klasnr", "nr_admgr", "graad", "leerjaar", "voorlopig", "Klascode", "Klasnaam", "PInschrijving",
)  # fmt: skip


def informat(child: Child, **cells: str) -> dict[str, str]:
    """Return one enrolment as Informat's wsInschrijving names its parts."""
    values = (
        "5501", child.naam, child.voornaam, child.sex, child.born.isoformat(), "Gent", child.insz, child.stamnummer,
        child.stamnummer[-4:], SECONDARY, "Voorbeeldschool", "2", "Hoofdgebouw", "2026-09-01", "2027-08-31",
        "Economische wetenschappen", "EW", "1", child.klas, "7", "30211", "2", "1", "0", child.klas,
        f"klas {child.klas}",
        "90871",
    )  # fmt: skip
    return dict(zip(INFORMAT, values, strict=True)) | cells


def informat_files() -> dict[str, bytes]:
    """Return Informat's enrolments as CSV and XML, and its list with separate numbers."""
    rows = [informat(child) for child in TEENS]
    provisional = informat(TEENS[1], stamnr="2609999", voorlopig="1")
    body = "".join(xml_row(row) for row in (*rows, provisional))
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<r:wsInschrijvingResponse xmlns:r="urn:voorbeeld"><r:wsInschrijvingResult>\n{}</r:wsInschrijvingResult>'
        "</r:wsInschrijvingResponse></s:Body></s:Envelope>\n"
    )
    latin = informat(CHILDREN[0], instelnr=SCHOOL)
    whole = f'<?xml version="1.0" encoding="utf-8"?>\n<wsInschrijvingen>\n{body}</wsInschrijvingen>\n'
    entity = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
    bis = (
        "pointer",
        "stamnummer",
        "naam",
        "voornaam",
        "Tweedevoornaam",
        "geboortedatum",
        "Rijksregisternummer",
        "BISnummer",
    )
    child, other = CHILDREN[0], CHILDREN[1]
    bis_rows = [
        ("1", child.stamnummer, child.naam, child.voornaam, "", "07.03.2015", child.insz, ""),
        (
            "2",
            other.stamnummer,
            other.naam,
            other.voornaam,
            "Jan",
            "23.11.2014",
            "",
            number(other.born, 17, 40),
        ),
        (
            "3",
            "1204903",
            "Maes",
            "Noor",
            "",
            "23.11.2014",
            number(other.born, 18),
            number(other.born, 18, 40),
        ),
        ("4", "1204904", "Claes", "Bo", "", "23.11.2014", "", ""),
    ]
    return {
        "informat.csv": csv([INFORMAT, *[list(row.values()) for row in (*rows, provisional)]]).encode(),
        "informat.xml": whole.encode(),
        "informat-soap-latin1.xml": (
            '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + envelope.format(xml_row(latin, "r:"))
        ).encode("latin-1"),
        "informat-truncated.xml": whole.encode()[:-120],
        "informat-entities.xml": whole.replace("<wsI", entity + "<wsI", 1).encode(),
        "informat-bis.csv": csv([bis, *bis_rows]).encode(),
    }


def xml_row(values: dict[str, str], prefix: str = "") -> str:
    """Return an enrolment as an element; what is empty is left out, as web services do."""
    inner = "".join(
        f"    <{prefix}{name}>{value}</{prefix}{name}>\n" for name, value in values.items() if value
    )
    return f"  <{prefix}wsInschrijving>\n{inner}  </{prefix}wsInschrijving>\n"


def smartschool_files() -> dict[str, bytes]:
    """Return Smartschool's CSV with a separator at every line's end, and the names of its JSON and SOAP."""
    columns = [
        "Instellingsnummer",
        "Naam",
        "Voornaam",
        "Klas",
        "Klascode",
        "Klasnummer",
        "Gebruikersnaam",
        "Pointer",
        "Stamnummer",
    ]
    rows = [
        [SCHOOL, c.naam, c.voornaam, c.klas, c.klas, "4", "gebruiker", "77", c.stamnummer] for c in CHILDREN
    ]
    keys = [
        "gebruikersnaam",
        "internnummer",
        "voornaam",
        "naam",
        "rijksregisternummer",
        "stamboeknummer",
        "status",
        "basisrol",
    ]
    json_rows = [
        ["gebruiker", "77", c.voornaam, c.naam, c.insz, c.stamnummer, "actief", "leerling"] for c in CHILDREN
    ]
    soap = ("internnumber", "name", "surname", "sex", "birthday", "prn", "stamboeknummer", "basisrol")
    soap_rows = [
        ("77", c.voornaam, c.naam, c.sex.lower(), f"{c.born:%d-%m-%Y}", c.insz, c.stamnummer, "leerling")
        for c in CHILDREN
    ]
    return {
        "smartschool.csv": csv([columns, *rows], last=";").encode(),
        "smartschool-json-keys.csv": csv([keys, *json_rows]).encode(),
        "smartschool-soap-names.csv": csv([soap, *soap_rows]).encode(),
    }


def workbook_files() -> dict[str, bytes]:
    """Return workbooks: LeerID's own, typed cells, several sheets, title rows."""
    people = [discimus(child) for child in (*CHILDREN, EASTERN)]
    loket = [
        "Stamnummer",
        "Administratieve groep",
        "Voornaam",
        "Achternaam",
        "LeerID Gebruikersnaam",
        "LeerID Wachtwoord",
    ]
    bundle = [
        "Stamnummer", "Administratieve groep", "Achternaam", "Voornaam", "LeerID Gebruikersnaam", "LeerID Wachtwoord",
        "Klas", "Instellingsnummer", "Accounttype", "Wachtwoordsoort", "URL", "Opmerking",
    ]  # fmt: skip
    made_up = ["niet.echt", "geen wachtwoord"]
    loket_rows: list[list[Any]] = [
        [int(c.stamnummer), f"{c.klas[0]}e lj {c.klas[1]}", c.voornaam, c.naam, *made_up]
        for c in CHILDREN[:3]
    ]
    bundle_rows = [
        [c.stamnummer, "5e leerjaar", c.naam, c.voornaam, *made_up, c.klas, SCHOOL, "basis", "woord", "", ""]
        for c in CHILDREN
    ]
    first, second, third, fourth = CHILDREN
    zero = Child("1206001", "De Smet", "Mauro", date(2009, 3, 3), 7, "M", "6A")
    typed: list[list[Any]] = [
        discimus(first),
        [int(SCHOOL), 1204902.0, *discimus(second)[2:4], second.born, "M", int(second.insz), 211, 1, 1015, "", 5,
         date(2026, 9, 1), date(2027, 8, 31)],
        [int(SCHOOL), int(zero.stamnummer), *discimus(zero)[2:4], zero.born, "M", int(zero.insz), 211, 1, 1015, "",
         "6A",
         "2026-09-01", ""],
    ]  # fmt: skip
    wrong: list[list[Any]] = [
        discimus(first),
        [SCHOOL, 1204902.5, *discimus(second)[2:]],
        [SCHOOL, 1.5e22, *discimus(third)[2:]],
        [SCHOOL, "1,20511E+06", *discimus(third)[2:]],
        [SCHOOL, fourth.stamnummer, "#N/A", *discimus(fourth)[3:]],
        [SCHOOL, "11", True, *discimus(fourth)[3:]],
        [SCHOOL, "12", *discimus(fourth)[2:6], 1.50307e10, *discimus(fourth)[7:]],
        [SCHOOL, "13", *discimus(fourth)[2:11], date(2026, 4, 3), *discimus(fourth)[12:]],
        [SCHOOL, "14", "=formula", *discimus(fourth)[3:]],
        [SCHOOL, "15", *discimus(fourth)[2:4], 42070, *discimus(fourth)[5:6], "", *discimus(fourth)[7:]],
    ]
    notes = [["Lees mij"], ["Deze lijst is voor de ICT-coördinator"]]
    titled = [["Leerlingen 2026-2027"], [], ["afgedrukt op", date(2026, 11, 24)], list(HEADER), *people]
    return {
        "leerid-schoolloket.xlsx": sheets({"Accounts": [loket, *loket_rows]}),
        "leerid-bundle.xlsx": sheets({"LeerID-accounts": [bundle, *bundle_rows]}),
        "xlsx-text.xlsx": sheets({"Leerlingen": [list(HEADER), *people]}),
        "xlsx-numbers-and-dates.xlsx": sheets({"Leerlingen": [list(HEADER), *typed]}),
        "xlsx-wrong-cells.xlsx": sheets({"Leerlingen": [list(HEADER), *wrong]}),
        "xlsx-title-rows.xlsx": sheets({"Leerlingen": titled}),
        "xlsx-several-sheets.xlsx": sheets(
            {"Uitleg": notes, "Leeg": [list(HEADER)], "Leerlingen": [list(HEADER), *people]}
        ),
        "xlsx-two-lists.xlsx": sheets({"5A": [list(HEADER), people[0]], "5B": [list(HEADER), people[2]]}),
        "xlsx-formatted-beyond.xlsx": sheets({"Leerlingen": [list(HEADER), *people]}, formatted=True),
    }


def sheets(content: dict[str, list[list[Any]]], *, formatted: bool = False) -> bytes:
    """Return a workbook: text, numbers, dates, true, errors and a formula without result as given."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"author": "leerid", "created": datetime(2026, 11, 24)})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in content.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                write(sheet, row, column, cell, day)
        if formatted:
            sheet.write_blank(4000, 40, None, day)
            sheet.write_blank(1, 200, None, day)
    book.close()
    return out.getvalue()


def write(sheet: Any, row: int, column: int, cell: Any, day: Any) -> None:
    """Write one cell as the kind of thing it is."""
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), day)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell == "#N/A":
        sheet.write_formula(row, column, "=NA()", None, "#N/A")
    elif cell == "=formula":
        sheet.write_formula(row, column, "=A1", None, "")
    else:
        sheet.write_string(row, column, cell)


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a ZIP with these members and no date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def fixtures() -> dict[str, bytes]:
    """Return every file by name."""
    return {
        **discimus_files(), **bad_files(), **wisa_files(), **informat_files(), **smartschool_files(), **workbook_files()
    }  # fmt: skip


def outcome(name: str) -> dict[str, Any]:
    """Import one file as a trial into an empty world; return the exit code with the report or the messages."""
    with tempfile.TemporaryDirectory() as folder:
        places = ["--lang", "en", "--db", f"{folder}/leerid.db", "--config", f"{folder}/config.toml"]
        Path(folder, "config.toml").write_text("")
        done = subprocess.run(
            [sys.executable, "-m", "leerid_cli", *places, "import", "--dry-run", "--format", "json", name,
             *OPTIONS.get(name, ())],
            cwd=FOLDER, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(FOLDER.parents[2])},
        )  # fmt: skip
    report = json.loads(done.stdout) if done.stdout else None
    return {"exit": done.returncode, "report": report, "messages": done.stderr.splitlines()}


def as_text(found: dict[str, Any]) -> str:
    """Return an outcome as the text that stands in the expected report."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the files, and with --rewrite what is expected of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rewrite", action="store_true", help="write the expected reports too")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    options = parser.parse_args()
    made = fixtures()
    if options.check:
        stale = [
            name
            for name, data in made.items()
            if not (FOLDER / name).is_file() or (FOLDER / name).read_bytes() != data
        ]
        print("\n".join(stale) or "fixtures: up to date")
        return bool(stale)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (FOLDER / name).write_bytes(data)
        if options.rewrite:
            (FOLDER / f"{name}{EXPECTED}").write_text(as_text(outcome(name)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
