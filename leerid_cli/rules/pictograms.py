"""The catalogue of pictograms: 8 categories of 16 or more; a picture password has one picture of each.

The rule is docs/contract.md §6; docs/sources.md, "The LeerID manual" §1. A code has two characters: the
category (a to h), and one that counts within it. A code never gets another picture, for codes are what is
hashed; eight of them take 16 of the 72 bytes that bcrypt reads. A word that is replaced stays as an alias, so
that cards on which it is printed keep working.
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
    """All pictograms: by category, in the order of the categories' letters, and by folded word or alias."""

    categories: tuple[tuple[Pictogram, ...], ...]
    by_word: dict[str, Pictogram] = field(repr=False)

    @classmethod
    def of(cls, pictograms: Iterable[Pictogram]) -> Catalogue:
        """Return the catalogue of these pictograms; raises ValueError where a code or a word stands twice."""
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
        """Return the eight pictograms that a text names, in the order of the categories.

        The words may stand in any order and case, separated by blanks or commas. None where they are not
        eight known words, one of each category.
        """
        found = [self.by_word.get(fold(word)) for word in re.split(r"[\s,]+", text.strip())]
        known = {pictogram.code[0]: pictogram for pictogram in found if pictogram}
        if len(found) != CATEGORIES or len(known) != CATEGORIES:
            return None
        return tuple(known[letter] for letter in sorted(known))


@lru_cache(maxsize=1)
def load(folder: Path) -> Catalogue:
    """Return the catalogue in a folder's `catalogue.csv`.

    Its columns are code;category;word;icon;aliases, with blanks between aliases.
    """
    with (folder / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return Catalogue.of(
        Pictogram(row["code"], row["category"], row["word"], row["icon"], tuple(row["aliases"].split()))
        for row in rows
    )
