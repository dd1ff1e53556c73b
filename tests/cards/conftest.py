"""Cards to test with, and PDFs of them; a warning of WeasyPrint while it renders them fails the test."""

from __future__ import annotations

import csv
import io
import logging
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pypdfium2
import pytest
from PIL import Image

from leerid_cli import resources
from leerid_cli.cards import render
from leerid_cli.cards.sheets import Document
from leerid_cli.model.cards import Card, Credential, Logo, Pictogram
from leerid_cli.model.people import AccountType, PasswordKind

MILLIMETRE = 72 / 25.4
SIXTY_BYTES = "https://leerid.scholengroep-voorbeeld.example/l/" + "7fz" * 4
LONG_NAME = "Vandenbroucke-Van den Bossche de la Faille-Vansteenkisteeeee"
NAMES = [
    ("Emma", "Peeters"), ("Noah", "Janssens"), ("Łukasz", "Wiśniewski"), ("Şebnem", "Yılmaz"),
    ("Marie-Charlotte", "Van den Bossche-Vandenbroucke"), ("Zoë", "Maes"), ("Élise", "Nguyễn Thị Hạnh"),
    ("Ionuț", "Țiriac-Szőke"), ("Mohammed-Amine", "El Khattabi"), ("Jan", "Vandenbroeck"),
    ("Anna-Sofia", "Van Den Bossche"), ("Louis-Alexander", "De Vos"),
]  # fmt: skip


