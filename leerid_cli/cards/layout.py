"""One card laid out: its card layout filled in, every text set so that it fits its box.

The boxes of a card layout are disjoint, and no ink leaves its box; so nothing on a card can overlap.
Lengths in millimetres from the corner of the part of the card that may hold ink.
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

_SMALL_PRINT = ("source", "contact", "help")  # no reason to give up a better card layout
_COLUMNS, _ROWS = 4, 2
_FRAME = 0.55  # between the edge of a frame and its text
_LINE = 0.1  # a frame is drawn a little inside its box, as renderers thicken thin lines
_ROW_GAP = 1.0  # between the two rows of pictures
_NEAR = 0.4  # between a picture, its number and its word
_APART = 1.5  # between two words
_BETWEEN = 1.0  # between two pictures
_WORD = 1.05  # a little more than the height of a line of plain letters, in em
_SLACK = 1e-6  # for rounding


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its place; `at` is the box of its ink."""

    name: str
    at: Box
    fitted: Fitted
    style: Style
    align: str
    frame: Box | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A pictogram in its place."""

    at: Box
    pictogram: Pictogram


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code in its place; `at` includes the quiet zone."""

    at: Box
    source: str


@dataclass(frozen=True, slots=True)
class Emblem:
    """A school's logo in its place."""

    at: Box
    source: str


@dataclass(frozen=True, slots=True)
class LaidOutCard:
    """One card, ready to be drawn; `numerals` are the places of the pictures' numbers, `numeral` points large."""

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
    """Fill in the first card layout of `document` that suits the card; the last one suits any card.

    `among` are the card layouts in use, those of the program if not given; `templates` says the card's words.
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
    """Collect what the boxes of a card layout may show; a child with one name only has it written large."""
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
    """Take the plain bold font where a typed password has letters that the font for codes lacks."""
    if style.font == "code" and not all(map(font("code").has, content)):
        return replace(style, font="bold")
    return style


def _code(x: float, y: float, side: float, url: str) -> Code:
    """Place the code of an address; only its quiet zone may reach outside the part that holds ink."""
    code = qr_code(url)
    quiet = QUIET_ZONE / code.modules
    side = min([side, *((edge + side) / (1 - quiet) for edge in (x, y) if edge < 0)])
    return Code((max(x, -quiet * side), max(y, -quiet * side), side, side), code.source)


def _inside(box: Box, by: float) -> Box:
    x, y, width, height = box
    return x + by, y + by, width - 2 * by, height - 2 * by


def _emblem(box: Box, logo: Logo) -> Emblem:
    """Place a logo as large as its box allows, at the left in the middle."""
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
        """Place the pictures."""
        return tuple(
            Picture((x, y + self.above, self.side, self.side), pictogram)
            for (x, y), pictogram in zip(self._places(), self.pictograms, strict=True)
        )

    def numerals(self) -> tuple[Box, ...]:
        """Place the numbers: beside or above the upper left corner of each picture."""
        return tuple((x - self.beside, y, self.digit_width, self.digit_height) for x, y in self._places())

    def words(self) -> tuple[Text, ...]:
        """Set the words in one size; a long one takes the room that its neighbours leave."""
        widths = [_width_of(pictogram.word) for pictogram in self.pictograms]
        rows = [widths[start : start + _COLUMNS] for start in (0, _COLUMNS)]
        gaps = (_COLUMNS - 1) * _APART
        rooms = (self.width - gaps, self.width - gaps + self.grid.spill)
        size = min([self.grid.word, *(room / sum(row) for room, row in zip(rooms, rows, strict=True))])
        style = Style("regular", size, size, breaks="whole")
        return tuple(
            self._word(pictogram.word, style, index, left, width * size)
            for index, (pictogram, left, width) in enumerate(
                zip(self.pictograms, self._lefts(rows, size), widths, strict=True)
            )
        )

    def _lefts(self, rows: Sequence[Sequence[float]], size: float) -> Iterator[float]:
        """Find where the words begin: below the middle of their picture, pushed aside where they would touch."""
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
    """Return the box of the words below the second row of pictures, with the room that they may spill into."""
    made = _Grid(grid, ())
    top = made.y + made.pitch_y + made.above + made.side + _NEAR
    return made.x - grid.spill, top, made.width + grid.spill, made.word_height


@lru_cache(maxsize=1024)
def _width_of(word: str) -> float:
    """Measure a picture's word at one point, in millimetres."""
    return fit(word, Style("regular", 1, 1, breaks="whole"), 1000, 1000).width
