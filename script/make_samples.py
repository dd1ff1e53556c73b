#!/usr/bin/env python3
"""Draws the pages of docs/images: made-up pupils, passwords that open nothing, and all pictures at printed size.

Cards of every kind; `worst`: the longest and strangest values; `languages`: other languages, a logo, a contact;
`pictures`: a contact sheet of each set, in black and white and in grey, at the size of a sticker.

script/make_samples.py
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from weasyprint import HTML

from leerid_cli import resources
from leerid_cli.accounts import pictograms
from leerid_cli.accounts.names import username_base
from leerid_cli.cards import fonts, pictures, render
from leerid_cli.cards.fetcher import CardFetcher
from leerid_cli.cards.sheets import Document
from leerid_cli.model import AccountType, Card, Credential, Logo, PasswordKind

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


WORST = (
    (
        "Vandenbroucke-Van den Bossche de la Faille-Vansteenkisteeeee",
        "Vandenbroucke-Van den Bossche de la Faille",
    ),
    ("W" * 60, "W" * 60),
    ("Đỗ Thị Ngọc Ánh", "Nguyễn Phước Bửu Thuỵ Ỹ Ậ"),
    ("عبد الرحمن فاطمة الزهراء", "الحسيني المصري العراقي التونسي المغربي"),
    ("Αλέξανδρος", "Παπαδόπουλος-Οικονομόπουλος"),
    ("Святослава", "Кривошапка-Верьовкіна"),
    ("Ionuț", "Țiriac-Szőke"),
    ("", "Peeters"),
)


def worst(kind: PasswordKind) -> list[Card]:
    """Return cards with long names and names in other scripts, long usernames, classes and addresses."""
    return [
        replace(
            card,
            voornaam=voornaam,
            naam=naam,
            klas="1A-latijn-B2" if number % 2 else card.klas,
            username="vandenbroucke-vandenbossche.vandenbroucke-vandenbo" if number < 2 else card.username,
            url="https://leerid.scholengroep-voorbeeld.example/l/7fz7fz7fz7fz" if number < 2 else card.url,
        )
        for number, (card, (voornaam, naam)) in enumerate(zip(cards(kind), WORST, strict=True))
    ]


def languages(kind: PasswordKind) -> list[Card]:
    """Return cards in every language, of a school with a logo and a contact."""
    known = ("nl", "fr", "en", "uk")
    return [
        replace(card, language=known[number % 4], logo=logo(), contact="ict@regenboog.example")
        for number, card in enumerate(cards(kind))
    ]


def logo() -> Logo:
    """Draw a made-up school's rainbow."""
    picture = Image.new("L", (360, 200), 255)
    draw = ImageDraw.Draw(picture)
    for inset in (0, 60, 120):
        draw.arc((10 + inset, 10 + inset, 350 - inset, 350 - inset), 180, 360, fill=0, width=30)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return Logo("data:image/png;base64," + b64encode(out.getvalue()).decode("ascii"), 1.8)


def save(pdf: bytes, name: str, dpi: int = DPI, colours: int = 16) -> None:
    """Save the first page of a PDF as a grey picture."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
    picture = picture.convert("1", dither=Image.Dither.NONE) if colours == 2 else picture.quantize(colours)
    picture.save(IMAGES / f"{name}.png", optimize=True)


def pages(document: Document, printed: Sequence[Card]) -> bytes:
    """Render cards that fit in one chunk."""
    (chunk,) = render.chunks(document, printed, render.CardOptions())
    return render.render_chunk(chunk)


CONTACT_STYLE = """
@font-face { font-family: P; src: url("%s") } @font-face { font-family: T; src: url("%s") }
@page { size: 210mm 150mm; margin: 0 } body { margin: 0 }
p, img { position: absolute; margin: 0; width: 9.3mm; height: 9.3mm }
p { font: 9.3mm/9.3mm P } p.word { font: 6pt/3mm T; width: 13mm; text-align: center }
"""


def contact_sheet(colour: bool) -> bytes:
    """Set all pictures of a set at the size they have on a sticker, a category a row."""
    body = []
    for row, category in enumerate(pictograms.load(resources.pictograms()).categories):
        for column, picture in enumerate(category):
            left, top = 2 + column * 13, 3 + row * 18
            place = f'style="left:{left + 1.85}mm;top:{top}mm"'
            if colour:
                body.append(f'<img {place} src="{pictures.pictogram(picture.icon, colour=True)}">')
            else:
                body.append(f"<p {place}>{pictures.glyph_of(picture.code)}</p>")
            body.append(f'<p class="word" style="left:{left}mm;top:{top + 10}mm">{picture.word}</p>')
    style = CONTACT_STYLE % (fonts.path("pictures").as_uri(), fonts.path("regular").as_uri())
    html = f"<style>{style}</style>{''.join(body)}"
    return bytes(HTML(string=html, url_fetcher=CardFetcher()).write_pdf())


def main() -> None:
    """Draw the first page of every document for every kind of password, the worst cards and the pictures."""
    IMAGES.mkdir(exist_ok=True)
    for kind in PasswordKind:
        for document in Document:
            if document is Document.SIGN_IN and kind is not PasswordKind.PICTURE:
                continue  # without a password the three kinds look the same
            stem = Path(document.file_name).stem
            save(pages(document, cards(kind)), f"{stem}-{kind}")
            if kind is not PasswordKind.WORD:
                save(pages(document, worst(kind)), f"{stem}-{kind}-worst")
    save(pages(Document.A4, languages(PasswordKind.PICTURE)), "leerid-kaartjes-a4-picture-languages")
    save(
        pages(Document.SIGN_IN, languages(PasswordKind.PICTURE)),
        "leerid-stickers-aanmelden-picture-languages",
    )
    for colour, name in ((False, "pictures-black"), (True, "pictures-colour")):
        save(contact_sheet(colour), f"{name}-printed-black", 300, 2)
        save(contact_sheet(colour), f"{name}-printed-grey", 150)


if __name__ == "__main__":
    main()
