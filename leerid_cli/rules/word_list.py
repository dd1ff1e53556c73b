"""The words of word passwords: all combinations of a word and digits, each with a number.

Which words there are: docs/contract.md §6. `rules/passwords.py` draws of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

# Characters of a word password.
LENGTH = 6
# 0 and 1 look like letters.
DIGITS = "23456789"


@dataclass(frozen=True)
class WordList:
    """The words of word passwords (3 or 4 letters each), and strings that no word password may contain."""

    words: tuple[str, ...]
    blocked: tuple[str, ...]

    def combinations(self) -> Iterator[str]:
        """Yield every word password that can be drawn for some pupil."""
        for word in self.words:
            rest = LENGTH - len(word)
            texts = (word + _digits(number, rest) for number in range(len(DIGITS) ** rest))
            yield from (text for text in texts if not self.blocks(text))

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """For each word, the number of combinations of this word and all words before it."""
        return tuple(accumulate(len(DIGITS) ** (LENGTH - len(word)) for word in self.words))

    @property
    def size(self) -> int:
        """The number of combinations of a word and digits, blocked ones included."""
        return self._ends[-1] if self._ends else 0

    def at(self, index: int) -> str:
        """Return combination number `index`, from 0 to `size` - 1: word by word, each with all its digits."""
        place = bisect_right(self._ends, index)
        word = self.words[place]
        rest = LENGTH - len(word)
        first = self._ends[place] - len(DIGITS) ** rest
        return word + _digits(index - first, rest)

    def blocks(self, text: str) -> bool:
        """Tell whether the text contains a blocked string."""
        return any(entry in text for entry in self.blocked)


def _digits(number: int, length: int) -> str:
    """Return a number in base 8, written with the eight `DIGITS`."""
    text = ""
    for _position in range(length):
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text


@lru_cache(maxsize=1)
def load_words(folder: Path) -> WordList:
    """Return the word list of a folder (`woorden.txt`, `blokkade.txt`), without lines that begin with #."""

    def entries(name: str) -> tuple[str, ...]:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))

    return WordList(entries("woorden.txt"), entries("blokkade.txt"))
