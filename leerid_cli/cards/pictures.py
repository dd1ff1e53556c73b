"""Pictograms and QR codes as data addresses.

`<img>` and not inline SVG: some pictograms carry ids, and twice one id on a page breaks it.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache, lru_cache

import segno

from leerid_cli import resources

QUIET_ZONE = 4
"""Modules of white round a QR code (Denso, qrcode.com)."""


@cache
def pictogram(icon: str, *, colour: bool) -> str:
    """Return the data address of an icon file; OSError if the program's own file is missing."""
    file = resources.pictograms() / ("flat" if colour else "high-contrast") / f"{icon}.svg"
    return "data:image/svg+xml;base64," + b64encode(file.read_bytes()).decode("ascii")


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code: the data address of its picture and its modules a side, quiet zone included."""

    source: str
    modules: int


@lru_cache(maxsize=1024)
def qr_code(url: str) -> QrCode:
    """Make the QR code of `url` with its quiet zone, level M or better."""
    code = segno.make_qr(url, error="m")
    source = code.svg_data_uri(border=QUIET_ZONE, omitsize=True, svgclass=None, lineclass=None)
    return QrCode(source, int(code.symbol_size(border=QUIET_ZONE)[0]))
