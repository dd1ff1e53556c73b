"""Pictograms, QR codes and logos as data addresses.

`<img>` and not inline SVG: some pictograms carry ids, and twice one id on a page breaks it.
"""

from __future__ import annotations

import warnings
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

import qrcode
from PIL import Image, ImageFile

from leerid_cli import resources
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.model.cards import Logo
from leerid_cli.runtime import limits

QUIET_ZONE = 4
"""Modules of white round a QR code (Denso, qrcode.com)."""
MASK = 6
"""The mask pattern of every QR code, 0 to 7. It is not chosen for each code:
docs/decisions/065-qrcode-with-one-mask.md says why."""


LOGO_BYTES = 5 * 1024 * 1024
LOGO_PIXELS = 25_000_000
_PRINTED = 600
"""Longest side of a printed logo in pixels: 12 mm at 1200 dpi."""


def read_logo(file: Path) -> Logo:
    """Read a school's logo, PNG or JPEG, and draw it anew as a small PNG without anything else the file held.

    Raises InputError naming the file if it cannot be read, is no such picture, or is larger than
    LOGO_BYTES or LOGO_PIXELS.
    """
    try:
        data = limits.read(file, LOGO_BYTES)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _no_logo(file, getattr(error, "strerror", None) or str(error)) from error
    try:
        with _whole_only(), Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > LOGO_PIXELS:
                raise _no_logo(file, _("it has more than {n} million pixels").format(n=LOGO_PIXELS // 10**6))
            drawn = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _no_logo(file, _("it is no picture of the kind PNG or JPEG, or it is damaged")) from error
    drawn.thumbnail((_PRINTED, _PRINTED))
    out = BytesIO()
    drawn.save(out, "PNG")
    return Logo(_png(out), drawn.width / drawn.height)


def _png(file: BytesIO) -> str:
    return "data:image/png;base64," + b64encode(file.getvalue()).decode("ascii")


@contextmanager
def _whole_only() -> Iterator[None]:
    """Refuse pictures that are cut short, which WeasyPrint lets Pillow accept in the whole process."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # LOGO_PIXELS is lower
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _no_logo(file: Path, why: str) -> InputError:
    return InputError(
        _("the logo {file} cannot be printed: {why}").format(file=file, why=why),
        _("save it as PNG or JPEG, or take the setting `logo` of the school out"),
    )


@cache
def pictogram(icon: str, *, colour: bool) -> str:
    """Return the data address of an icon file; OSError if the program's own file is missing."""
    file = resources.pictograms() / ("flat" if colour else "high-contrast") / f"{icon}.svg"
    return "data:image/svg+xml;base64," + b64encode(file.read_bytes()).decode("ascii")


def glyph_of(code: str) -> str:
    """Return the character that is the pictogram with this code in the font of the pictures."""
    return chr(0xE000 + 16 * (ord(code[0]) - ord("a")) + int(code[1], 16))


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code: the data address of its picture and its modules a side, quiet zone included."""

    source: str
    modules: int


@lru_cache(maxsize=1024)
def qr_code(url: str) -> QrCode:
    """Make the QR code of `url` with its quiet zone, level M or better.

    A pixel a module: drawn in a third of the time of an SVG, and as sharp, since nothing is interpolated. Grey,
    not one-bit, because WeasyPrint makes RGB of that, which a printer may mix from four colours.
    """
    matrix = _encoded(url).get_matrix()
    side, grey = len(matrix), BytesIO()
    pixels = bytes(0 if dark else 255 for row in matrix for dark in row)
    Image.frombytes("L", (side, side), pixels).save(grey, "PNG")
    return QrCode(_png(grey), side)


def _encoded(url: str) -> qrcode.QRCode:
    """Encode in the smallest symbol that holds `url` at level M, and at level Q where that is no larger.

    Level H never fits: it holds no more than level M does one size below, in the smallest size at most 10 characters
    of an address (ISO/IEC 18004, table 7).
    """
    code = qrcode.QRCode(border=QUIET_ZONE, mask_pattern=MASK)
    code.add_data(url)
    version = code.best_fit()
    for level in (qrcode.ERROR_CORRECT_Q, qrcode.ERROR_CORRECT_M):
        code.error_correction = level
        if code.best_fit() == version:
            break
    return code
