"""Joined PDFs: bookmarks, fonts that are written once, and no more memory for many parts than for few."""

import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from leerid_cli.cards import chunks as cutting
from leerid_cli.cards import pdf_joining
from leerid_cli.cards.chunks import CardOptions, chunks
from leerid_cli.cards.render import render_chunk
from leerid_cli.cards.sheets import Bookmark, Document
from leerid_cli.model.people import PasswordKind

MEASURED = """
import pathlib, resource, sys
from leerid_cli.cards import pdf_joining
part = pathlib.Path(sys.argv[1]).read_bytes()

class Nowhere:
    def write(self, data):
        pass

pdf_joining.write(Nowhere(), "x", (part for _number in range(int(sys.argv[2]))), whole_fonts=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def font_files(pdf: bytes) -> set[tuple[str, int]]:
    """Return the fonts of a PDF: the name without the prefix of a subset, the number of the font file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            (str(found.FontName).partition("+")[2], found.FontFile2.objgen[0])
            for found in opened.objects
            if isinstance(found, pikepdf.Dictionary) and "/FontFile2" in found
        }


def test_many_parts_share_the_font_of_pictograms_and_look_the_same(make, monkeypatch):
    monkeypatch.setattr(cutting, "SHEETS_A_CHUNK", 1)
    cards = [make.card(PasswordKind.PICTURE, number) for number in range(30)]
    work = chunks(Document.FULL, cards, CardOptions())
    parts = [render_chunk(chunk) for chunk in work]
    assert len(parts) == 3
    whole = cutting.join(Document.FULL, parts, work)
    names = [name for name, _file in font_files(whole)]
    assert names.count("Leerid-Prenten") == 1
    assert len(whole) < sum(map(len, parts))
    for number, part in enumerate(parts):
        assert make.raster(whole, number).tobytes() == make.raster(part).tobytes()


def test_a_single_part_keeps_its_small_font(make):
    (chunk,) = work = chunks(Document.FULL, [make.card(PasswordKind.PICTURE)], CardOptions())
    assert len(cutting.join(Document.FULL, [render_chunk(chunk)], work)) < 40_000


def test_a_text_that_looks_like_a_reference_stays_as_it_is(make):
    part = make.pdf(Document.PASSWORD, [make.card(PasswordKind.WORD)])
    with pikepdf.open(io.BytesIO(part)) as opened:
        opened.pages[0].obj.Said = pikepdf.String("see 3 0 R (or \\ 4 0 R) and ) 5 0 R")
        out = io.BytesIO()
        opened.save(out)
    with pikepdf.open(io.BytesIO(pdf_joining.join("x", [out.getvalue()] * 2))) as joined:
        assert [str(page.obj.Said) for page in joined.pages] == ["see 3 0 R (or \\ 4 0 R) and ) 5 0 R"] * 2
        assert joined.check_pdf_syntax() == []


@pytest.mark.parametrize("schools", [["A", "A", "A"], ["A", "A", "B – ë"]])
def test_bookmarks_by_class_and_by_school_where_there_are_several(make, schools):
    part = make.pdf(Document.PASSWORD, [make.card(PasswordKind.WORD)])
    marks = [Bookmark(school, f"{number}A", number) for number, school in enumerate(schools)]
    with pikepdf.open(io.BytesIO(pdf_joining.join("Titel – ë", [part] * 3, marks))) as joined:
        assert joined.check_pdf_syntax() == []
        assert str(joined.docinfo.Title) == "Titel – ë"
        with joined.open_outline() as outline:
            tops = [(item.title, [below.title for below in item.children]) for item in outline.root]
            pages = [item.destination[0].objgen for item in outline.root]
        if len(set(schools)) == 1:
            assert tops == [("0A", []), ("1A", []), ("2A", [])]
            assert pages == [page.obj.objgen for page in joined.pages]
        else:
            assert tops == [("A", ["0A", "1A"]), ("B – ë", ["2A"])]
            assert pages == [joined.pages[0].obj.objgen, joined.pages[2].obj.objgen]


def test_many_parts_take_no_more_memory_than_few(make, tmp_path: Path):
    """300 parts against ten: when the PDF was held in memory as a whole, they took 250 MB more."""
    part = make.pdf(Document.FULL, [make.card(PasswordKind.PICTURE, number) for number in range(60)])
    (tmp_path / "part.pdf").write_bytes(part)

    def peak(parts: int) -> float:
        line = [sys.executable, "-c", MEASURED, str(tmp_path / "part.pdf"), str(parts)]
        kilobytes = int(subprocess.run(line, capture_output=True, check=True).stdout)
        return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)

    assert peak(300) - peak(10) < 25
