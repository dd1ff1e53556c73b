#!/usr/bin/env python3
"""Draws the sample pages of docs/images: made-up pupils, passwords that open nothing.

script/make_samples.py
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pypdfium2

from leerid_cli import resources
from leerid_cli.accounts import pictograms
from leerid_cli.accounts.names import username_base
from leerid_cli.cards import render
from leerid_cli.cards.sheets import Document
from leerid_cli.model import AccountType, Card, Credential, PasswordKind

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
DPI = 90
PUPILS = (
    ("Zoë", "D’Hondt"),
    ("Łukasz", "Wiśniewski"),
    ("Şebnem", "Yılmaz"),
    ("Thị Hạnh", "Nguyễn"),
    ("Anne-Sophie", "Vandenbroucke-Van den Bossche"),
    ("Wout", "De Smet"),
    ("Yasmina", "El Amrani"),
    ("Zarmina", ""),
)
WORDS = ("boot47", "gras82", "klok35", "mand59", "veer53", "dak274", "zee538", "tram94")
CODES = ("zn4chdjr", "6dvmgcz2", "p597pzfv", "2jrzpqz7", "9cm3wvpx", "cr2nm47v", "jhrqjw2f", "xs9mdx37")


def credential(kind: PasswordKind, number: int) -> Credential:
    """Return some password of the kind, another for every number."""
    if kind is PasswordKind.PICTURE:
        categories = pictograms.load(resources.pictograms()).categories
        pictures = tuple(category[(5 * number + 3 * place) % 16] for place, category in enumerate(categories))
        return Credential(kind, " ".join(picture.word for picture in pictures), pictures)
    return Credential(kind, (WORDS if kind is PasswordKind.WORD else CODES)[number])


def cards(kind: PasswordKind) -> list[Card]:
    """Return a card with a password of the kind for every sample pupil."""
    return [
        Card(
            school="030569",
            school_name="Basisschool De Regenboog",
            administratieve_groep="",
            klas="3A",
            naam=naam,
            voornaam=voornaam,
            stamnummer=str(number),
            username=username_base(voornaam, naam),
            url=f"https://loket.example/l/{'bcdfghjkmnpq'[number:]}{'23456789'[:number]}",
            type=AccountType.GEVORDERD if kind is PasswordKind.TEMPORARY else AccountType.BASIS,
            credential=credential(kind, number),
            issued=date(2026, 9, 1),
        )
        for number, (voornaam, naam) in enumerate(PUPILS)
    ]


def main() -> None:
    """Draw the first page of every document for every kind of password."""
    IMAGES.mkdir(exist_ok=True)
    for kind in PasswordKind:
        for document in Document:
            if document is Document.SIGN_IN and kind is not PasswordKind.PICTURE:
                continue  # without a password the three kinds look the same
            (chunk,) = render.chunks(document, cards(kind), render.CardOptions())
            page = pypdfium2.PdfDocument(io.BytesIO(render.render_chunk(chunk)))[0]
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil().quantize(16)
            picture.save(IMAGES / f"{Path(document.file_name).stem}-{kind}.png", optimize=True)


if __name__ == "__main__":
    main()
