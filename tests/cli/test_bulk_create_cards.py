"""`bulk-create`: language, logo and contact of the cards, and letters that no font has."""

import csv
import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from world import AS_OF, World, members, row

from leerid_cli import resources

SIGN_IN, A4 = "leerid-stickers-aanmelden.pdf", "leerid-kaartjes-a4.pdf"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setenv("LEERID_BCRYPT_COST", "4")
    made = World(tmp_path)
    assert (
        made.run(
            "import", made.pupils(row("1", **numbered("001")), row("2", voornaam="Noah", **numbered("002")))
        ).code
        == 0
    )
    return made


def numbered(number):
    """A rijksregisternummer of 7 March 2015 with its check digits."""
    base = f"150307{number}"
    return {"insz": f"{base}{97 - int('2' + base) % 97:02}"}


def text(data):
    with pypdfium2.PdfDocument(data) as opened:
        return " ".join("".join(page.get_textpage().get_text_range() for page in opened).split())


def bundle(world):
    (path,) = world.out.iterdir()
    return members(path)


def configure(world, school):
    world.config.write_text(world.config.read_text() + f'[schools."030569"]\n{school}\n')


def png(size=(60, 30), form="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("language", "said"),
    [("nl", "Scan de code."), ("fr", "Scanne le code."), ("en", "Scan the code."), ("uk", "Відскануй код.")],
)
def test_a_batch_in_another_language(world, language, said):
    done = world.run("bulk-create", "--all", "--card-language", language, "--output", world.out, *AS_OF)
    assert done.code == 0
    assert text(bundle(world)[SIGN_IN]).count(said) == 2


def test_the_language_of_the_configuration_holds_until_an_option_says_another(world):
    world.config.write_text(world.config.read_text() + '[cards]\nlanguage = "fr"\n')
    assert world.run("create", "030569/1", "--output", world.out / "a.zip", *AS_OF).code == 0
    assert "Scanne le code." in text(members(world.out / "a.zip")[SIGN_IN])
    for command in (["reset-password", "030569/1"], ["rename", "030569/1", "--username", "emma.p", "--yes"]):
        path = world.out / f"{command[0]}.zip"
        assert world.run(*command, "--card-language", "en", "--output", path, *AS_OF).code == 0
        assert "Scan the code." in text(members(path)[SIGN_IN])


@pytest.mark.parametrize(
    "command",
    [
        ["create", "030569/1"],
        ["bulk-create", "--all"],
        ["reset-password", "030569/1"],
        ["rename", "1", "--username", "x"],
    ],
)
def test_an_unknown_language_is_refused_with_those_that_are_known(world, command):
    before = world.snapshot()
    done = world.run(*command, "--card-language", "xx")
    assert done.code == 2
    assert "en, fr, nl, uk" in done.err
    assert world.snapshot() == before


def test_an_unknown_language_in_the_configuration_is_refused(world):
    world.config.write_text(world.config.read_text() + '[cards]\nlanguage = "../nl"\n')
    done = world.run("bulk-create", "--all", *AS_OF)
    assert done.code == 3
    assert "cards.language" in done.err
    assert "en, fr, nl, uk" in done.err


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_plan_may_give_each_pupil_a_language(world, extension):
    plan = world.folder / f"plan.{extension}"
    assert world.run("bulk-create", "--all", "--plan", plan, "--card-language", "fr", *AS_OF).code == 0
    if extension == "csv":
        rows = list(csv.reader(io.StringIO(plan.read_text()), delimiter=";"))
        assert [line[-1] for line in rows] == ["card_language", "fr", "fr"]
        rows[2][-1], rows[1][-1] = "uk", ""
        plan.write_text("\n".join(";".join(line) for line in rows))
    assert world.run("bulk-create", "--apply", plan, "--output", world.out, *AS_OF).code == 0
    said = text(bundle(world)[SIGN_IN])
    expected = {"csv": ["Scan de code.", "Відскануй код."], "xlsx": ["Scanne le code."] * 2}[extension]
    assert all(said.count(line) == expected.count(line) for line in expected)


