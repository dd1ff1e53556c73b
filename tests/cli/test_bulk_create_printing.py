"""`bulk-create` and `reset-password`: label sheets, printers, class lists and templates of one's own."""

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from world import AS_OF, World, members, row

FULL = "leerid-stickers-volledig.pdf"
A4 = "leerid-kaartjes-a4.pdf"
PAGE = """<!DOCTYPE html><html lang="nl"><head><style>{% include "sheets.css.j2" %}</style></head><body>
{% for page in pages %}<section>
{% for card in page.cards %}
<p>EIGEN {{ card.layout.texts[0].name }}</p>
{% endfor %}</section>{% endfor %}</body></html>
"""
FACE = """[[password-text]]
height = 42
texts = [
  { show = "voornaam", at = [0, 0, 90, 9], size = [30, 9] },
]
"""
OVERLAP = """[[a4-text]]
height = 47
code = [0, 0, 30]
logo = [60, 0, 10, 6]
texts = [
  { show = "voornaam", at = [31, 0, 50, 9], size = [30, 9], when = "no-logo" },
  { show = "naam", at = [31, 10, 50, 9], size = [30, 9] },
  { show = "password", at = [31, 20, 50, 9], size = [30, 20], when = "word" },
  { show = "password", at = [31, 20, 50, 9], size = [30, 20], when = "temporary" },
]
"""


@pytest.fixture
def school(world: World) -> World:
    """Three pupils of a class with passwords of words."""
    (world.config).write_text('[portal]\nurl = "https://loket.test/l/{token}"\n[passwords]\nbasis = "word"\n')
    rows = [
        row("1", insz="15030700157"),
        row("2", voornaam="Zoë", geboortedatum="2014-05-06", insz="14450600268"),
        row("3", voornaam="Noah", geboortedatum="2003-03-07", insz="03030700196"),
    ]
    assert world.run("import", world.pupils(*rows)).code == 0
    return world


def config(world: World, text: str) -> None:
    world.config.write_text(world.config.read_text() + text)


def first_ink(pdf: bytes, page: int = 0) -> tuple[float, float]:
    """Left and top of the ink of a page, in mm."""
    with pypdfium2.PdfDocument(pdf) as opened:
        image = (
            opened[page].render(scale=600 / 72).to_pil().convert("L").point(lambda grey: 255 * (grey < 128))
        )
    left, top, _right, _bottom = image.getbbox()
    return left * 25.4 / 600, top * 25.4 / 600


def create(world: World, name: str, *options: object) -> dict[str, bytes]:
    done = world.run("bulk-create", "--all", *AS_OF, "-o", world.out / name, *options)
    assert done.code == 0, done.err
    return members(world.out / name)


def reset(world: World, name: str, *options: object) -> dict[str, bytes]:
    done = world.run("reset-password", "--class", "5A", "--yes", "--expect", 3, *AS_OF, "-o", world.out / name,
                     *options)  # fmt: skip
    assert done.code == 0, done.err
    return members(world.out / name)


def own(world: World, name: str, text: str) -> Path:
    folder = world.config.parent / "templates"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_options_move_the_stickers_and_not_the_a4_cards(school: World) -> None:
    plain = create(school, "a.zip")
    moved = reset(school, "b.zip", "--offset-x", 2, "--offset-y", "-1.5")
    (x, y), (moved_x, moved_y) = first_ink(plain[FULL]), first_ink(moved[FULL])
    assert moved_x - x == pytest.approx(2, abs=0.1)
    assert moved_y - y == pytest.approx(-1.5, abs=0.1)
    assert first_ink(moved[A4], 1) == pytest.approx(first_ink(plain[A4], 1), abs=0.01)


def test_a_printer_of_the_configuration_is_used_by_name_or_always_and_options_win(school: World) -> None:
    config(school, '[printers."Balie 1"]\noffset_x = 3\noffset_y = 1\nscale_y = 0.99\nsheet = "99.1x38.1"\n')
    plain = first_ink(create(school, "a.zip", "--sheet", "99.1x38.1")[FULL])
    named = first_ink(reset(school, "b.zip", "--printer", "Balie 1")[FULL])
    assert named[0] - plain[0] == pytest.approx(3, abs=0.1)
    assert named[1] - plain[1] == pytest.approx(1 - 0.01 * (15.15 + 19.05), abs=0.1)
    config(school, '[printing]\nprinter = "Balie 1"\n')
    assert first_ink(reset(school, "c.zip")[FULL]) == pytest.approx(named, abs=0.05)
    option = first_ink(reset(school, "d.zip", "--offset-x", 0, "--scale-y", 1)[FULL])
    assert option[0] - plain[0] == pytest.approx(0, abs=0.1)
    assert option[1] - plain[1] == pytest.approx(1, abs=0.1)


