"""One card laid out: its face filled in, every text set so that it fits its box.

The boxes of a face are disjoint, and no ink leaves its box; so nothing on a card can overlap.
Lengths in millimetres from the corner of the part of the card that may hold ink.
"""

from __future__ import annotations

from dataclasses import dataclass

from leerid_cli.cards.faces import Box, Face, PictureGrid, TextBox, faces
from leerid_cli.cards.fitting import POINT, Fitted, Style, fit
from leerid_cli.cards.pictures import QUIET_ZONE, qr_code
from leerid_cli.cards.sheets import Document
from leerid_cli.cards.sizing import STANDARD, Faces, Family
from leerid_cli.model import Card, Pictogram

_COLUMNS, _ROWS = 4, 2
_FRAME = 0.55  # between the edge of a frame and its text
_LINE = 0.1  # a frame is drawn a little inside its box, as renderers thicken thin lines
_GUTTER = 1.2  # between the cells of a grid
_OVERHANG = 0.25  # a word may be wider than its cell
_NEAR = 0.4  # between a picture, its number and its word
_INK = 1.05  # a little more than the height of a line of plain letters, in em
_DIGIT = 0.7  # width of a bold digit in em, with some air


@dataclass(frozen=True, slots=True)
class Text:
    """A text in its place; `at` is the box of its ink."""

    name: str
    at: Box
    fitted: Fitted
    style: Style
    align: str


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
class Layout:
    """One card, ready to be drawn."""

    texts: tuple[Text, ...]
    pictures: tuple[Picture, ...]
    frames: tuple[Box, ...]
    code: Code | None
    height: float


def lay_out(
    document: Document, card: Card, *, example: bool, among: Faces | None = None, family: Family = STANDARD
) -> Layout:
    """Fill in the first face of `document` that suits the card; the last one suits any card.

    `among` are the faces in use, those of the program if not given.
    """
    *preferred, last = family.find(among or faces(), document, card.credential.kind)
    for face in preferred:
        layout = _fill(face, card, example)
        if all(text.fitted.comfortable for text in layout.texts):
            return layout
    return _fill(last, card, example)


def _fill(face: Face, card: Card, example: bool) -> Layout:
    conditions = {"", card.credential.kind, "example" if example else "genuine"}
    boxes = [box for box in face.texts if box.when in conditions]
    fields = _fields(card, face)
    texts = [_text(box, box.text or fields[box.show]) for box in boxes]
    pictures: list[Picture] = []
    if face.pictures:
        for index, pictogram in enumerate(card.credential.pictures):
            picture, *words = _cell(face.pictures, index, pictogram)
            pictures.append(picture)
            texts.extend(words)
    return Layout(
        texts=tuple(text for text in texts if text.fitted.lines),
        pictures=tuple(pictures),
        frames=tuple(_inside(box.at, _LINE) for box in boxes if box.frame),
        code=_code(*face.code, card.url) if face.code else None,
        height=face.height,
    )


def _fields(card: Card, face: Face) -> dict[str, str]:
    """Collect what the boxes of a face may show; a child with one name only has it written large."""
    issued = f"{card.issued:%d-%m-%Y}"
    return {
        "voornaam": card.voornaam.strip() or card.naam,
        "naam": card.naam if card.voornaam.strip() else "",
        "klas": card.klas,
        "username": card.username,
        "address": card.url,
        "password": card.credential.text,
        "instruction": face.instruction.get(card.credential.kind, face.instruction.get("any", "")),
        "issued": issued,
        "source": ", ".join(filter(None, [card.school_name.strip(), issued])),
    }


def _text(box: TextBox, content: str) -> Text:
    x, y, width, height = _inside(box.at, _FRAME) if box.frame else box.at
    fitted = fit(content, box.style, width, height)
    spare = height - fitted.height
    y += {"top": 0.0, "middle": spare / 2, "bottom": spare}[box.valign]
    return Text(box.show or box.text, (x, y, width, fitted.height), fitted, box.style, box.align)


def _code(x: float, y: float, side: float, url: str) -> Code:
    """Place the code of an address; only its quiet zone may reach outside the part that holds ink."""
    code = qr_code(url)
    quiet = QUIET_ZONE / code.modules
    side = min([side, *((edge + side) / (1 - quiet) for edge in (x, y) if edge < 0)])
    return Code((max(x, -quiet * side), max(y, -quiet * side), side, side), code.source)


def _inside(box: Box, by: float) -> Box:
    x, y, width, height = box
    return x + by, y + by, width - 2 * by, height - 2 * by


def _cell(grid: PictureGrid, index: int, pictogram: Pictogram) -> tuple[Picture, Text, Text]:
    """Place one numbered picture with its word below, centred in its cell."""
    x, y, width, height = _cell_box(grid.at, index)
    numeral = Style("bold", grid.numeral, grid.numeral, breaks="whole")
    line, digit = grid.numeral * _INK * POINT, grid.numeral * _DIGIT * POINT
    word_height = grid.word[0] * _INK * POINT
    above, beside = (line + _NEAR, 0.0) if grid.number == "above" else (0.0, digit + _NEAR)
    side = min(height - word_height - _NEAR - above, width - 2 * beside)
    left = x + (width - side) / 2
    picture = Picture((left, y + above, side, side), pictogram)
    number = TextBox((left - beside, y, digit if beside else side, line), numeral, valign="top")
    below = (x - _OVERHANG, y + above + side + _NEAR, width + 2 * _OVERHANG, word_height)
    word = TextBox(below, Style("regular", *grid.word, breaks="whole"), align="center", valign="top")
    return picture, _text(number, str(index + 1)), _text(word, pictogram.word)


def _cell_box(grid: Box, index: int) -> Box:
    x, y, width, height = grid
    row, column = divmod(index, _COLUMNS)
    pitch_x, pitch_y = (width + _GUTTER) / _COLUMNS, (height + _GUTTER) / _ROWS
    return x + column * pitch_x, y + row * pitch_y, pitch_x - _GUTTER, pitch_y - _GUTTER
