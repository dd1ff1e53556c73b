"""Finding names that another program read in the wrong encoding: `ZoÃ«` or `Zo‰` for Zoë.

UTF-8 that was read as cp1252 has pairs and triples of characters that no name has. Those below are made of
the letters of Europe, Turkey and Vietnam and of typographic characters. The second character tells them from
names: São, JOÃO, VÂLCEA and LÃ are left alone (docs/decisions/032-garbled-text-by-pairs.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Bytes that cp1252 does not define.
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
# What cp1252 makes of the second and later bytes of a character in UTF-8; 0xA0 is a blank, so it is left out.
_SECOND = "".join(
    chr(byte) if byte in _UNDEFINED else bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xC0)
    if byte != 0xA0
)
_FOLLOWING = f"[{re.escape(_SECOND)}]"
# The first characters of `_GARBLED`: looking for one of these first is many times faster.
_BEGIN = re.compile("[\ufffdÂÃÄÅÈâáï‚ƒ„‰‹ˆ‡]")
_GARBLED = re.compile(
    "\ufffd"
    f"|[ÂÃÄÅ]{_FOLLOWING}"  # Latin letters with accents, Latin Extended-A
    "|È[˜™š›]"  # Romanian ș and ț
    "|(?<=[a-z])[ÂÃ]\u00a0"  # à, or a no-break space, within a word
    f"|â[€„]{_FOLLOWING}"  # quotation marks and dashes
    f"|á[¸º»]{_FOLLOWING}"  # Vietnamese
    "|ï»¿"
    "|(?<=[A-Za-z])[‚ƒ„‰‹ˆ‡]"  # é â ä ë ï ê ç of DOS (cp850) read as cp1252
)
# Second characters that are also letters.
_CAPITALS = "ŠŽŒŸ"
# The most characters of a word in a message.
MOST = 40


def places(text: str) -> Iterator[tuple[int, str]]:
    """Yield (position, word) of every place that looks garbled; of a long word, only the middle part."""
    if text.isascii():
        return
    for begin in _BEGIN.finditer(text):
        match = _GARBLED.match(text, begin.start())
        if match is None:
            continue
        word = _word(text, match.start(), match.end())
        if match.group()[-1] in _CAPITALS and word.isupper():
            continue  # a name in capitals, such as MÄŠA
        yield match.start(), word


def first(text: str) -> tuple[int, str] | None:
    """Return (position, word) of the first place that looks garbled, None where there is none."""
    return next(places(text), None)


def _word(text: str, start: int, end: int) -> str:
    left = re.search(r"[^\s;,\"]*\Z", text[max(0, start - MOST // 2) : start])
    right = re.match(r"[^\s;,\"]*", text[end : end + MOST // 2])
    return (left.group() if left else "") + text[start:end] + (right.group() if right else "")
