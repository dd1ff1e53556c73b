"""The faces in use, with what a user's own file must keep: boxes apart from each other and on the card.

The faces of the program are held to the same by its tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from leerid_cli.cards import faces
from leerid_cli.cards.faces import Box, Face
from leerid_cli.cards.layout import second_words
from leerid_cli.cards.sheets import A4_PICTURE, A4_TEXT, Document
from leerid_cli.cards.sizing import FAMILIES, Faces
from leerid_cli.cards.templates import FACES, Templates, read, refused
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.model.people import PasswordKind

_ROUNDING = 1e-6
_WHITE = 4.0
"""How far the white of a code may reach beyond the part of a card that holds ink, in millimetres."""
_NEEDS = {"contact": "contact", "help": "contact"}
"""What is not shown unless the card has it."""
_EITHER_OR = (tuple(PasswordKind), ("example", "genuine"), ("logo", "no-logo"), ("contact", "no-contact"))


class Part(NamedTuple):
    """Something on a face: how to call it, its box, and on which cards it is."""

    name: str
    at: Box
    when: frozenset[str] = frozenset()


def load(templates: Templates) -> Faces:
    """Return the faces in use; raises InputError naming file, face and boxes where the user's are wrong."""
    known = faces.load(templates)
    file = templates.own(FACES)
    if file is None:
        return known
    ours = faces.faces()
    own = {name: variants for name, variants in known.items() if variants is not ours.get(name)}
    for name, variants in own.items():
        for number, face in enumerate(variants, 1):
            for why in faults(name, face):
                raise _refused(file, name, number, why)
    return known


def _refused(file: Path, name: str, number: int, why: str) -> InputError:
    lines = [n for n, line in enumerate(read(file).splitlines(), 1) if line.strip().startswith(f"[[{name}]]")]
    at = lines[number - 1] if number <= len(lines) else None
    return refused(file, at, _("in [[{face}]], number {n}: {why}").format(face=name, n=number, why=why))


def faults(name: str, face: Face) -> Iterator[str]:
    """Say which boxes of a face overlap or leave the card."""
    width, height = _room(name, face)
    parts = list(_parts(face))
    for part in parts:
        x, y, wide, high = part.at
        white = _WHITE if part.name == "code" else _ROUNDING
        if min(x, y) < -white or x + wide > width + white or y + high > height + white:
            yield _("the box of {one} leaves the card, which is {width} x {height} mm").format(
                one=_called(part), width=f"{width:g}", height=f"{height:g}"
            )
    for one, two in combinations(parts, 2):
        if _together(one, two) and _overlap(one.at, two.at):
            yield _("the boxes of {one} and {two} overlap").format(one=_called(one), two=_called(two))


def _room(name: str, face: Face) -> tuple[float, float]:
    """Return the width and height in millimetres that a face of this name may fill."""
    if name.startswith(Document.A4):
        return (A4_PICTURE if face.pictures else A4_TEXT).content_size[0], face.height
    family = next((one for one in reversed(FAMILIES) if name.startswith(one.prefix)), FAMILIES[0])
    return family.width, face.height


def _parts(face: Face) -> Iterator[Part]:
    for box in face.texts:
        yield Part(
            box.show or box.text, box.at, box.when | {_NEEDS[box.show]} if box.show in _NEEDS else box.when
        )
    if face.code:
        x, y, side = face.code
        yield Part("code", (x, y, side, side))
    if face.pictures:
        yield Part("pictures", face.pictures.at)
    if face.pictures and face.pictures.spill:
        x, y, _wide, high = second_words(face.pictures)
        yield Part("pictures, spill", (x, y, face.pictures.spill, high))
    if face.logo:
        yield Part("logo", face.logo, frozenset({"logo"}))


def _together(one: Part, two: Part) -> bool:
    """Tell whether some card shows both."""
    when = one.when | two.when
    return all(len(when.intersection(group)) <= 1 for group in _EITHER_OR)


def _overlap(one: Box, two: Box) -> bool:
    (x, y, wide, high), (left, top, width, height) = one, two
    return (
        x + wide > left + _ROUNDING
        and left + width > x + _ROUNDING
        and y + high > top + _ROUNDING
        and top + height > y + _ROUNDING
    )


def _called(part: Part) -> str:
    numbers = ", ".join(f"{length:g}" for length in part.at)
    return f"'{part.name}' [{numbers}]"
