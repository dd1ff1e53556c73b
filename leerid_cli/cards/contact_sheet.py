"""All pages of a PDF beside each other in one picture, for `leerid cards preview --output NAME.png`."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image

_DPI = 100
_GAP = 24  # pixels between two pages
_COLUMNS = 3
_GREY = (128, 128, 128)


def contact_sheet(pdf: bytes) -> bytes:
    """Return the bytes of one PNG with all pages of a PDF, three in a row, at 100 dots per inch."""
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = [page.render(scale=_DPI / 72).to_pil().convert("RGB") for page in opened]
    width, height = max(page.width for page in pages), max(page.height for page in pages)
    columns = min(_COLUMNS, len(pages))
    rows = -(-len(pages) // columns)
    picture = Image.new("RGB", (_GAP + columns * (width + _GAP), _GAP + rows * (height + _GAP)), _GREY)
    for number, page in enumerate(pages):
        row, column = divmod(number, columns)
        picture.paste(page, (_GAP + column * (width + _GAP), _GAP + row * (height + _GAP)))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
