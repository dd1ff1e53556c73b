"""Parts of a document put together into one PDF, and counted.

Joining drops language, viewer preferences and outlines, so they are written here. Viewer preferences
per ISO 32000-1 §12.2; `PrintScaling None` keeps printers from shrinking label sheets ("fit to page"),
the usual reason why print and labels do not meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from itertools import groupby

import pikepdf

from leerid_cli.cards.sheets import Bookmark

LANGUAGE = "nl-BE"


def join(title: str, parts: Sequence[bytes], bookmarks: Sequence[Bookmark] = ()) -> bytes:
    """Make one PDF of the parts' pages in order; same in, same out.

    It gets the title, language, printing hints and, where schools or classes begin, bookmarks.
    """
    with ExitStack() as opened, pikepdf.new() as whole:
        for part in parts:
            source = opened.enter_context(pikepdf.open(BytesIO(part)))
            whole.pages.extend(source.pages)
        _describe(whole, title)
        _mark(whole, bookmarks)
        out = BytesIO()
        whole.remove_unreferenced_resources()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


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
