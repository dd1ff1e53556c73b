"""A file with text that was read in the wrong encoding is refused; one with foreign names is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.errors import InputError
from leerid_cli.intake import garbled
from leerid_cli.intake.reading import decode

NAMES = [
    "Zoë", "Loïc", "André", "François", "Chloé", "Noël", "Jürgen", "Søren", "Þóra", "Łukasz", "Wiśniewski", "Čapek",
    "Šárka", "Žofia", "Dvořák", "Gülşen", "Işık", "Çağla", "Ștefan", "Țurcanu", "Ăna", "Nguyễn", "Đặng", "Bøe",
    "D’Hondt", "O‘Brien", "Anne–Marie", "Óscar", "Àngels", "Îles", "Ñandú", "Œdipe",
]  # fmt: skip
SOUND = [
    *NAMES,
    *(name.upper() for name in NAMES),
    "São", "JOÃO", "SÃO JOÃO", "CONCEIÇÃO", "IRMÃ", "LÃ\u00a0THI", "Ângela", "VÂLCEA", "ROMÂNCEANU",
    "PÂQUES",
    "CHÂTEAU", "NICOLÈ’S", "RENÉ’S", "DESIRÉ\u00a0JEAN", "MÄŠA", "ÅSE", "HÅKON", "Škoda",
    "Jan ‘t Hart", "’s Gravesande", "Zoë «de kleine»",
    "Zoë “Zo” Peeters", "50 ‰", "Æ", "Ð", "JOSÈ", "L’ÂME", "Mª José", "Nº 5", "â", "Â",
]  # fmt: skip


def test_names_are_left_alone() -> None:
    assert [name for name in SOUND if garbled.first(name) is not None] == []
    texts = [f"naam\n{name}\n" for name in SOUND]
    assert [text for text in texts if decode(text.encode(), None)[0] != text] == []


def as_cp1252(data: bytes) -> str:
    """Return bytes as text in the way of Windows: the five bytes that cp1252 lacks keep their number."""
    unknown = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    return "".join(chr(byte) if byte in unknown else bytes([byte]).decode("cp1252") for byte in data)


def test_names_in_utf8_read_as_cp1252_are_noticed() -> None:
    assert [name for name in NAMES if not garbled.first(as_cp1252(name.encode()))] == []


def test_names_in_dos_letters_read_as_cp1252_are_noticed() -> None:
    names = ("Zoë", "Loïc", "André", "Noël", "Hervé", "Chloé", "Grâce")
    assert [name for name in names if not garbled.first(name.encode("cp850").decode("cp1252"))] == []


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("naam;voornaam\r\nPeeters;ZoÃ«\r\n", 2, "ZoÃ«"),
        ("naam\rx\ry\rDâ€™Hondt\r", 4, "Dâ€™Hondt"),
        ('naam\n"Chlo\ufffd"\n', 2, "Chlo\ufffd"),
        ("naam\n15030700157Ã©\n", 2, "…57Ã©"),
    ],
)
def test_the_line_and_the_word_are_named(text: str, line: int, word: str) -> None:
    with pytest.raises(InputError) as refused:
        decode(text.encode(), None)
    assert f"line {line}:" in refused.value.message
    assert refused.value.message.endswith(f": {word}")
    assert "--encoding" in refused.value.hint
    assert decode(text.encode(), "utf-8") == (text, "utf-8")


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=40))
def test_any_text_is_judged(text: str) -> None:
    for position, word in garbled.places(text):
        assert text[position] in word
        assert len(word) <= garbled.MOST + 3


def test_utf16_without_mark_is_told_by_its_zeros() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert decode("naam;voornaam\nPeeters;Zoë\n".encode(encoding), None)[1] == encoding
    with pytest.raises(InputError):
        decode(b"naam;voor\0naam\n", None)
    with pytest.raises(InputError):
        decode("naam;voornaam\nPeeters;Zoë\n".encode("utf-32-le"), None)