def test_start_at_leaves_labels_free(school: World) -> None:
    _x, plain = first_ink(create(school, "a.zip")[FULL])
    files = reset(school, "b.zip", "--start-at", 11)
    with pypdfium2.PdfDocument(files[FULL]) as opened:
        assert len(opened) == 2, "two of three pupils on labels 11 and 12, the third on the next sheet"
    assert first_ink(files[FULL])[1] - plain == pytest.approx(5 * 48, abs=0.1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--sheet", "105x84"),
            "105x48, 63.5x38.1, 70x37, 99.1x38.1, 99.1x67.7, single-105x48, single-89x36",
        ),
        (("--printer", "nergens"), "Balie"),
        (("--start-at", "13"), "1 to 12"),
        (("--start-at", "0"), "--start-at"),
        (("--offset-x", "10.5"), "--offset-x"),
        (("--offset-x", "9"), "leave the paper"),
        (("--scale-y", "1.2"), "--scale-y"),
        (("--sheet", "70x37", "--password-kind", "picture"), "63.5x38.1"),
    ],
)
def test_what_cannot_be_printed_is_a_usage_error_and_changes_nothing(
    school: World, options: tuple[str, ...], told: str
) -> None:
    config(school, "[printers.Balie]\n")
    before = school.snapshot()
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out, *options)
    assert done.code == 2, done.err
    if "picture" in options:
        assert "too small to read on the sheet 70x37" in done.err
        assert "these sheets do: 105x48, 99.1x38.1, 99.1x67.7, single-105x48, single-89x36" in done.err
    else:
        assert told in done.err
    assert school.snapshot() == before
    assert list(school.out.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[printers.a]\noffset = 1\n", "printers.\"a\".offset"),
        ("[printers.a]\noffset_x = 11\n", "printers.\"a\".offset_x"),
        ("[printers.a]\nscale_y = true\n", "printers.\"a\".scale_y"),
        ("[printers.a]\nsheet = 3\n", "printers.\"a\".sheet"),
        ("[printers.a]\n[printing]\nprinter = \"b\"\n", "printing.printer"),
        ("[printing]\nprinter = \"b\"\n", "printing.printer"),
        ("[printers.a]\nsheet = \"48x105\"\n[printing]\nprinter = \"a\"\n", "printers.\"a\".sheet"),
    ],
)  # fmt: skip
def test_a_wrong_printer_in_the_configuration_is_told_by_file_and_key(
    world: World, text: str, key: str
) -> None:
    config(world, text)
    done = world.run("calibrate", "-o", world.out)
    assert done.code == 3
    assert str(world.config) in done.err
    assert key in done.err


def test_class_lists_come_with_bulk_create_and_reset_not_with_create(school: World) -> None:
    def first_page(files: dict[str, bytes]) -> str:
        with pypdfium2.PdfDocument(files[A4]) as opened:
            return str(opened[0].get_textpage().get_text_range())

    done = school.run("create", "1", *AS_OF, "-o", school.out / "one.zip")
    assert done.code == 0, done.err
    assert "leerkracht" not in first_page(members(school.out / "one.zip"))
    assert "Voor de leerkracht" in first_page(create(school, "a.zip"))
    listed = first_page(reset(school, "b.zip"))
    assert "Wachtwoord" in listed
    bare = first_page(reset(school, "c.zip", "--no-passwords"))
    assert "zoe.peeters" in bare
    assert "achtwoord" not in bare


