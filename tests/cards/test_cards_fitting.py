"""Fitting: any text fits its box, where it breaks, and how small it may become."""

import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from leerid_cli.cards.card_layouts import built_in_layouts
from leerid_cli.cards.custom_layouts import faults
from leerid_cli.cards.fitting import POINT, Style, clean, fit
from leerid_cli.cards.fonts import FILES, font, path
from leerid_cli.cards.sizing import FAMILIES, LEAST_ADDRESS, LEAST_OF, LEAST_TEXT

NAME = Style("bold", 16, 7)
USERNAME = Style("regular", 11, 11, breaks="username")
ADDRESS = Style("regular", 7, 7, breaks="address")


def letters(value):
    return "".join(clean(value).split())


@given(
    value=st.text(max_size=60),
    name=st.sampled_from(sorted(FILES)),
    breaks=st.sampled_from(["words", "username", "address", "whole"]),
    width=st.floats(5, 100),
    height=st.floats(2, 15),
    tracking=st.sampled_from([0, 0.05]),
)
def test_any_text_fits_and_loses_nothing(value, name, breaks, width, height, tracking):
    fitted = fit(value, Style(name, 20, 7, tracking, breaks), width, height)
    em = fitted.size * POINT
    for line in fitted.lines:
        assert (font(name).width(line) + tracking * len(line)) * em <= width
    assert fitted.width <= width
    assert fitted.height <= height
    assert "".join("".join(fitted.lines).split()) == letters(value)


@given(value=st.text(alphabet="WMjgpqÅẤộ .-", max_size=60))
def test_the_ink_of_every_line_lies_inside_the_box(value):
    fitted = fit(value, NAME, 50, 7)
    em = fitted.size * POINT
    for number, line in enumerate(fitted.lines):
        above, below = font("bold").ink(line)
        # a CSS line box centres ascent and descent round its middle
        baseline = fitted.top + number * fitted.pitch + fitted.pitch / 2 + font("bold").drop * em
        assert baseline - above * em >= -1e-9
        assert baseline + below * em <= fitted.height + 1e-9


def test_a_short_name_has_the_largest_size():
    fitted = fit("Emma", NAME, 50, 7)
    assert (fitted.size, fitted.lines, fitted.comfortable) == (16, ("Emma",), True)


def test_a_longer_name_shrinks_before_it_wraps():
    fitted = fit("Marie-Charlotte-Antoinette", NAME, 50, 7)
    assert len(fitted.lines) == 1
    assert 7 <= fitted.size < 16


def test_a_long_name_wraps_between_words_and_after_hyphens():
    fitted = fit("Vandenbroucke-Van den Bossche de la Faille", NAME, 50, 8)
    assert fitted.comfortable
    assert len(fitted.lines) == 2
    assert fitted.lines[0][-1] in "-nelae"
    assert " ".join(fitted.lines).replace("- ", "-") == "Vandenbroucke-Van den Bossche de la Faille"


def test_a_word_that_is_too_wide_is_cut_and_that_is_told():
    fitted = fit("W" * 60, NAME, 50, 7)
    assert not fitted.comfortable
    assert len(fitted.lines) > 1


def test_a_username_breaks_only_after_dots_and_hyphens():
    fitted = fit("marie-charlotte.vandenbossche", USERNAME, 30, 15)
    assert fitted.comfortable
    assert all(line[-1] in ".-" for line in fitted.lines[:-1])
    assert "".join(fitted.lines) == "marie-charlotte.vandenbossche"


def test_an_address_breaks_after_its_path_and_never_inside_the_token():
    url = "https://loket.example/l/abcdefgh2345"
    assert fit(url, ADDRESS, 28.8, 6).lines == ("https://loket.example/l/", "abcdefgh2345")


def test_a_date_is_never_broken():
    lines = fit("Basisschool De Regenboog, 24-11-2026", Style("regular", 5.5, 5), 32, 5).lines
    assert lines == ("Basisschool De Regenboog,", "24-11-2026")


def test_a_mark_stays_with_its_letter():
    for letter in ("x\u0323\u0303", "\u0915\u093f"):
        lines = fit(letter * 20, Style("regular", 10, 10, 0.05, "whole"), 10, 60).lines
        assert len(lines) > 1
        assert not any(unicodedata.category(line[0]).startswith("M") for line in lines)


@pytest.mark.parametrize("value", ["", "   ", "\n\t", "\x00\x07", "\u202e"])
def test_nothing_to_see_gives_no_lines(value):
    assert fit(value, NAME, 50, 7).lines == ()


def test_clean_drops_what_would_turn_or_split_a_line():
    assert clean("  Anna\u202e\n Sofia\x00 ") == "Anna Sofia"
    assert clean("e\u0301") == "é"


def test_the_fonts_have_the_letters_of_the_names_in_our_schools():
    for character in "ŁłŚśŞşıİễạțőŐÿßæøåçğčžřñëïöü":
        for name in ("regular", "bold"):
            assert font(name).glyph(character).advance < 1.2, character


def test_a_joined_letter_is_measured_in_its_widest_form():
    """The letters ر and م are wider at the end of a word than alone."""
    alone = TTFont(path("other"))
    for letter in "رمه":
        name = alone.getBestCmap()[ord(letter)]
        assert font("regular").glyph(letter).advance > alone["hmtx"][name][0] / alone["head"].unitsPerEm


def test_our_own_card_layouts_keep_to_what_a_users_must():
    """No two boxes of a card layout overlap, and none leaves the card, whatever stands in them."""
    for name, variants in built_in_layouts().items():
        assert [why for card_layout in variants for why in faults(name, card_layout)] == [], name


def test_no_card_layout_sets_text_too_small():
    """The least size of each text is at least the one that `cards.sizing` promises for it."""
    small = tuple(family.prefix for family in FAMILIES if family.prefix)
    for name, variants in built_in_layouts().items():
        least = LEAST_OF | {"address": LEAST_ADDRESS["a4" if name.startswith("a4") else "stickers"]}
        if name.startswith(small):
            least = {}
        for card_layout in variants:
            for box in card_layout.texts:
                assert box.style.least >= least.get(box.show, LEAST_TEXT), (name, box)
