"""Parts of a document put together into one PDF, and counted.

The PDF is written from front to back, a part at a time (ISO 32000-1 §7.5): held in memory whole, every QR
code of 20,000 pupils is an object of kilobytes. Language, viewer preferences and outlines belong to the whole,
so they are written here. Viewer preferences per §12.2; `PrintScaling None` keeps printers from shrinking label
sheets ("fit to page"), the usual reason why print and labels do not meet.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO
from itertools import groupby
from typing import Protocol

import pikepdf

from leerid_cli.cards import fonts
from leerid_cli.cards.sheets import Bookmark

LANGUAGE = "nl-BE"
_PICTOGRAMS = "+Leerid-Prenten"
_LARGE = 2000
"""Bytes from which a font or picture is kept once where several parts hold it; a QR code has fewer."""
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|\b(\d+) 0 R\b", re.DOTALL)


class ByteSink(Protocol):
    """What a PDF is written to, never going back."""

    def write(self, data: bytes, /) -> object:
        """Add bytes at the end."""


def join(title: str, parts: Iterable[bytes], bookmarks: Sequence[Bookmark] = ()) -> bytes:
    """Return the PDF that `write` writes."""
    out = BytesIO()
    write(out, title, parts, bookmarks)
    return out.getvalue()


def write(
    out: ByteSink,
    title: str,
    parts: Iterable[bytes],
    bookmarks: Sequence[Bookmark] = (),
    *,
    whole_fonts: bool = False,
) -> None:
    """Write one PDF of the parts' pages in order, fonts and pictures shared; same in, same out.

    It gets the title, language, printing hints and, where schools or classes begin, bookmarks. With
    `whole_fonts`, for many parts, the font of pictograms stands in it whole, not cut to what a part shows.
    """
    joined = _Joined(out, whole_fonts=whole_fonts)
    for part in parts:
        joined.add(part)
    joined.finish(title, bookmarks)


class _Joined:
    """A PDF in the making: which numbers its objects have, and where they stand."""

    def __init__(self, out: ByteSink, *, whole_fonts: bool) -> None:
        self._out, self.whole_fonts = out, whole_fonts
        self._position, self._sum = 0, sha256()
        self._places = array("Q", [0])
        self._pages: list[int] = []
        self.shared: dict[bytes, int] = {}
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self.root = self.new()

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._position += len(data)
        self._sum.update(data)

    def new(self) -> int:
        """Return the number of an object that will be written."""
        self._places.append(0)
        return len(self._places) - 1

    def write(self, number: int, text: bytes, stream: bytes | None = None) -> None:
        """Write an object, a stream where it has one."""
        self._places[number] = self._position
        if stream is not None:
            text += b"\nstream\n%b\nendstream" % stream
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, text))

    def add(self, part: bytes) -> None:
        """Write the pages of a part, and all that they refer to."""
        with pikepdf.open(BytesIO(part)) as source:
            taken = _Part(self, source)
            for page in source.pages:
                number = self.new()
                self._pages.append(number)
                self.write(number, taken.text(page.obj))
            taken.write_rest()

    def finish(self, title: str, bookmarks: Sequence[Bookmark]) -> None:
        """Write what belongs to the whole, and the table of where everything stands."""
        kids = b" ".join(b"%d 0 R" % number for number in self._pages)
        self.write(self.root, b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(self._pages), kids))
        outlines = b" /Outlines %d 0 R" % self._outlines(bookmarks) if bookmarks else b""
        catalog, info = self.new(), self.new()
        self.write(
            catalog,
            b"<< /Type /Catalog /Pages %d 0 R /Lang %b%b /ViewerPreferences "
            b"<< /DisplayDocTitle true /PrintScaling /None >> >>" % (self.root, _string(LANGUAGE), outlines),
        )
        self.write(info, b"<< /Title %b >>" % _string(title))
        name, start = self._sum.hexdigest()[:32].encode(), self._position
        self._put(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._places))
        for place in self._places[1:]:
            self._put(b"%010d 00000 n \n" % place)
        self._put(
            b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>] >>\nstartxref\n%d\n%%%%EOF\n"
            % (len(self._places), catalog, info, name, name, start)
        )

    def _outlines(self, bookmarks: Sequence[Bookmark]) -> int:
        """Write bookmarks by class, under their schools where there are several; return the number of the root."""
        root = self.new()
        schools = [
            (name, list(classes)) for name, classes in groupby(bookmarks, key=lambda mark: mark.school)
        ]
        if len(schools) == 1:
            first, last = self._level(root, [(mark.title, mark.page, ()) for mark in bookmarks])
        else:
            first, last = self._level(root, [(name, marks[0].page, marks) for name, marks in schools])
        shown = len(bookmarks) + (len(schools) if len(schools) > 1 else 0)
        self.write(root, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (first, last, shown))
        return root

    def _level(self, above: int, items: Sequence[tuple[str, int, Sequence[Bookmark]]]) -> tuple[int, int]:
        """Write bookmarks (title, page, those below) that stand beside each other; return the first and the last."""
        numbers = [self.new() for _item in items]
        for place, (title, page, below) in enumerate(items):
            text = b"<< /Title %b /Parent %d 0 R /Dest [%d 0 R /Fit]" % (
                _string(title), above, self._pages[page]
            )  # fmt: skip
            if place:
                text += b" /Prev %d 0 R" % numbers[place - 1]
            if place + 1 < len(items):
                text += b" /Next %d 0 R" % numbers[place + 1]
            if below:
                ends = self._level(numbers[place], [(mark.title, mark.page, ()) for mark in below])
                text += b" /First %d 0 R /Last %d 0 R /Count %d" % (*ends, len(below))
            self.write(numbers[place], text + b" >>")
        return numbers[0], numbers[-1]


class _Part:
    """A part that is being taken in: which number its objects get, and which are still to be written."""

    def __init__(self, whole: _Joined, source: pikepdf.Pdf) -> None:
        self._whole, self._source = whole, source
        self._numbers = {source.Root.Pages.objgen[0]: whole.root}
        self._waiting: list[int] = []

    def text(self, found: pikepdf.Object) -> bytes:
        """Return an object as it is written, all it refers to numbered anew."""
        name = str(found.get("/FontName", "")) if isinstance(found, pikepdf.Dictionary) else ""
        if self._whole.whole_fonts and name.endswith(_PICTOGRAMS):
            self._numbers[found.FontFile2.objgen[0]] = self._pictograms()
        return _REFERENCE.sub(self._renumbered, found.unparse(resolved=True))

    def _renumbered(self, match: re.Match[bytes]) -> bytes:
        if match[1] is None:
            return match[0]
        old = int(match[1])
        if old not in self._numbers:
            self._numbers[old] = self._number(old)
        return b"%d 0 R" % self._numbers[old]

    def _number(self, old: int) -> int:
        """Return the number of an object: that of an equal one where it is large, else a new one."""
        found, shared = self._source.get_object(old, 0), self._whole.shared
        key = b""
        if isinstance(found, pikepdf.Stream) and int(found.Length) >= _LARGE:
            key = sha256(found.read_raw_bytes()).digest()
            if key in shared:
                return shared[key]
        number = self._whole.new()
        if key:
            shared[key] = number
        self._waiting.append(old)
        return number

    def write_rest(self) -> None:
        """Write what the pages referred to, and what that refers to."""
        while self._waiting:
            old = self._waiting.pop(0)
            found = self._source.get_object(old, 0)
            if isinstance(found, pikepdf.Stream):
                data = found.read_raw_bytes()
                found.stream_dict.Length = len(data)
                self._whole.write(self._numbers[old], self.text(found.stream_dict), data)
            else:
                self._whole.write(self._numbers[old], self.text(found))

    def _pictograms(self) -> int:
        """Return the number of the whole font, whose glyphs have the same numbers as those of all its cuts."""
        shared, key = self._whole.shared, _PICTOGRAMS.encode()
        if key not in shared:
            data = fonts.path("pictures").read_bytes()
            packed = zlib.compress(data, 9)
            shared[key] = self._whole.new()
            text = b"<< /Filter /FlateDecode /Length %d /Length1 %d >>" % (len(packed), len(data))
            self._whole.write(shared[key], text, packed)
        return shared[key]


def _string(text: str) -> bytes:
    return pikepdf.String(text).unparse()


def page_count(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)