def test_every_pdf_is_in_class_order_each_large_class_on_its_own_sheets_unless_compact(world: World) -> None:
    """Imported upside down: 1B before 1A, Zita before Ada. Six of a class start a sheet, two do not."""
    names = [("1A", name) for name in ("Ada", "Bea", "Cis", "Dre", "Eva", "Fee")] + [
        ("1B", "Gus"),
        ("1B", "Hia"),
    ]
    names += [("1C", name) for name in ("Iris", "Jef", "Kato", "Lea", "Mien", "Zita")]
    rows = []
    for number, (klas, voornaam) in enumerate(names, 1):
        base = f"150307{number:03}"
        insz = f"{base}{97 - int('2' + base) % 97:02}"
        rows.append(row(str(number), klas=klas, voornaam=voornaam, naam="Maes", insz=insz))
    assert world.run("import", world.pupils(*reversed(rows))).code == 0
    done = world.run("bulk-create", "--all", "--password-kind", "word", *AS_OF, "-o", world.out / "a.zip")
    assert done.code == 0, done.err
    again = ("reset-password", "--school", "030569", "--yes", "--expect", len(names), *AS_OF)
    assert world.run(*again, "--compact", "-o", world.out / "b.zip").code == 0
    for archive, stickers, cards in (("a.zip", [8, 6], [8, 6]), ("b.zip", [12, 2], [10, 4])):
        files = members(world.out / archive)
        for file, expected in ((A4, cards), *((name, stickers) for name in files if "stickers" in name)):
            with pypdfium2.PdfDocument(files[file]) as opened:
                pages = [page.get_textpage().get_text_range() for page in opened]
            sheets = [page for page in pages if "Voor de leerkracht" not in page]
            order = [[word for word in page.split() if word in dict(map(reversed, names))] for page in sheets]
            assert [len(page) for page in order] == expected, (archive, file)
            assert [name for page in order for name in page] == [name for _klas, name in names], (
                archive,
                file,
            )


def test_every_pdf_of_a_bundle_asks_not_to_be_scaled_and_has_title_language_and_bookmarks(
    school: World,
) -> None:
    files = {name: data for name, data in create(school, "a.zip").items() if name.endswith(".pdf")}
    assert len(files) == 4
    for data in files.values():
        with pikepdf.open(io.BytesIO(data)) as opened, opened.open_outline() as tree:
            assert opened.Root.ViewerPreferences.PrintScaling == "/None"
            assert str(opened.Root.Lang) == "nl-BE"
            assert str(opened.docinfo["/Title"]).startswith("LeerID-")
            assert [item.title for item in tree.root] == ["5A"]


def test_a_template_of_ones_own_is_used(school: World) -> None:
    own(school, "sheets.html.j2", PAGE)
    with pypdfium2.PdfDocument(create(school, "a.zip")[FULL]) as opened:
        assert "EIGEN" in opened[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (PAGE.replace("card.layout.texts[0].name", "card.stamnumer"), 4, "stamnumer"),
        (PAGE.replace("card.layout.texts[0].name", "stamnumer"), 4, "stamnumer"),
        (PAGE.replace("{% endfor %}</section>", "</section>"), 5, "end of template"),
        (PAGE.replace("{{ card", "{{ ).card"), 4, "unexpected"),
        (PAGE.replace("card.layout.texts[0].name", "card.__class__.__mro__"), 4, "unsafe"),
        (PAGE.replace("card.layout.texts[0].name", "1 / 0"), 4, "division"),
        (PAGE.replace("sheets.css.j2", "../config.toml"), 1, "config.toml"),
        (PAGE.replace("sheets.css.j2", "labels.toml"), 1, "labels.toml"),
        (PAGE.replace("EIGEN", '<img src="file:///etc/passwd">'), None, "not allowed on a card"),
        (PAGE.replace("EIGEN", "<section></section>"), None, "pages"),
    ],
)
def test_a_wrong_template_is_told_by_file_line_and_field_and_nothing_changes(
    school: World, text: str, line: int | None, told: str
) -> None:
    file = own(school, "sheets.html.j2", text)
    before = school.snapshot()
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out)
    assert done.code == 3, done.err
    assert (f"{file}:{line}: " if line else f"{file}: ") in done.err
    assert told in done.err
    assert school.snapshot() == before
    assert list(school.out.iterdir()) == []


def test_a_style_of_ones_own_is_told_by_its_own_name(school: World) -> None:
    file = own(school, "sheets.css.j2", "body { margin: 0 }\np { color: {{ kleur }} }\n")
    done = school.run("cards", "preview", "-o", school.out / "p.pdf")
    assert done.code == 3
    assert f"{file}:2: 'kleur' is undefined" in done.err


