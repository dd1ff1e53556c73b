"""Lays out a card: fills in a card layout, and sets every text so that it fits its box.

The boxes of a card layout do not overlap and no ink leaves its box, so nothing on a card can overlap. Lengths
are in millimetres, from the top left corner of the part of the card that may hold ink.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from leerid_cli.cards.card_layouts import Box, CardLayout, PictureGrid, TextBox, built_in_layouts
from leerid_cli.cards.fitting import POINT, Fitted, Style, fit
from leerid_cli.cards.fonts import font
from leerid_cli.cards.images import QUIET_ZONE, qr_code
from leerid_cli.cards.languages import Language, language
from leerid_cli.cards.sheets import Document
from leerid_cli.cards.sizing import STANDARD, CardLayouts, Family
from leerid_cli.cards.templates import PROGRAM, Templates
from leerid_cli.model.cards import Card, Logo, Pictogram

_SMALL_PRINT = ("source", "contact", "help")  # cut words in these do not make a card layout unsuitable
_COLUMNS, _ROWS = 4, 2  # of pictures
_FRAME = 0.55  # mm between the edge of a frame and its text
_LINE = 0.1  # mm by which a frame is drawn inside its box, as renderers make thin lines thicker
_ROW_GAP = 1.0  # mm between the two rows of pictures
_NEAR = 0.4  # mm between a picture, its number and its word
_APART = 1.5  # mm between two words
_BETWEEN = 1.0  # mm between two pictures
_WORD = 1.05  # em: the height of a word, a little more than that of a line of plain letters
_SLACK = 1e-6  # for rounding


@dataclass(frozen=True, slots=True)
class Text:
    """A text at its place: `at` is the box of its ink, `frame` that of the line drawn around it."""

    name: str
    at: Box
    fitted: Fitted
    style: Style
    align: str
    frame: Box | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A pictogram at its place."""

    at: Box
    pictogram: Pictogram


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code at its place: `at` includes the quiet zone, `source` is the data address of the picture."""

    at: Box
    source: str


@dataclass(frozen=True, slots=True)
class Emblem:
    """A school's logo at its place: `source` is the data address of the picture."""

    at: Box
    source: str


@dataclass(frozen=True, slots=True)
class LaidOutCard:
    """One card, ready to be drawn.

    `numerals` are the boxes of the pictures' numbers, `numeral` is the size of these in points, and `height`
    that of the card layout in millimetres.
    """

    texts: tuple[Text, ...]
    pictures: tuple[Picture, ...] = ()
    numerals: tuple[Box, ...] = ()
    numeral: float = 0.0
    frames: tuple[Box, ...] = ()
    code: Code | None = None
    emblem: Emblem | None = None
    height: float = 0.0


def lay_out(
    document: Document,
    card: Card,
    *,
    example: bool,
    among: CardLayouts | None = None,
    family: Family = STANDARD,
    templates: Templates = PROGRAM,
) -> LaidOutCard:
    """Return the card laid out with the first card layout of `document` that suits it, else with the last.

    A card layout suits where no text but the small print needs cut words and the words of pictures are not
    too small. `among` are the card layouts in use (those of the program if not given), `family` is the size
    they are drawn for, `templates` has the card's language, and `example` marks the card VOORBEELD. Raises
    InputError where a language file of the user's is wrong.
    """
    words = language(card.language, templates)
    *preferred, last = family.find(among or built_in_layouts(), document, card.credential.kind)
    for card_layout in preferred:
        texts = _texts(card_layout, card, words, example)
        if all(text.fitted.comfortable for text in texts if text.name not in _SMALL_PRINT):
            layout = _fill(card_layout, card, texts)
            if not card_layout.pictures or layout.texts[-1].fitted.size >= card_layout.pictures.least:
                return layout
    return _fill(last, card, _texts(last, card, words, example))


