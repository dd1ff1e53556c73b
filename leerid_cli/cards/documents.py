"""Parts of a document put together into one PDF, and counted.

Viewer preferences per ISO 32000-1 §12.2; `PrintScaling None` keeps printers from shrinking label
sheets ("fit to page"), the usual reason why print and labels do not meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO

import pikepdf

from leerid_cli.cards.sheets import Document


def join(document: Document, parts: Sequence[bytes]) -> bytes:
    """Make one PDF of the parts' pages in order, with Dutch title and printing hints; same in, same out."""
    with ExitStack() as opened, pikepdf.new() as whole:
        for part in parts:
            source = opened.enter_context(pikepdf.open(BytesIO(part)))
            whole.pages.extend(source.pages)
        _describe(whole, document)
        out = BytesIO()
        whole.remove_unreferenced_resources()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _describe(pdf: pikepdf.Pdf, document: Document) -> None:
    pdf.docinfo["/Title"] = document.dutch_title
    pdf.Root.Lang = pikepdf.String("nl")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(PrintScaling=pikepdf.Name("/None"), DisplayDocTitle=True)


def page_count(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)
