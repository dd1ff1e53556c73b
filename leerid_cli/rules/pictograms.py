"""The catalogue of pictograms: 8 categories of 16 or more, one picture of each makes a password.

A code is two characters, category a-h and a running sign. Codes are append-only: they stand in
the hashes of passwords, and eight of them take 16 of bcrypt's 72 bytes. A word that changes
stays as an alias, so that a card printed with it keeps working.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from leerid_cli.model.cards import Pictogram
from leerid_cli.rules.usernames import fold

CATEGORIES = 8


@dataclass(frozen=True)
class Catalogue:
    """All pictograms, by category in the order of the catalogue and by word."""

    categories: tuple[tuple[Pictogram, ...], ...]
    by_word: dict[str, Pictogram] = field(repr=False)

    @classmethod
    def of(cls, pictograms: Iterable[Pictogram]) -> Catalogue:
        """Arrange pictograms by category; raises ValueError when a code or word is not unique."""
        by_category: dict[str, list[Pictogram]] = {}
        by_word: dict[str, Pictogram] = {}
        codes: set[str] = set()
        for pictogram in pictograms:
            by_category.setdefault(pictogram.code[0], []).append(pictogram)
            for word in (pictogram.word, *pictogram.aliases):
                if by_word.setdefault(fold(word), pictogram) is not pictogram:
                    raise ValueError(f"pictogram word {word} stands twice")
            if pictogram.code in codes:
                raise ValueError(f"pictogram code {pictogram.code} stands twice")
            codes.add(pictogram.code)
        return cls(tuple(tuple(by_category[letter]) for letter in sorted(by_category)), by_word)

    def read_words(self, text: str) -> tuple[Pictogram, ...] | None:
        """Return the pictograms of eight words in category order, or None if they are not one of each.

        Words may stand in any order and case, separated by blanks or commas.
        """
        found = [self.by_word.get(fold(word)) for word in re.split(r"[\s,]+", text.strip())]
        known = {pictogram.code[0]: pictogram for pictogram in found if pictogram}
        if len(found) != CATEGORIES or len(known) != CATEGORIES:
            return None
        return tuple(known[letter] for letter in sorted(known))


@lru_cache(maxsize=1)
def load(folder: Path) -> Catalogue:
    """Read `catalogue.csv` of the folder: code;category;word;icon;aliases (aliases separated by blanks)."""
    with (folder / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return Catalogue.of(
        Pictogram(row["code"], row["category"], row["word"], row["icon"], tuple(row["aliases"].split()))
        for row in rows
    )
