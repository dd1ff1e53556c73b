"""Joins the PDFs of the chunks of a document into one, and counts the pages of a PDF.

The joined PDF is written from front to back, one part at a time: held in memory as a whole, each QR code of
20,000 pupils would be an object of some kilobytes. How objects, cross references and trailer are written is
ISO 32000-1 §7.5. Language, viewer preferences and bookmarks belong to the whole document, so they are written
here. The viewer preference `PrintScaling None` (§12.2) asks for printing at 100 %, for printers that shrink a
page ("fit to page") are the usual reason why print does not meet the labels. See docs/sources.md, "QR codes
and paper".
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
_PICTOGRAMS = "+Leerid-Prenten"  # how the name of every subset of the font of pictograms ends
_LARGE = 2000
"""Bytes: a font or picture of at least this size is written once for all parts; a QR code is smaller."""
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|\b(\d+) 0 R\b", re.DOTALL)
"""A literal string, in which nothing is a reference; else a reference to an object, with its number."""


class ByteSink(Protocol):
    """What a PDF is written to: a file, or anything else to which bytes can be added."""

    def write(self, data: bytes, /) -> object:
        """Add bytes at the end."""


def join(title: str, parts: Iterable[bytes], bookmarks: Sequence[Bookmark] = ()) -> bytes:
    """Return the bytes of the PDF that `write` writes."""
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
    """Write one PDF with the pages of all parts in order; the same parts give the same bytes.

    `parts` are PDFs as bytes; fonts and pictures that several of them hold are written once. The PDF gets a
    title, the language, viewer preferences, and `bookmarks` where schools and classes begin. With
    `whole_fonts`, meant for many parts, the font of pictograms is written as a whole instead of one subset
    for each part.
    """
    joined = _Joined(out, whole_fonts=whole_fonts)
    for part in parts:
        joined.add(part)
    joined.finish(title, bookmarks)


class _Joined:
    """A PDF that is being written: the numbers of its objects, and at which byte each begins."""

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
        """Return a number for an object that is to be written later."""
        self._places.append(0)
        return len(self._places) - 1

    def write(self, number: int, text: bytes, stream: bytes | None = None) -> None:
        """Write an object under its number; with a `stream`, `text` is the dictionary of the stream."""
        self._places[number] = self._position
        if stream is not None:
            text += b"\nstream\n%b\nendstream" % stream
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, text))

    def add(self, part: bytes) -> None:
        """Write the pages of a part, and all objects that they refer to."""
        with pikepdf.open(BytesIO(part)) as source:
            taken = _Part(self, source)
            for page in source.pages:
                number = self.new()
                self._pages.append(number)
                self.write(number, taken.text(page.obj))
            taken.write_rest()

    def finish(self, title: str, bookmarks: Sequence[Bookmark]) -> None:
        """Write what belongs to the whole document, the cross-reference table and the trailer."""
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
        """Write bookmarks by class, below their schools if there are several; return the root's number."""
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
        """Write bookmarks (title, page, those below) of one level; return the first and the last number."""
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
    """A part whose objects are being copied: their new numbers, and which are still to be written."""

    def __init__(self, whole: _Joined, source: pikepdf.Pdf) -> None:
        self._whole, self._source = whole, source
        self._numbers = {source.Root.Pages.objgen[0]: whole.root}
        self._waiting: list[int] = []

    def text(self, obj: pikepdf.Object) -> bytes:
        """Return an object in the syntax of PDF, with the new numbers in its references."""
        name = str(obj.get("/FontName", "")) if isinstance(obj, pikepdf.Dictionary) else ""
        if self._whole.whole_fonts and name.endswith(_PICTOGRAMS):
            self._numbers[obj.FontFile2.objgen[0]] = self._pictograms()
        return _REFERENCE.sub(self._renumbered, obj.unparse(resolved=True))

    def _renumbered(self, match: re.Match[bytes]) -> bytes:
        if match[1] is None:
            return match[0]
        old = int(match[1])
        if old not in self._numbers:
            self._numbers[old] = self._number(old)
        return b"%d 0 R" % self._numbers[old]

    def _number(self, old: int) -> int:
        """Return a number for an object: that of an equal one before it if it is large, else a new one."""
        obj, shared = self._source.get_object(old, 0), self._whole.shared
        key = b""
        if isinstance(obj, pikepdf.Stream) and int(obj.Length) >= _LARGE:
            key = sha256(obj.read_raw_bytes()).digest()
            if key in shared:
                return shared[key]
        number = self._whole.new()
        if key:
            shared[key] = number
        self._waiting.append(old)
        return number

    def write_rest(self) -> None:
        """Write all objects that pages or other written objects refer to."""
        while self._waiting:
            old = self._waiting.pop(0)
            obj = self._source.get_object(old, 0)
            if isinstance(obj, pikepdf.Stream):
                data = obj.read_raw_bytes()
                obj.stream_dict.Length = len(data)
                self._whole.write(self._numbers[old], self.text(obj.stream_dict), data)
            else:
                self._whole.write(self._numbers[old], self.text(obj))

    def _pictograms(self) -> int:
        """Return the number of the whole font of pictograms, whose glyphs are numbered as in its subsets."""
        shared, key = self._whole.shared, _PICTOGRAMS.encode()
        if key not in shared:
            data = fonts.path("pictures").read_bytes()
            packed = zlib.compress(data, 9)
            shared[key] = self._whole.new()
            text = b"<< /Filter /FlateDecode /Length %d /Length1 %d >>" % (len(packed), len(data))
            self._whole.write(shared[key], text, packed)
        return shared[key]


def _string(text: str) -> bytes:
    """Return a text as a PDF string."""
    return pikepdf.String(text).unparse()


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF, given as bytes."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)
