#!/usr/bin/env python3
"""Check the word list and the block list of the word passwords.

Every word is 3 or 4 letters a-z, in order, unique, in Debian's Dutch dictionary, and sounds like no
other word of the list. Every entry of the block list is lower case, unique, and found in at least
one possible password. The number of passwords left is counted one by one.

Exit status: 0 when all is well, 1 when anything is wrong (one line each on standard error),
2 when there is no dictionary to check with.
"""

from __future__ import annotations

import argparse
import itertools
import math
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

WORDLISTS = Path(__file__).resolve().parent.parent / "wordlists"
DICTIONARY = Path("/usr/share/dict/dutch")
LENGTH = 6
DIGITS = "23456789"
FEWEST_WORDS = 600

# Spellings of one sound, each written the same way; what is left tells words apart by ear.
SOUNDS = (
    (r"[ao]uw|[ao]u", "ou"),
    ("ij", "ei"),
    ("ch", "g"),
    ("th", "t"),
    ("c(?=[eiy])", "s"),
    ("c", "k"),
    ("qu", "kw"),
    ("x", "ks"),
    ("y", "i"),
    ("v", "f"),
    ("z", "s"),
    ("d$", "t"),
    ("b$", "p"),
    (r"([^aeiou])\1$", r"\1"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list that is not a remark."""

    path: Path
    line: int
    text: str

    def fault(self, message: str) -> str:
        """Return the message with the place it is about."""
        return f"{shown(self.path)}:{self.line}: {message}"


def shown(path: Path) -> Path:
    """Return the path as seen from the current folder where it lies inside it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Return the lines of the list; empty lines and lines that begin with # are remarks."""
    lines = enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
    return tuple(Entry(path, number, line) for number, line in lines if line and not line.startswith("#"))


def is_word(text: str) -> bool:
    """Tell whether the text has the shape of a word."""
    return re.fullmatch("[a-z]{3,4}", text) is not None


def passwords(word: str) -> Iterator[str]:
    """Yield every password of the word, without regard to the block list."""
    for digits in itertools.product(DIGITS, repeat=LENGTH - len(word)):
        yield word + "".join(digits)


def sound(word: str) -> str:
    """Return the word in a rough spelling that is the same for words that sound the same."""
    for pattern, same in SOUNDS:
        word = re.sub(pattern, same, word)
    return word


def repeated(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a fault for each entry that was there before."""
    first: dict[str, int] = {}
    for entry in entries:
        if first.setdefault(entry.text, entry.line) != entry.line:
            yield entry.fault(f"'{entry.text}' is on line {first[entry.text]} too")


def word_faults(words: tuple[Entry, ...], dictionary: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with single words."""
    for word in words:
        if not is_word(word.text):
            yield word.fault(f"'{word.text}' is not 3 or 4 letters a-z")
        elif word.text not in dictionary:
            yield word.fault(f"'{word.text}' is not in the dictionary")


def order_faults(words: tuple[Entry, ...]) -> Iterator[str]:
    """Yield a fault for each word that should stand before the one above it."""
    for above, word in itertools.pairwise(words):
        if word.text < above.text:
            yield word.fault(f"'{word.text}' should stand before '{above.text}'")


def sound_faults(words: tuple[Entry, ...]) -> Iterator[str]:
    """Yield a fault for each word that sounds like an earlier one."""
    first: dict[str, Entry] = {}
    for word in words:
        earlier = first.setdefault(sound(word.text), word)
        if earlier.text != word.text:
            yield word.fault(f"'{word.text}' sounds like '{earlier.text}' on line {earlier.line}")


def list_faults(words: tuple[Entry, ...], path: Path) -> Iterator[str]:
    """Yield what is wrong with the word list as a whole."""
    if len(words) < FEWEST_WORDS:
        yield f"{shown(path)}:1: {len(words)} words, fewer than {FEWEST_WORDS}"
    yield from repeated(words)
    yield from order_faults(words)
    yield from sound_faults(words)


def block_faults(blocked: tuple[Entry, ...], used: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with the block list; `used` are the entries found in some password."""
    yield from repeated(blocked)
    for entry in blocked:
        if not re.fullmatch(r"[a-z0-9]+", entry.text):
            yield entry.fault(f"'{entry.text}' is not lower-case letters a-z and digits")
        elif entry.text not in used:
            yield entry.fault(f"'{entry.text}' is in no possible password")


def enumerate_passwords(words: frozenset[str], blocked: frozenset[str]) -> tuple[int, int, frozenset[str]]:
    """Return how many passwords are possible, how many are allowed, and the block entries found in them."""
    total = allowed = 0
    used: set[str] = set()
    for password in itertools.chain.from_iterable(map(passwords, words)):
        found = [entry for entry in blocked if entry in password]
        total += 1
        allowed += not found
        used.update(found)
    return total, allowed, frozenset(used)


def summary(words: frozenset[str], entries: int, total: int, allowed: int) -> str:
    """Return the counts as text."""
    three = sum(len(word) == 3 for word in words)
    return "\n".join(
        (
            f"words: {three} of 3 letters, {len(words) - three} of 4 letters, {len(words)} in all",
            f"block list: {entries} entries, {total - allowed} of {total} combinations blocked",
            f"combinations left: {allowed} ({math.log2(allowed) if allowed else 0:.1f} bits)",
        )
    )


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dictionary", type=Path, default=DICTIONARY, metavar="PATH")
    parser.add_argument("--words", type=Path, default=WORDLISTS / "woorden.txt", metavar="PATH")
    parser.add_argument("--blocked", type=Path, default=WORDLISTS / "blokkade.txt", metavar="PATH")
    return parser.parse_args(arguments)


def check(words_path: Path, blocked_path: Path, dictionary: frozenset[str]) -> int:
    """Check both lists, say what was found, and return the exit status."""
    words, blocked = read_entries(words_path), read_entries(blocked_path)
    good = frozenset(word.text for word in words if is_word(word.text))
    total, allowed, used = enumerate_passwords(good, frozenset(entry.text for entry in blocked))
    faults = [
        *word_faults(words, dictionary),
        *list_faults(words, words_path),
        *block_faults(blocked, used),
    ]
    print(summary(good, len(blocked), total, allowed))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def main(arguments: list[str] | None = None) -> int:
    """Run the check and return the exit status."""
    options = read_options(arguments)
    try:
        dictionary = frozenset(options.dictionary.read_text(encoding="utf-8").split("\n"))
    except OSError as error:
        print(f"{options.dictionary}: {error.strerror}. Try: apt-get install wdutch", file=sys.stderr)
        return 2
    try:
        return check(options.words, options.blocked, dictionary)
    except (OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