def test_a_plan_without_that_wish_has_no_such_column(world):
    plan = world.folder / "plan.csv"
    assert world.run("bulk-create", "--all", "--plan", plan, *AS_OF).code == 0
    assert "card_language" not in plan.read_text()


def test_a_plan_with_an_unknown_language_is_refused(world):
    plan = world.folder / "plan.csv"
    world.run("bulk-create", "--all", "--plan", plan, "--card-language", "fr", *AS_OF)
    plan.write_text(plan.read_text().replace('"fr"', '"tlh"'))
    before = world.snapshot()
    done = world.run("bulk-create", "--apply", plan, *AS_OF)
    assert done.code == 6
    assert "tlh" in done.err
    assert world.snapshot() == before


def own_language(world, name, change=("", ""), source="fr"):
    folder = world.config.parent / "templates" / "languages"
    folder.mkdir(parents=True, exist_ok=True)
    text = (resources.templates() / "languages" / f"{source}.toml").read_text(encoding="utf-8")
    assert change[0] in text
    (folder / f"{name}.toml").write_text(text.replace(*change), encoding="utf-8")
    return folder / f"{name}.toml"


def test_a_language_of_ones_own_is_one_more(world):
    """By an option, by the configuration, and by a column of a plan."""
    own_language(world, "tr", ("Scanne le code.", "Kodu tara."))
    made = world.out / "a.zip"
    assert world.run("create", "1", "--card-language", "tr", "-o", made, *AS_OF).code == 0
    assert "Kodu tara." in text(members(made)[SIGN_IN])
    plan = world.folder / "plan.csv"
    assert world.run("bulk-create", "--all", "--plan", plan, "--card-language", "nl", *AS_OF).code == 0
    plan.write_text(plan.read_text().replace('"nl"', '"tr"'))
    assert world.run("bulk-create", "--apply", plan, "--output", world.out / "b.zip", *AS_OF).code == 0
    assert "Kodu tara." in text(members(world.out / "b.zip")[SIGN_IN])
    world.config.write_text(world.config.read_text() + '[cards]\nlanguage = "tr"\n')
    assert world.run("cards", "preview", "-o", world.out / "p.pdf").code == 0
    assert "Kodu tara." in text((world.out / "p.pdf").read_bytes())
    done = world.run("reset-password", "1", "--card-language", "xx")
    assert done.code == 2
    assert "en, fr, nl, tr, uk" in done.err


