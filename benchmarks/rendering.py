"""The cards of invented picture pupils, drawn in this process as bulk-create draws them."""

from __future__ import annotations

import secrets
import time
from datetime import date

import pupils
import qrcode

from leerid_cli import resources
from leerid_cli.cards import images, render, sheets
from leerid_cli.model.cards import Card
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules import passwords, pictograms, word_list


def draw(count: int, *, class_lists: bool = False) -> dict[str, bytes]:
    """Return the PDFs of so many pupils by file name."""
    made = cards(count)
    options = render.CardOptions(paper=sheets.Paper(class_lists=class_lists))
    return {
        document.file_name: render.join(
            document, [render.render_chunk(chunk) for chunk in render.chunks(document, made, options)]
        )
        for document in sheets.Document
    }


def stickers(count: int) -> bytes:
    """Return the sticker sheets with everything on them of so many pupils."""
    document, options = sheets.Document.FULL, render.CardOptions()
    return render.join(
        document, [render.render_chunk(chunk) for chunk in render.chunks(document, cards(count), options)]
    )


def codes(count: int) -> tuple[float, float]:
    """Return the core seconds of so many QR codes: as cards have them, and encoded with a mask that qrcode chooses."""
    urls = [card.url for card in cards(count)]
    began = time.process_time()
    for url in urls:
        images.qr_code.__wrapped__(url)  # not from the cache
    between = time.process_time()
    for url in urls:
        chosen = qrcode.QRCode()
        chosen.add_data(url)
        chosen.make()
    return between - began, time.process_time() - between


def cards(count: int) -> list[Card]:
    """Return the cards of so many pupils, sorted."""
    catalogue, words = pictograms.load(resources.pictograms()), word_list.load_words(resources.wordlists())
    made = [_card(number, catalogue, words) for number in range(count)]
    return sorted(made, key=lambda card: (card.school, card.klas, card.naam))


def _card(number: int, catalogue: pictograms.Catalogue, words: object) -> Card:
    cells = dict(zip(pupils.HEADER.split(";"), pupils.row(number).split(";"), strict=True))
    password = passwords.draw(PasswordKind.PICTURE, secrets.randbelow, words, catalogue, ())  # type: ignore[arg-type]
    return Card(
        school=cells["instellingsnummer"],
        school_name="",
        administratieve_groep=cells["administratieve_groep_omschrijving"],
        klas=cells["klas"],
        naam=cells["naam"],
        voornaam=cells["voornaam"],
        stamnummer=cells["stamnummer"],
        username=f"pupil{number}",
        url=f"https://loket.test/l/{passwords.draw_token(secrets.randbelow)}",
        type=AccountType.BASIS,
        credential=password,
        issued=date(2026, 11, 24),
    )
