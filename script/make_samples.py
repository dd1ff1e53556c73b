#!/usr/bin/env python3
"""Draws what docs/samples and docs/images show: made-up pupils, passwords that open nothing.

`docs/samples`: PDFs of every kind of card on every sheet, with the longest and strangest values, names in other
scripts, other languages, lists for the teacher, pictures in colour, and test sheets. `SAMPLES` says what is on
them; the tests hold the PDFs against it. `docs/images`: some pages as pictures, and all pictures at printed size.

script/make_samples.py
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import accumulate, groupby
from operator import attrgetter, itemgetter
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from weasyprint import HTML

from leerid_cli import resources
from leerid_cli.cards import calibration, card_layouts, fonts, images, labels, pdf_joining, render, sizing
from leerid_cli.cards.drawing import Drawing
from leerid_cli.cards.fetcher import CardFetcher
from leerid_cli.cards.render import CardOptions
from leerid_cli.cards.sheets import STICKERS, Bookmark, Document, Page, Paper, paginate
from leerid_cli.cards.templates import PROGRAM
from leerid_cli.model.cards import Card, Credential, Logo
from leerid_cli.model.people import AccountType, PasswordKind
from leerid_cli.rules import pictograms
from leerid_cli.rules.usernames import username_base

DOCS = Path(__file__).resolve().parent.parent / "docs"
IMAGES, PDFS = DOCS / "images", DOCS / "samples"
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
    ("Ionuț", "Țiriac"),
    ("Noor", "Claes"),
    ("Jan-Willem", "Vandenbroeck"),
    ("Élise", "Offermans"),
)
WORDS = ("boot47", "gras82", "klok35", "mand59", "veer53", "dak274", "zee538", "tram94",
         "muis52", "geel68", "hut375", "wolk43")  # fmt: skip
CODES = ("zn4chdjr", "6dvmgcz2", "p597pzfv", "2jrzpqz7", "9cm3wvpx", "cr2nm47v", "jhrqjw2f", "xs9mdx37",
         "t4kgbw8n", "m7rvcd3s", "5hzqxj6p", "wf8tn2gk")  # fmt: skip


TOKENS = "bcdfghjkmnpqrstvwxyz23456789"


def credential(kind: PasswordKind, number: int) -> Credential:
    """Return some password of the kind, another for every number."""
    if kind is PasswordKind.PICTURE:
        categories = pictograms.load(resources.pictograms()).categories
        images = tuple(category[(5 * number + 3 * place) % 16] for place, category in enumerate(categories))
        return Credential(kind, " ".join(picture.word for picture in images), images)
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
            url=f"https://loket.example/l/{TOKENS[number : number + 12]}",
            type=AccountType.GEVORDERD if kind is PasswordKind.TEMPORARY else AccountType.BASIS,
            credential=credential(kind, number),
            issued=date(2026, 9, 1),
        )
        for number, (voornaam, naam) in enumerate(PUPILS)
    ]


LONG = "Vandenbroucke-Van den Bossche de la Faille"
WORST = (
    (f"{LONG}-Vansteenkisteeeee", LONG),
    ("W" * 60, "W" * 60),
    ("ẤỄ" * 30, "Ộ gọ" * 15),
    ("عبد الرحمن فاطمة الزهراء أحمد", "الحسيني المصري العراقي التونسي المغربي"),
    ("Αλέξανδρος-Κωνσταντίνος", "Παπαδόπουλος-Οικονομόπουλος"),
    ("Святослава", "Кривошапка-Верьовкіна"),
    ("Emma", ""),
    ("", "Peeters"),
)
SCRIPTS = (
    ("محمد", "عبد الله"),
    ("Αλέξανδρος", "Παπαδόπουλος"),
    ("Ярослав", "Шевченко"),
    ("Đỗ Thị Ngọc Ánh", "Nguyễn Phước Bửu"),
    ("Şebnem", "Çağlayan-Işık"),
    ("Łukasz", "Brzęczyszczykiewicz"),
    ("Ionuț", "Țiriac-Szőke"),
    ("Ələkbər", "Quliyev"),
    ("שרה", "כהן לוי"),
    ("Քրիստինե", "Հովհաննիսյան"),
    ("გიორგი", "ბერიძე"),
    ("Žofie", "Dvořáková"),
)
LONG_URL = "https://leerid.scholengroep-voorbeeld.example/l/7fz7fz7fz7fz"
"""60 characters."""


def longest(kind: PasswordKind) -> Credential:
    """Return the password of a kind that takes most room: the longest words, or 72 typed characters."""
    if kind is not PasswordKind.PICTURE:
        return Credential(kind, "w8" * 36)
    categories = pictograms.load(resources.pictograms()).categories
    images = tuple(max(category, key=lambda picture: len(picture.word)) for category in categories)
    return Credential(kind, " ".join(picture.word for picture in images), images)


def worst(kind: PasswordKind) -> list[Card]:
    """Return cards with the longest and strangest names, usernames, classes, addresses, passwords and schools."""
    made = [
        replace(card, voornaam=voornaam, naam=naam, klas="1A-latijn-B2")
        for card, (voornaam, naam) in zip(cards(kind)[: len(WORST)], WORST, strict=True)
    ]
    everything = {
        "username": "vandenbroucke-vandenbossche.vandenbroucke-vandenbo",
        "url": LONG_URL,
        "school_name": "Gesubsidieerde vrije basisschool Onze-Lieve-Vrouw-ten-Doorn",
        "contact": "ict@onze-lieve-vrouw-ten-doorn.example",
    }
    made[0] = replace(made[0], **everything)
    made[1] = replace(made[1], **everything, klas="W" * 12, credential=longest(kind))
    made[2] = replace(made[2], username="w" * 50, credential=longest(kind))
    made[6] = replace(
        made[6], username="mohammed-amine.elkhattabi-vandenbroeck-jans", klas="", school_name=""
    )
    made[7] = replace(made[7], credential=longest(kind), logo=logo(), contact="juf Els, 012 34 56 78")
    return sorted(made, key=attrgetter("klas"))


def scripts(kind: PasswordKind) -> list[Card]:
    """Return cards with names in other scripts and with the marks of other languages."""
    return [
        replace(card, voornaam=voornaam, naam=naam, username=username_base(voornaam, naam))
        for card, (voornaam, naam) in zip(cards(kind), SCRIPTS, strict=True)
    ]


def languages(kind: PasswordKind) -> list[Card]:
    """Return cards in every language, of a school with a logo and a contact."""
    known = resources.card_languages()
    return [
        replace(card, language=known[number % len(known)], logo=logo(), contact="ict@regenboog.example")
        for number, card in enumerate(cards(kind)[:8])
    ]


def mixed(form: labels.SheetFormat, document: Document) -> list[Card]:
    """Return a sheetful of cards of every kind that a label holds: ordinary ones, the worst, other languages."""

    def holds(card: Card) -> bool:
        return not sizing.unfit(
            form, [document], [card.credential.kind], card.url, card_layouts.built_in_layouts()
        )

    sets = [list(filter(holds, make(kind))) for kind in PasswordKind for make in (cards, worst, languages)]
    sets = [cards for cards in sets if cards]
    places = [
        (n % len(sets), n // len(sets)) for n in range(form.capacity if form.capacity > 1 else len(sets))
    ]
    return [sets[one][(one + turn) % len(sets[one])] for one, turn in places]


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


@dataclass(frozen=True)
class Part:
    """Some cards of a sample PDF, and how they are made."""

    title: str
    document: Document
    cards: tuple[Card, ...]
    options: CardOptions = field(default_factory=CardOptions)

    def pages(self) -> tuple[Page, ...]:
        """Lay the cards on pages."""
        return paginate(self.document, self.cards, self.options.paper)


STRANGE = "the longest and strangest"


def a4_parts() -> Iterator[Part]:
    """Yield what is on the A4 cards: each kind with its list for the teacher, the worst, languages, colour."""
    listed = CardOptions(paper=Paper(class_lists=True))
    for kind in PasswordKind:
        yield Part(f"{kind}", Document.A4, tuple(cards(kind)), listed)
        paper = Paper(class_lists=kind is PasswordKind.PICTURE, compact=True)
        yield Part(f"{kind}: {STRANGE}", Document.A4, tuple(worst(kind)), CardOptions(paper=paper))
    picture = PasswordKind.PICTURE
    yield Part(
        "list without passwords", Document.A4, tuple(cards(picture)), replace(listed, passwords_listed=False)
    )
    yield Part("other scripts", Document.A4, tuple(scripts(picture)))
    for kind in PasswordKind:
        yield Part(f"{kind}: languages, logo, contact", Document.A4, tuple(languages(kind)))
    yield Part("example", Document.A4, tuple(cards(picture)[:8]), CardOptions(example=True))
    yield Part("colour", Document.A4, tuple(cards(picture)[:8]), CardOptions(colour=True))


def sticker_parts() -> Iterator[Part]:
    """Yield what is on the stickers of 105 x 48 mm."""
    picture, compact = PasswordKind.PICTURE, CardOptions(paper=Paper(compact=True))
    for document in STICKERS:
        name = document.dutch_title
        for kind in [picture] if document is Document.SIGN_IN else list(PasswordKind):
            yield Part(f"{name}: {kind}", document, tuple(cards(kind)))
            yield Part(f"{name}: {kind}: {STRANGE}", document, tuple(worst(kind)), compact)
        yield Part(f"{name}: other scripts", document, tuple(scripts(picture)))
        yield Part(f"{name}: languages, logo, contact", document, tuple(languages(picture)))
        yield Part(f"{name}: example", document, tuple(cards(picture)), CardOptions(example=True))
    yield Part("colour", Document.FULL, tuple(cards(picture)), CardOptions(colour=True))


def label_parts() -> Iterator[Part]:
    """Yield a sheet of every other label format for each of the stickers."""
    for form in labels.formats(PROGRAM).values():
        options = CardOptions(paper=Paper(sheet=form, compact=True))
        for document in STICKERS if form.name != labels.DEFAULT else ():
            yield Part(
                f"{form.name}: {document.dutch_title}", document, tuple(mixed(form, document)), options
            )


SAMPLES: dict[str, Callable[[], Iterator[Part]]] = {
    "a4-cards.pdf": a4_parts,
    "stickers-105x48.pdf": sticker_parts,
    "stickers-other-sheets.pdf": label_parts,
}
TEST_SHEETS = "test-sheets.pdf"


def sample(name: str) -> bytes:
    """Make one of the sample PDFs, with a bookmark for each part."""
    drawn: list[tuple[tuple[float, float, bool], Drawing]] = []
    marks = []
    for part in SAMPLES[name]():
        marks.append(Bookmark("", part.title, len(drawn)))
        for page in render.draw(part.document, part.pages(), part.options):
            drawn.append(((page.width, page.height, part.options.colour), page))
    made = [
        render.to_pdf(name, [page for _, page in group], CardOptions(colour=alike[2]))
        for alike, group in groupby(drawn, key=itemgetter(0))
    ]
    return pdf_joining.join(f"LeerID-voorbeelden: {Path(name).stem}", made, marks)


def test_sheets() -> bytes:
    """Make the test sheets of all label formats, as `leerid calibrate` does."""
    made = [(form, calibration.render(form)) for form in labels.formats(PROGRAM).values()]
    starts = accumulate((pdf_joining.page_count(pdf) for _, pdf in made), initial=0)
    marks = [Bookmark("", form.name, start) for (form, _), start in zip(made, starts, strict=False)]
    return pdf_joining.join("LeerID-testvellen", [pdf for _, pdf in made], marks)


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
                body.append(f'<img {place} src="{images.pictogram(picture.icon, colour=True)}">')
            else:
                body.append(f"<p {place}>{images.glyph_of(picture.code)}</p>")
            body.append(f'<p class="word" style="left:{left}mm;top:{top + 10}mm">{picture.word}</p>')
    style = CONTACT_STYLE % (fonts.path("pictures").as_uri(), fonts.path("regular").as_uri())
    html = f"<style>{style}</style>{''.join(body)}"
    return bytes(HTML(string=html, url_fetcher=CardFetcher()).write_pdf())


def draw_images() -> None:
    """Draw the first page of every document for every kind of password, the worst cards and the pictures."""
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


def main() -> None:
    """Make the PDFs and the images."""
    for folder in (IMAGES, PDFS):
        folder.mkdir(exist_ok=True)
    for name in SAMPLES:
        (PDFS / name).write_bytes(sample(name))
    (PDFS / TEST_SHEETS).write_bytes(test_sheets())
    draw_images()


if __name__ == "__main__":
    main()
