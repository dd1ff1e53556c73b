"""The members of the ZIP (contract §8)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

from leerid_cli.model import Card, PasswordKind
from leerid_cli.tables import workbook

WORKBOOK = "leerid-accounts.xlsx"
HEADER = (
    "Stamnummer",
    "Administratieve groep",
    "Achternaam",
    "Voornaam",
    "LeerID Gebruikersnaam",
    "LeerID Wachtwoord",
    "Klas",
    "Instellingsnummer",
    "Accounttype",
    "Wachtwoordsoort",
    "URL",
    "Opmerking",
)
_KINDS = {
    PasswordKind.WORD: "woord",
    PasswordKind.PICTURE: "afbeelding",
    PasswordKind.TEMPORARY: "tijdelijk",
}
_REMARKS = {
    PasswordKind.WORD: "",
    PasswordKind.PICTURE: "De prenten zelf staan op de kaartjes (pdf), in deze volgorde.",
    PasswordKind.TEMPORARY: "Tijdelijk: bij de eerste aanmelding te wijzigen in minstens 12 tekens.",
}


def workbook_rows(cards: Sequence[Card]) -> list[list[str]]:
    """Return the rows of the workbook under `HEADER`, passwords included."""
    return [
        [
            card.stamnummer,
            card.administratieve_groep,
            card.naam,
            card.voornaam,
            card.username,
            card.credential.text,
            card.klas,
            card.school,
            card.type.value,
            _KINDS[card.credential.kind],
            card.url,
            _REMARKS[card.credential.kind],
        ]
        for card in cards
    ]


def make_workbook(cards: Sequence[Card], made: datetime) -> bytes:
    """Return the workbook of the accounts."""
    return workbook.write("LeerID-accounts", HEADER, workbook_rows(cards), made)


def pack(members: Mapping[str, bytes], made: datetime) -> bytes:
    """Return a ZIP of the members, in order, dated with the moment the batch was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, made.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, data)
    return out.getvalue()