def _texts(card_layout: CardLayout, card: Card, words: Language, example: bool) -> list[Text]:
    conditions = {
        card.credential.kind,
        "example" if example else "genuine",
        "logo" if card.logo else "no-logo",
        "contact" if card.contact.strip() else "no-contact",
    }
    fields = _fields(card, card_layout, words)
    texts = []
    for box in card_layout.texts:
        content = box.text or fields[box.show]
        if content and box.when <= conditions:
            style = _with_letters(box.style, content)
            texts.append(_text(box, style, fit(content, style, *_room(box))))
    return texts


def _fill(card_layout: CardLayout, card: Card, texts: list[Text]) -> LaidOutCard:
    grid = _Grid(card_layout.pictures, card.credential.pictures) if card_layout.pictures else None
    words = grid.words() if grid else ()
    return LaidOutCard(
        texts=tuple(text for text in (*texts, *words) if text.fitted.lines),
        pictures=grid.pictures() if grid else (),
        numerals=grid.numerals() if grid else (),
        numeral=card_layout.pictures.numeral if card_layout.pictures else 0.0,
        frames=tuple(text.frame for text in texts if text.frame),
        code=_code(*card_layout.code, card.url) if card_layout.code else None,
        emblem=_emblem(card_layout.logo, card.logo) if card_layout.logo and card.logo else None,
        height=card_layout.height,
    )


def _fields(card: Card, card_layout: CardLayout, words: Language) -> dict[str, str]:
    """Return what text boxes can show, by field; a child's only name is in the large field `voornaam`."""
    issued = words.date(card.issued)
    return {
        "voornaam": card.voornaam.strip() or card.naam,
        "naam": card.naam if card.voornaam.strip() else "",
        "klas": card.klas,
        "username": card.username,
        "address": card.url,
        "password": card.credential.text,
        "instruction": words.instruction(card_layout.instruction, card.credential.kind)
        if card_layout.instruction
        else "",
        "issued": issued,
        "school": card.school_name.strip(),
        "source": ", ".join(filter(None, [card.school_name.strip(), issued])),
        "contact": card.contact.strip(),
        "help": f"{words.labels['help']} {card.contact}" if card.contact.strip() else "",
        "class-label": words.labels["class"] if card.klas.strip() else "",
        "username-label": words.labels["username"],
        "password-label": words.labels["password"],
    }


def _room(box: TextBox) -> tuple[float, float]:
    """Return the width and height in millimetres that the text of a box may fill."""
    _x, _y, width, height = _inside(box.at, _FRAME) if box.frame else box.at
    return width, height


def _text(box: TextBox, style: Style, fitted: Fitted) -> Text:
    """Place a text that fits in its box."""
    x, y, width, height = _inside(box.at, _FRAME) if box.frame else box.at
    spare = height - fitted.height
    y += {"top": 0.0, "middle": spare / 2, "bottom": spare}[box.valign]
    frame = _inside(box.at, _LINE) if box.frame else None
    return Text(box.show or box.text, (x, y, width, fitted.height), fitted, style, box.align, frame)


def _with_letters(style: Style, content: str) -> Style:
    """Return the style, in plain bold where the font for codes lacks a letter of a typed password."""
    if style.font == "code" and not all(map(font("code").has, content)):
        return replace(style, font="bold")
    return style


def _code(x: float, y: float, side: float, url: str) -> Code:
    """Place the QR code of an address; only its quiet zone may leave the part of the card that holds ink."""
    code = qr_code(url)
    quiet = QUIET_ZONE / code.modules
    side = min([side, *((edge + side) / (1 - quiet) for edge in (x, y) if edge < 0)])
    return Code((max(x, -quiet * side), max(y, -quiet * side), side, side), code.source)


def _inside(box: Box, by: float) -> Box:
    """Return a box smaller by `by` millimetres on every side."""
    x, y, width, height = box
    return x + by, y + by, width - 2 * by, height - 2 * by


def _emblem(box: Box, logo: Logo) -> Emblem:
    """Place a logo as large as its box allows, at the left edge, in the middle of the height."""
    x, y, width, height = box
    used = min(width, height * logo.ratio)
    high = used / logo.ratio
    return Emblem((x, y + (height - high) / 2, used, high), logo.source)


