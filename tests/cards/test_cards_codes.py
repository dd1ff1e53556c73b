"""QR codes, one pixel a module: as a decoder of another make reads them, and as another encoder makes them."""

import io
from base64 import b64decode

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from leerid_cli.cards.images import MASK, QUIET_ZONE, qr_code

PRINTABLE = st.characters(min_codepoint=ord("!"), max_codepoint=ord("~"), exclude_characters="{}")
ADDRESSES = st.builds("https://{}".format, st.text(PRINTABLE, min_size=1, max_size=97))
"""What the setting `portal.url` allows: printable ASCII without braces, 105 characters with the token filled in."""


def read(url):
    """The one code of an address, decoded from its picture."""
    (code,) = zxingcpp.read_barcodes(picture(url))
    return code


def picture(url):
    return Image.open(io.BytesIO(b64decode(qr_code(url).source.partition(",")[2])))


@given(ADDRESSES)
def test_every_address_is_read_back_with_nothing_to_correct(url):
    code = read(url)
    assert code.text == url
    assert code.extra["UEC"] == 1, "the unused part of the error correction"
    assert code.extra["DataMask"] == MASK


def test_every_module_is_what_another_encoder_makes_of_the_address():
    """Decoders ignore the padding behind a short address, and forgive a few modules; this does neither."""
    for length in range(9, 106):
        url = ("https://" + "regenboog.example/l/mnpqrstvwxzbcdfghjk" * 3)[:length]
        other = zxingcpp.create_barcode(
            url, zxingcpp.BarcodeFormat.QRCode, ec_level=read(url).ec_level, data_mask=MASK
        )
        expected = Image.fromarray(np.array(other.to_image(scale=1, add_quiet_zones=False)))
        assert picture(url).tobytes() == ImageOps.expand(expected, QUIET_ZONE, 255).tobytes(), url


@pytest.mark.parametrize(
    ("characters", "version", "level"),
    [
        (14, 1, "M"), (15, 2, "Q"), (20, 2, "Q"), (21, 2, "M"), (26, 2, "M"), (27, 3, "Q"), (32, 3, "Q"),
        (33, 3, "M"), (42, 3, "M"), (43, 4, "Q"), (46, 4, "Q"), (47, 4, "M"), (62, 4, "M"), (63, 5, "M"),
        (84, 5, "M"), (105, 6, "M"),
    ],
)  # fmt: skip
def test_a_code_is_as_small_as_level_m_allows_and_corrects_as_much_as_its_size_allows(
    characters, version, level
):
    """The characters a symbol holds in byte mode: ISO/IEC 18004, table 7."""
    url = "https://" + "m" * (characters - 8)
    code = read(url)
    assert (code.extra["Version"], code.ec_level) == (str(version), level)
    assert qr_code(url).modules == 17 + 4 * version + 2 * QUIET_ZONE
    assert picture(url).size == (qr_code(url).modules,) * 2


def test_capital_letters_take_less_room():
    """61 capitals, digits and signs fit where 42 other characters do (ISO/IEC 18004, table 7)."""
    assert read("HTTPS://LOKET.EXAMPLE/L/" + "7FZ" * 12).extra["Version"] == "3"