def test_a_face_of_ones_own_replaces_the_one_of_its_name_only(school: World) -> None:
    own(school, "faces.toml", FACE.replace("voornaam", "username"))
    files = create(school, "a.zip")
    with pypdfium2.PdfDocument(files["leerid-stickers-wachtwoord.pdf"]) as opened:
        text = opened[0].get_textpage().get_text_range()
    assert "noah.peeters" in text
    assert "Typ je wachtwoord" not in text
    with pypdfium2.PdfDocument(files[FULL]) as opened:
        assert "wachtwoord" in opened[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (('show = "voornaam"', 'show = "vornaam"'), 4, "vornaam"),
        (("height = 42", "hoogte = 42"), 2, "in [[password-text]], number 1: hoogte: unknown key"),
        (("height = 42\n", ""), 1, "number 1: height: is missing"),
        (("height = 42", "height = 0"), 2, "number 1: height: must be a length above 0"),
        (("password-text", "pasword-text"), 1, "pasword-text: unknown key; known here: "),
        (("password-text", '"password-text.x"'), 1, "password-text.x: unknown key"),
        (("size = ", "maat = "), 4, "number 1: texts.1.maat: unknown key; known here: at, size"),
        (("at = [0, 0, 90, 9]", "at = [0, 0, 90]"), 4, "number 1: texts.1.at: needs 4 lengths up to 2000"),
        (("90, 9]", "0, 9]"), 4, "texts.1.at: needs lengths above 0"),
        (("texts = [", "texts = "), None, "line"),
        (('show = "voornaam"', 'show = "voornaam", font = "comic"'), 4, "comic"),
    ],
)
def test_a_wrong_face_is_told_by_file_and_field(
    school: World, change: tuple[str, str], line: int | None, told: str
) -> None:
    file = own(school, "faces.toml", FACE.replace(*change))
    before = school.snapshot()
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out)
    assert done.code == 3, done.err
    assert (f"{file}:{line}: " if line else f"{file}: ") in done.err
    assert told in done.err
    assert school.snapshot() == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ("[31, 10, 50, 9]", "[31, 8.9, 50, 9]"),
            "'voornaam' [31, 0, 50, 9] and 'naam' [31, 8.9, 50, 9] overlap",
        ),
        (("[31, 10, 50, 9]", "[29, 10, 50, 9]"), "'naam' [29, 10, 50, 9] and 'code' [0, 0, 30, 30] overlap"),
        ((', when = "no-logo"', ""), "'voornaam' [31, 0, 50, 9] and 'logo' [60, 0, 10, 6] overlap"),
        (
            ("[31, 10, 50, 9]", "[31, 10, 57, 9]"),
            "'naam' [31, 10, 57, 9] leaves the card, which is 87 x 47 mm",
        ),
        (("[31, 10, 50, 9]", "[31, 38.1, 50, 9]"), "'naam' [31, 38.1, 50, 9] leaves the card"),
        (("code = [0, 0, 30]", "code = [-4.5, 0, 30]"), "'code' [-4.5, 0, 30, 30] leaves the card"),
    ],
)
def test_boxes_of_ones_own_that_overlap_or_leave_the_card_are_told(
    school: World, change: tuple[str, str], told: str
) -> None:
    file = own(school, "faces.toml", FACE + OVERLAP)
    assert school.run("cards", "preview", "-o", school.out / "good.pdf").code == 0
    assert change[0] in OVERLAP
    file.write_text(FACE + OVERLAP.replace(*change))
    before = school.snapshot()
    done = school.run("bulk-create", "--all", *AS_OF, "-o", school.out)
    assert done.code == 3, done.err
    assert f"{file}:6: in [[a4-text]], number 1: the box" in done.err
    assert told in done.err
    assert school.snapshot() == before


def test_a_label_sheet_of_ones_own(school: World) -> None:
    file = own(
        school,
        "labels.toml",
        "[mijn]\ncolumns = 1\nrows = 5\nwidth = 110\nheight = 50\nleft = 50\ntop = 10\n",
    )
    data = create(school, "a.zip", "--sheet", "mijn")[FULL]
    # content from 53 to 157 mm, the card layout of 96 mm in its middle: its ink begins at 57, white of the code outside
    assert first_ink(data)[0] == pytest.approx(57.15, abs=0.2)
    file.write_text("[mijn]\ncolumns = 1\nrows = 9\nwidth = 110\nheight = 50\n")
    done = school.run("calibrate", "-o", school.out)
    assert done.code == 3
    assert f'{file}: "mijn".rows: the labels end 450.0 mm from the top' in done.err