def test_a_language_of_ones_own_takes_the_place_of_one_of_ours(world):
    own_language(
        world, "nl", ('scan]\nany = "Scan de code."', 'scan]\nany = "Scan het vierkantje."'), source="nl"
    )
    assert world.run("bulk-create", "--all", "--output", world.out, *AS_OF).code == 0
    said = text(bundle(world)[SIGN_IN])
    assert said.count("Scan het vierkantje.") == 2
    assert "Scan de code" not in said


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (('class = "classe"\n', ""), None, "class: is missing"),
        (('class = "classe"', "class = 3"), 3, "class: must be text"),
        (('class = "classe"', 'klas = "classe"\nclass = "classe"'), 3, "klas: unknown key"),
        (
            ('class = "classe"', 'class = "班级"'),
            3,
            "class: the fonts of the cards lack these letters: 班 级",
        ),
        (("{day:02}", "{dag:02}"), 7, "date: only {day}, {month}, {year}"),
        (("{day:02}", "{day:99999999999999999}"), 7, "date: only {day}, {month}, {year}"),
        (("{day:02}", "{day.__class__}"), 7, "date: only {day}, {month}, {year}"),
        (("{day:02}", "{day:{year}}"), 7, "date: only {day}, {month}, {year}"),
        (("[tap]\n", "[tip]\n"), 25, "tip: unknown key"),
        (('any = "Touche tes images."', 'any = ""'), 26, "tap.any: must not be blank"),
        (('any = "Touche tes images."', ""), 25, "tap.any: is missing"),
        (('[tap]\nany = "Touche tes images."', ""), None, "tap: is missing"),
        (('temporary = "Choisis', 'tijdelijk = "Choisis'), 17, "sign-in.tijdelijk: unknown key"),
        (("class = ", "class "), None, "line 3"),
    ],
)
def test_a_wrong_language_of_ones_own_is_told_by_file_line_and_key(world, change, line, told):
    """Whether it is used or not: before anything is made."""
    file = own_language(world, "tr", change)
    before = world.snapshot()
    done = world.run("bulk-create", "--all", "--output", world.out, *AS_OF)
    assert done.code == 3, done.err
    assert (f"{file}:{line}: " if line else f"{file}: ") in done.err
    assert told in done.err
    assert world.snapshot() == before
    assert list(world.out.iterdir()) == []


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_logo_and_contact_of_a_school_are_printed(world, form):
    (world.config.parent / "logo").write_bytes(png(form=form))
    configure(world, 'logo = "logo"\ncontact = "ict@regenboog.example"')
    assert world.run("bulk-create", "--all", "--output", world.out, *AS_OF).code == 0
    for name, said in ((SIGN_IN, "Hulp nodig? ict@regenboog.example"), (A4, "ict@regenboog.example")):
        data = bundle(world)[name]
        assert text(data).count(said) == 2
        with pikepdf.open(io.BytesIO(data)) as opened:
            sizes = {(int(o.Width), int(o.Height)) for o in opened.objects if _is_image(o)}
        assert (60, 30) in sizes


def _is_image(value):
    return isinstance(value, pikepdf.Stream) and value.get("/Subtype") == "/Image"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
BAD_LOGOS = {
    "an SVG": SVG,
    "a truncated PNG": png()[:60],
    "a GIF": png(form="GIF"),
    "nothing": b"",
    "too many pixels": png((6000, 5000)),
    "too many bytes": png() + b"x" * 6_000_000,
}


@pytest.mark.parametrize("logo", BAD_LOGOS.values(), ids=BAD_LOGOS)
def test_a_logo_that_cannot_be_printed_stops_before_anything_is_made(world, logo):
    (world.config.parent / "logo.png").write_bytes(logo)
    configure(world, 'logo = "logo.png"')
    before = world.snapshot()
    done = world.run("bulk-create", "--all", "--output", world.out, *AS_OF)
    assert done.code == 3
    assert "logo.png" in done.err
    assert world.snapshot() == before
    assert list(world.out.iterdir()) == []


def test_a_logo_that_is_not_there_stops_too(world):
    configure(world, 'logo = "nowhere.png"')
    done = world.run("create", "030569/1", "--output", world.out, *AS_OF)
    assert (done.code, list(world.out.iterdir())) == (3, [])
    assert "nowhere.png" in done.err


def test_what_a_logo_file_holds_besides_its_picture_is_not_printed(world):
    out, extra = io.BytesIO(), Image.Exif()
    extra[0x013B] = "Secret Photographer"
    Image.new("RGB", (50, 50), (9, 9, 9)).save(out, "JPEG", exif=extra)
    (world.config.parent / "logo.jpg").write_bytes(out.getvalue())
    configure(world, 'logo = "logo.jpg"')
    assert world.run("bulk-create", "--all", "--output", world.out, *AS_OF).code == 0
    assert all(b"Photographer" not in data for data in bundle(world).values())


def test_pupils_whose_letters_no_font_has_are_named(world):
    world.run("import", world.pupils(row("3", voornaam="小明", naam="王", **numbered("003"))))
    done = world.run("bulk-create", "--all", "--output", world.out, *AS_OF)
    assert done.code == 0
    assert "fonts of the cards lack letters" in done.err
    assert "030569/3" in done.err
    assert "030569/1" not in done.err.partition("lack letters")[2]
