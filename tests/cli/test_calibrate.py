"""`calibrate`: the test sheet of each label sheet."""

import io
import stat

import pikepdf
import pypdfium2
import pytest
from world import World

MM = 72 / 25.4


def centres(sheet: str) -> list[tuple[float, float]]:
    """Centres of labels that fill A4 evenly: half a label from each outer edge of the block."""
    columns, rows = {
        "105x48": (2, 6),
        "70x37": (3, 8),
        "99.1x38.1": (2, 7),
        "63.5x38.1": (3, 7),
        "99.1x67.7": (2, 4),
    }[sheet]
    width, height = map(float, sheet.split("x"))
    gap = 2.5 if width in (99.1, 63.5) else 0
    left, top = (210 - columns * width - (columns - 1) * gap) / 2, (297 - rows * height) / 2
    return [
        (left + column * (width + gap) + width / 2, top + row * height + height / 2)
        for row in range(rows)
        for column in range(columns)
    ]


def shape(item: pypdfium2.PdfObject) -> tuple[float, float, float, float]:
    left, bottom, right, top = (edge / MM for edge in item.get_bounds())
    return left, 297 - top, right - left, top - bottom


def near(line: tuple[float, ...], wanted: tuple[float, ...]) -> bool:
    return all(abs(one - two) <= 0.3 for one, two in zip(line, wanted, strict=True))


@pytest.mark.parametrize("sheet", ["105x48", "70x37", "99.1x38.1", "63.5x38.1", "99.1x67.7"])
def test_the_test_sheet_has_a_cross_on_every_label_and_rulers_of_100_mm(world: World, sheet: str) -> None:
    done = world.run("calibrate", "--sheet", sheet, "--offset-y", "0.5", "-o", world.out / "t.pdf")
    assert done.code == 0, done.err
    assert stat.S_IMODE((world.out / "t.pdf").stat().st_mode) == 0o600
    data = (world.out / "t.pdf").read_bytes()
    with pypdfium2.PdfDocument(data) as opened:
        text = opened[0].get_textpage().get_text_range()
        lines = [shape(item) for item in opened[0].get_objects() if item.type == 2]
    for said in ("100 mm", "offset", "scale", "printers"):
        assert said in text
    for box in centres(sheet):
        x, y = box
        assert any(near(line, (x - 4, y + 0.5, 8, 0)) for line in lines), box
        assert any(near(line, (x, y + 0.5 - 4, 0, 8)) for line in lines), box
    ticks = [line for line in lines if line[2] < 0.3 and 1 < line[3] < 4]
    assert max(t[0] for t in ticks) - min(t[0] for t in ticks) == pytest.approx(100, abs=0.1)
    ticks = [line for line in lines if line[3] < 0.3 and 1 < line[2] < 4]
    assert max(t[1] for t in ticks) - min(t[1] for t in ticks) == pytest.approx(100, abs=0.1)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"


@pytest.mark.parametrize("sheet", ["single-105x48", "single-89x36"])
def test_a_single_label_has_a_test_sheet_too(world: World, sheet: str) -> None:
    assert world.run("calibrate", "--sheet", sheet, "-o", world.out).code == 0
    with pypdfium2.PdfDocument(world.out / f"leerid-calibrate-{sheet}.pdf") as opened:
        assert len(opened) == 5
        assert {round(page.get_height() / MM) for page in opened} == {int(sheet.rpartition("x")[2])}


@pytest.mark.parametrize("command", [("calibrate",), ("cards", "preview")])
def test_nothing_is_overwritten(world: World, command: tuple[str, ...]) -> None:
    there = world.file("mine", "mine.pdf")
    done = world.run(*command, "--output", there)
    assert done.code == 7
    assert there.read_text() == "mine"
