"""`cards preview`: samples of all cards, as PDF and as picture."""

import pypdfium2
import pytest
from PIL import Image
from world import World


def config(world: World, text: str) -> None:
    world.config.write_text(world.config.read_text() + text)


@pytest.mark.parametrize("name", ["x.gif", "x"])
def test_samples_are_pdf_or_png(world: World, name: str) -> None:
    assert world.run("cards", "preview", "-o", world.out / name).code == 2
    assert list(world.out.iterdir()) == []


def test_samples_of_every_kind_as_pdf_and_png(world: World) -> None:
    config(world, '[schools."030569"]\nname = "Basisschool De Zonnewijzer"\n')
    done = world.run("cards", "preview", "-o", world.out / "p.pdf")
    assert done.code == 0, done.err
    with pypdfium2.PdfDocument(world.out / "p.pdf") as opened:
        text = "\n".join(page.get_textpage().get_text_range() for page in opened)
        sizes = [page.get_size() for page in opened]
    for said in ("Voor de leerkracht", "boot47", "zn4chdjr", "Tik je prenten", "Basisschool De Zonnewijzer"):
        assert said in text
    assert "loket.test" in text.replace("\r\n", "")
    assert "VOORBEELD" not in text, "the portal is set"
    assert world.run("cards", "preview", "--colour", "-o", world.out / "p.png").code == 0
    with Image.open(world.out / "p.png") as picture:
        assert picture.format == "PNG"
        assert picture.width > 3 * sizes[0][0] * 100 / 72
        grey = picture.convert("RGB").getcolors(1 << 24)
    assert any(len(set(colour)) > 1 for _count, colour in grey), "with --colour there is colour"


def test_samples_say_what_a_sheet_cannot_hold(world: World) -> None:
    done = world.run("cards", "preview", "--sheet", "70x37", "-o", world.out / "p.pdf")
    assert done.code == 0
    assert "left out, too small to read on 70x37: leerid-stickers-volledig.pdf" in done.err