def categories() -> list[list[Pictogram]]:
    """Return the pictograms of the catalogue, one list for each category."""
    found: dict[str, list[Pictogram]] = {}
    with (resources.pictograms() / "catalogue.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter=";"):
            entry = Pictogram(row["code"], row["category"], row["word"], row["icon"])
            found.setdefault(entry.category, []).append(entry)
    return list(found.values())


def credential(kind: PasswordKind, number: int) -> Credential:
    """Return a password of a kind; different numbers give different passwords."""
    if kind is PasswordKind.PICTURE:
        pictures = tuple(entries[(number * 3 + i) % len(entries)] for i, entries in enumerate(categories()))
        return Credential(kind, " ".join(picture.word for picture in pictures), pictures)
    return Credential(kind, f"boom{58 + number}" if kind is PasswordKind.WORD else f"bk7xq4{10 + number}")


def longest(kind: PasswordKind) -> Credential:
    """Return the password of a kind that needs most space: the longest words, or 72 typed characters."""
    if kind is PasswordKind.PICTURE:
        pictures = tuple(max(entries, key=lambda entry: len(entry.word)) for entries in categories())
        pictures = (*pictures[:4], replace(pictures[4], word="paddenstoelx"), *pictures[5:])
        return Credential(kind, " ".join(picture.word for picture in pictures), pictures)
    return Credential(kind, "w8" * 36)


def card(kind: PasswordKind, number: int = 0, **changes: object) -> Card:
    """Return a card with the fields filled in that every card has; `changes` replaces fields."""
    voornaam, naam = NAMES[number % len(NAMES)]
    made = Card(
        school="030569",
        school_name="Basisschool De Regenboog",
        administratieve_groep="",
        klas="3A",
        naam=naam,
        voornaam=voornaam,
        stamnummer="9120487",
        username=f"leerling.{number}",
        url=f"https://loket.example/l/token{number:07}",
        type=AccountType.GEVORDERD if kind is PasswordKind.TEMPORARY else AccountType.BASIS,
        credential=credential(kind, number),
        issued=date(2026, 11, 24),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def worst(kind: PasswordKind) -> list[Card]:
    """Return cards whose fields are as long as they may be, one by one and all together, or empty."""
    everything = {
        "school_name": "Gesubsidieerde vrije basisschool Onze-Lieve-Vrouw-ten-Doornx",
        "klas": "WWWWWWWWWWWW",
        "username": "vandenbroucke-vandenbossche.vandenbroucke-vandenbo",
        "url": SIXTY_BYTES,
        "credential": longest(kind),
    }
    names = [
        (LONG_NAME, LONG_NAME), ("W" * 60, "W" * 60), ("", "Peeters"), ("Emma", ""), ("ẤỄ" * 30, "Ộ gọ" * 15),
    ]  # fmt: skip
    full = [card(kind, i, voornaam=v, naam=n, **everything) for i, (v, n) in enumerate(names)]
    return [
        *full,
        card(kind, 5, username="w" * 50),
        card(kind, 6, username="louis-alexander.vandenbossche", klas="1A-latijn-B2"),
        card(kind, 7, school_name="", klas="", username="sofie.offermans"),
        card(kind, 8, credential=longest(kind)),
        card(kind, 9, url="https://" + "a" * 40 + "/l/" + "m" * 40),
        card(kind, 10, username="mohammed-amine.elkhattabi-vandenbroeck-jans"),
    ]


def foreign(kind: PasswordKind) -> list[Card]:
    """Return cards with names in other scripts, in other languages, with logos and contacts."""
    names = [
        ("محمد", "عبد الله"), ("عبد الرحمن فاطمة الزهراء أحمد محمود", "الحسيني المصري العراقي التونسي المغربي"),
        ("Αλέξανδρος", "Παπαδόπουλος-Οικονομόπουλος"), ("Ярослав", "Шевченко-Крамаренко"),
        ("Đỗ Thị Ngọc Ánh", "Nguyễn Phước Bửu"),
        ("Քրիստինե", "Հովհաննիսյան"), ("გიორგი", "ბერიძე"), ("שרה", "כהן לוי"),
        ("Ələkbər İlqaṛ", "Quliyev-Ağayev Şahbazzadə"),
    ]  # fmt: skip
    languages = ["nl", "fr", "en", "uk"]
    source = "data:image/png;base64," + b64encode(a_logo(300, 120)).decode()
    tall = "data:image/png;base64," + b64encode(a_logo(80, 300)).decode()
    schools = [
        {},
        {"logo": Logo(source, 2.5), "contact": "ict@de-regenboog-onze-lieve-vrouw.example"},
        {"logo": Logo(tall, 80 / 300), "school_name": ""},
        {"contact": "meester Jan, 012 34 56 78"},
    ]
    return [
        card(kind, i, voornaam=v, naam=n, language=languages[i % 4], **schools[i // 2 % 4])
        for i, (v, n) in enumerate(names)
    ]


def a_logo(width: int, height: int) -> bytes:
    """Return a PNG of so many pixels that is black to its edges."""
    out = io.BytesIO()
    Image.new("L", (width, height), 0).save(out, "PNG")
    return out.getvalue()


@contextmanager
def no_warnings() -> Iterator[None]:
    """Fail where WeasyPrint gives a warning during the block."""
    records: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("weasyprint").addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger("weasyprint").removeHandler(handler)
    assert records == []


_made: dict[object, bytes] = {}


def pdf(document: Document, cards: Sequence[Card], options: render.CardOptions | None = None) -> bytes:
    """Return the PDF of a document with these cards as bytes; the same one is drawn once per session."""
    options = options or render.CardOptions()
    key = (document, tuple(cards), options)
    if key not in _made:
        with no_warnings():
            parts = [render.render_chunk(chunk) for chunk in render.chunks(document, cards, options)]
        _made[key] = render.join(document, parts)
    return _made[key]


def raster(data: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
    """Return a page of a PDF as a grey picture."""
    with pypdfium2.PdfDocument(data) as opened:
        return opened[page].render(scale=dpi / 72).to_pil().convert("L")


def text(data: bytes) -> str:
    """Return the text of all pages of a PDF."""
    with pypdfium2.PdfDocument(data) as opened:
        return "\n".join(page.get_textpage().get_text_range() for page in opened)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Return the helpers of this file, for tests that have no other way to import them."""
    helpers: list[Callable[..., object]] = [
        card,
        categories,
        credential,
        longest,
        worst,
        foreign,
        a_logo,
        pdf,
        raster,
        text,
        no_warnings,
    ]
    return SimpleNamespace(
        **{helper.__name__: helper for helper in helpers}, mm=MILLIMETRE, names=NAMES, sixty_bytes=SIXTY_BYTES
    )
