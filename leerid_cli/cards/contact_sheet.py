"""A PDF as one picture, its pages beside each other."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image

_DPI = 100
_GAP = 24
_COLUMNS = 3
_GREY = (128, 128, 128)


def contact_sheet(pdf: bytes) -> bytes:
    """Return all pages of a PDF as one PNG of 100 dots an inch, three in a row."""
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = [page.render(scale=_DPI / 72).to_pil().convert("RGB") for page in opened]
    width, height = max(page.width for page in pages), max(page.height for page in pages)
    columns = min(_COLUMNS, len(pages))
    rows = -(-len(pages) // columns)
    whole = Image.new("RGB", (_GAP + columns * (width + _GAP), _GAP + rows * (height + _GAP)), _GREY)
    for number, page in enumerate(pages):
        row, column = divmod(number, columns)
        whole.paste(page, (_GAP + column * (width + _GAP), _GAP + row * (height + _GAP)))
    out = io.BytesIO()
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()
