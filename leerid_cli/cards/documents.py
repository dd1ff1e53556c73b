"""Parts of a document put together into one PDF, and counted.

Joining drops language, viewer preferences and outlines, so they are written here. Viewer preferences
per ISO 32000-1 §12.2; `PrintScaling None` keeps printers from shrinking label sheets ("fit to page"),
the usual reason why print and labels do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from hashlib import sha256
from io import BytesIO
from itertools import groupby

import pikepdf

from leerid_cli.cards import fonts
from leerid_cli.cards.sheets import Bookmark

LANGUAGE = "nl-BE"
_PICTOGRAMS = "+Leerid-Prenten"
_LARGE = 2000
"""Bytes from which it is worth while to look for the same picture again; a QR code has fewer."""


def join(title: str, parts: Iterable[bytes], bookmarks: Sequence[Bookmark] = ()) -> bytes:
    """Make one PDF of the parts' pages in order, fonts and pictures shared; same in, same out.

    It gets the title, language, printing hints and, where schools or classes begin, bookmarks.
    """
    with ExitStack() as opened, pikepdf.new() as whole:
        shared = _Shared(whole)
        for part in parts:
            source = opened.enter_context(pikepdf.open(BytesIO(part)))
            whole.pages.extend(source.pages)
            shared.take_in(len(source.pages))
        shared.finish()
        _describe(whole, title)
        _mark(whole, bookmarks)
        out = BytesIO()
        whole.remove_unreferenced_resources()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


class _Shared:
    """What the parts of a document share: a font or picture that several of them hold is kept once.

    The font of pictograms is cut to those that a part shows, which soon are nearly all of them. Cutting keeps
    the numbers of the glyphs, so the whole font can stand in for all its cuts.
    """

    def __init__(self, whole: pikepdf.Pdf) -> None:
        self._whole = whole
        self._known: dict[bytes, pikepdf.Object] = {}
        self._cuts: list[pikepdf.Object] = []
        self._seen: set[tuple[int, int]] = set()

    def take_in(self, pages: int) -> None:
        """Share what the last pages, those of one part, hold."""
        for page in self._whole.pages[len(self._whole.pages) - pages :]:
            resources = page.obj.Resources
            if resources.objgen in self._seen:
                continue
            if resources.is_indirect:
                self._seen.add(resources.objgen)
            for font in resources.get("/Font", pikepdf.Dictionary()).values():
                self._take_font(font)
            pictures = resources.get("/XObject", pikepdf.Dictionary())
            for name, picture in list(pictures.items()):
                if int(picture.get("/Length", 0)) >= _LARGE:
                    pictures[name] = self._one(picture)

    def _take_font(self, font: pikepdf.Object) -> None:
        descriptor = font.DescendantFonts[0].FontDescriptor
        if str(descriptor.FontName).endswith(_PICTOGRAMS):
            self._cuts.append(descriptor)
        elif "/FontFile2" in descriptor:
            descriptor.FontFile2 = self._one(descriptor.FontFile2)

    def _one(self, stream: pikepdf.Object) -> pikepdf.Object:
        """Return the stream that was taken in first of those that are the same."""
        key = sha256(stream.read_raw_bytes()).digest()
        return self._known.setdefault(key, stream)

    def finish(self) -> None:
        """Share the font of pictograms, once it is known that several parts have it."""
        if len(self._cuts) > 1:
            data = fonts.path("pictures").read_bytes()
            font = self._whole.make_stream(data, Length1=len(data))
            for descriptor in self._cuts:
                descriptor.FontFile2 = font


def _describe(pdf: pikepdf.Pdf, title: str) -> None:
    pdf.docinfo["/Title"] = title
    pdf.Root.Lang = pikepdf.String(LANGUAGE)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(PrintScaling=pikepdf.Name("/None"), DisplayDocTitle=True)


def _mark(pdf: pikepdf.Pdf, bookmarks: Sequence[Bookmark]) -> None:
    """Write bookmarks by class, under their schools where there are several."""
    schools = [(name, list(classes)) for name, classes in groupby(bookmarks, key=lambda mark: mark.school)]
    with pdf.open_outline() as outline:
        for school, marks in schools:
            items = [pikepdf.OutlineItem(mark.title, mark.page) for mark in marks]
            if len(schools) > 1:
                above = pikepdf.OutlineItem(school, marks[0].page)
                above.children.extend(items)
                items = [above]
            outline.root.extend(items)


def page_count(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)
