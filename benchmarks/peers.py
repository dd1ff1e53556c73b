"""The same picture sticker sheet drawn with ReportLab and with Typst, to know what WeasyPrint costs.

Twelve labels of 105 x 48 mm a page: name, class, address, username, a QR code that is made beforehand, and
eight pictures with their words. Both are development extras (`pip install leerid-cli[bench]`).
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from pathlib import Path

import rendering

from leerid_cli import resources
from leerid_cli.cards import fonts
from leerid_cli.cards.images import glyph_of, qr_code
from leerid_cli.model.cards import Card

MM = 72 / 25.4
ICONS = resources.pictograms() / "high-contrast"
LABELS, COLUMNS, WIDTH, HEIGHT, TOP = 12, 2, 105.0, 48.0, 4.5


def code(card: Card) -> bytes:
    """Return the QR code of a card as PNG."""
    return b64decode(qr_code(card.url).source.partition(",")[2])


def corner(place: int) -> tuple[float, float]:
    """Return where a label's content begins on its page, in millimetres from the left and top."""
    row, column = divmod(place % LABELS, COLUMNS)
    return column * WIDTH + 6, TOP + row * HEIGHT + 4


def texts(card: Card) -> list[tuple[float, float, float, str]]:
    """Return the texts of a label: place in millimetres, size in points, words."""
    named = [
        (0.0, 4.0, 11.0, f"{card.voornaam} {card.naam}"),
        (0.0, 9.0, 9.0, card.klas),
        (0.0, 40.5, 7.0, card.url),
        (0.0, 36.0, 9.0, card.username),
    ]
    words = card.credential.text.split()
    below = [(30.0 + n % 4 * 16, 21.0 + n // 4 * 16, 6.0, word) for n, word in enumerate(words)]
    return named + below


def pictures(card: Card) -> list[tuple[float, float, str]]:
    """Return the pictures of a label: place in millimetres and the sign in the font of pictograms."""
    signs = [glyph_of(picture.code) for picture in card.credential.pictures]
    return [(30.0 + n % 4 * 16, 18.0 + n // 4 * 16, sign) for n, sign in enumerate(signs)]


def by_reportlab(cards: Sequence[Card], codes: Sequence[bytes]) -> bytes:
    """Draw the sheets with ReportLab."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for name in ("bold", "pictures"):
        pdfmetrics.registerFont(TTFont(name, str(fonts.path(name))))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(210 * MM, 297 * MM))
    for place, (card, image) in enumerate(zip(cards, codes, strict=True)):
        if place and place % LABELS == 0:
            canvas.showPage()
        left, top = corner(place)
        for x, y, size, text in texts(card):
            canvas.setFont("bold", size)
            canvas.drawString((left + x) * MM, (297 - top - y) * MM, text)
        canvas.setFont("pictures", 32)
        for x, y, sign in pictures(card):
            canvas.drawString((left + x) * MM, (297 - top - y) * MM, sign)
        picture = ImageReader(io.BytesIO(image))
        canvas.drawImage(picture, left * MM, (297 - top - 30) * MM, 18 * MM, 18 * MM)
    canvas.save()
    return out.getvalue()


def by_typst(cards: Sequence[Card], codes: Sequence[bytes]) -> bytes:
    """Draw the sheets with Typst, which does not take the font of pictograms: with their SVGs."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = ['#set page(paper: "a4", margin: 0pt)', '#set text(font: "Andika", weight: "bold")']
        for place, (card, image) in enumerate(zip(cards, codes, strict=True)):
            (folder / f"{place}.png").write_bytes(image)
            for picture in card.credential.pictures:
                shutil.copy(ICONS / f"{picture.icon}.svg", folder)
            if place and place % LABELS == 0:
                lines.append("#pagebreak()")
            lines += _typst_label(card, place)
        (folder / "sheet.typ").write_text("\n".join(lines), encoding="utf-8")
        return bytes(typst.compile(folder / "sheet.typ", font_paths=[fonts.path("bold").parent]))


def _typst_label(card: Card, place: int) -> list[str]:
    left, top = corner(place)
    placed = [
        f"#place(dx: {left + x}mm, dy: {top + y}mm, text(size: {size}pt, {json.dumps(text, ensure_ascii=False)}))"
        for x, y, size, text in texts(card)
    ]
    placed += [
        f'#place(dx: {left + x}mm, dy: {top + y - 12}mm, image("{picture.icon}.svg", width: 11mm))'
        for (x, y, _sign), picture in zip(pictures(card), card.credential.pictures, strict=True)
    ]
    return [*placed, f'#place(dx: {left}mm, dy: {top + 12}mm, image("{place}.png", width: 18mm))']


def milliseconds(draw: Callable[[Sequence[Card], Sequence[bytes]], bytes], count: int) -> float:
    """Return how long one core draws a card, in milliseconds, fonts read already."""
    cards = rendering.cards(count)
    codes = [code(card) for card in cards]
    draw(cards[:LABELS], codes[:LABELS])
    began = time.process_time()
    draw(cards, codes)
    return (time.process_time() - began) / count * 1000