class _Grid:
    """Eight numbered pictures in two rows of four, each with its word below, centred in equal cells."""

    def __init__(self, grid: PictureGrid, pictograms: Sequence[Pictogram]) -> None:
        self.grid, self.pictograms = grid, pictograms
        self.x, self.y, self.width, height = grid.at
        self.pitch_x = self.width / _COLUMNS
        self.pitch_y = (height + _ROW_GAP) / _ROWS
        digits = font("bold")
        self.digit_width = digits.width("8") * grid.numeral * POINT
        self.digit_height = digits.ink("12345678")[0] * grid.numeral * POINT
        self.word_height = grid.word * _WORD * POINT
        above = grid.number == "above"
        self.above = self.digit_height + _NEAR if above else 0.0
        self.beside = 0.0 if above else self.digit_width + _NEAR
        self.side = min(
            self.pitch_y - _ROW_GAP - self.word_height - _NEAR - self.above,
            self.pitch_x - _BETWEEN - 2 * self.beside,
        )
        self.inset = (self.pitch_x - self.side) / 2

    def _places(self) -> Iterator[tuple[float, float]]:
        for row in range(_ROWS):
            for column in range(_COLUMNS):
                yield self.x + column * self.pitch_x + self.inset, self.y + row * self.pitch_y

    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures at their places."""
        return tuple(
            Picture((x, y + self.above, self.side, self.side), pictogram)
            for (x, y), pictogram in zip(self._places(), self.pictograms, strict=True)
        )

    def numerals(self) -> tuple[Box, ...]:
        """Return the boxes of the numbers: beside or above the upper left corner of each picture."""
        return tuple((x - self.beside, y, self.digit_width, self.digit_height) for x, y in self._places())

    def words(self) -> tuple[Text, ...]:
        """Return the words in one size, at which every row fits; a long one uses width that others leave."""
        widths = [_width_of(pictogram.word) for pictogram in self.pictograms]
        rows = [widths[start : start + _COLUMNS] for start in (0, _COLUMNS)]
        gaps = (_COLUMNS - 1) * _APART
        limits = (self.width - gaps, self.width - gaps + self.grid.spill)
        size = min([self.grid.word, *(limit / sum(row) for limit, row in zip(limits, rows, strict=True))])
        style = Style("regular", size, size, breaks="whole")
        return tuple(
            self._word(pictogram.word, style, index, left, width * size)
            for index, (pictogram, left, width) in enumerate(
                zip(self.pictograms, self._lefts(rows, size), widths, strict=True)
            )
        )

    def _lefts(self, rows: Sequence[Sequence[float]], size: float) -> Iterator[float]:
        """Yield where the words begin: centred below their picture, moved aside where they would touch."""
        for start, row in zip((self.x, self.x - self.grid.spill), rows, strict=True):
            lefts = [
                self.x + (column + 0.5) * self.pitch_x - width * size / 2 for column, width in enumerate(row)
            ]
            end = start - _APART
            for column, width in enumerate(row):
                lefts[column] = max(lefts[column], end + _APART)
                end = lefts[column] + width * size
            end = self.x + self.width + _APART
            for column in reversed(range(_COLUMNS)):
                lefts[column] = min(lefts[column], end - _APART - row[column] * size)
                end = lefts[column]
            yield from lefts

    def _word(self, word: str, style: Style, index: int, left: float, width: float) -> Text:
        top = self.y + index // _COLUMNS * self.pitch_y + self.above + self.side + _NEAR
        fitted = fit(word, style, width + _SLACK, self.word_height)
        return Text("", (left, top, width, fitted.height), fitted, style, "left")


def second_words(grid: PictureGrid) -> Box:
    """Return the box of the words below the second row of pictures, with their `spill` to the left."""
    made = _Grid(grid, ())
    top = made.y + made.pitch_y + made.above + made.side + _NEAR
    return made.x - grid.spill, top, made.width + grid.spill, made.word_height


@lru_cache(maxsize=1024)
def _width_of(word: str) -> float:
    """Return the width in millimetres of a picture's word set at one point."""
    return fit(word, Style("regular", 1, 1, breaks="whole"), 1000, 1000).width
