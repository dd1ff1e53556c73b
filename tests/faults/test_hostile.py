"""Names with code in them (HTML, formulas, SQL): from the file to card and workbook, none is ever run.

strace sees each file that is opened, also by WeasyPrint, Pango and fontconfig.
"""

import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from scenes import Scene, Warm
from tracing import strange
from world import AS_OF, HEADER, members, row, workbook_cells

NUMBERS = tuple(f"150307{serial:03}{97 - int(f'2150307{serial:03}') % 97:02}" for serial in range(1, 400, 2))
NAMES = (
    "<link rel=attachment href=file://CANARY>",
    '<img src="file://CANARY">',
    "<style>@import url(file://CANARY);</style>",
    "<object data=file://CANARY></object>",
    "<script>alert(1)</script>",
    "</div></body></html>",
    "x' style='background:url(file://CANARY)",
    "&lt;b&gt; &amp; &#x41;",
    "{{ 7 * 7 }}{% include 'CANARY' %}",
    "'; DROP TABLE person; --",
    '=HYPERLINK("http://evil.test";"x")',
    "=1+1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+32470000000",
    "-2+3",
    "＝1+1",
    "\x1b[31mrood\x07",
    "om\u202egekeerd\u2066\u200b",
    "[/b][red]",
    "%s%n{0}{name}",
    "../../../../etc/passwd",
    "CON",
    "$(touch CANARY.made)`id`",
    "http://evil.test/CANARY",
    "Ω≈ç√ 李小龍 עברית ไทย",
    "e\u0301\u0301\u0301\u0301\u0301\u0301",
    "😀🇧🇪",
    "lang" * 2500,
)
LONGEST = 300  # letters of a name that import takes over
CONTROL = re.compile(r"[\x00-\x1f]")
CLASSES = ("../../../tmp/klas", "C:\\Windows", "NUL", "a/b", "klas.", "<b>1A</b>", "=2+2", "1A\u202e")


def as_csv(rows: list[str]) -> str:
    """Return the lines of `row` with every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER.split(";"))
    writer.writerows(line.split("\0") for line in rows)
    return out.getvalue()


@pytest.fixture
def hostile(tmp_path: Path, canary: Path, traced: Warm) -> Scene:
    """Return a school where every name has code in it, much of which asks for the file `canary`."""
    scene = Scene(tmp_path / "w", traced)
    rows = []
    for number, name in enumerate(NAMES):
        text, klas = name.replace("CANARY", str(canary)), CLASSES[number % len(CLASSES)]
        cells = {"naam": text, "voornaam": "Emma", "klas": klas}
        if number % 2:
            cells["naam"], cells["voornaam"] = cells["voornaam"], cells["naam"]
        cells["administratieve_groep_omschrijving"] = text[:100]
        marked = {key: f"<{key}>" for key in cells}
        line = row(str(number + 1), insz=NUMBERS[number], **marked).replace(";", "\0")
        for key, value in cells.items():
            line = line.replace(f"<{key}>", value, 1)
        rows.append(line)
    asking = f"<link rel=attachment href=file://{canary}><img src='file://{canary}'>{{{{ 7 * 7 }}}}"
    texts = f'name = "{asking}"\ncontact = "{asking}\\u202e\\u001b[31m"\n'
    scene.config.write_text(f'{scene.config.read_text()}[schools."030569"]\n{texts}')
    imported = scene.go("import", scene.file(as_csv(rows)))
    assert imported.code in (0, 4), imported.err
    put_in_what_import_refused(scene, canary)
    return scene


def put_in_what_import_refused(scene: Scene, canary: Path) -> None:
    """Write the names that import does not take over to the store by hand, as an older version could have."""
    known = {found["stamnummer"] for found in scene.rows("SELECT stamnummer FROM registration")}
    missing = [
        number for number, name in enumerate(NAMES) if str(number + 1) not in known and len(name) < LONGEST
    ]
    plain = [row(str(number + 1), insz=NUMBERS[number], voornaam=f"Emma{number}") for number in missing]
    assert missing
    assert scene.go("import", scene.pupils(*plain, name="plain.csv")).code == 0
    with closing(sqlite3.connect(scene.store)) as store, store:
        for number in missing:
            name, klas = NAMES[number].replace("CANARY", str(canary)), CLASSES[number % len(CLASSES)]
            store.execute(
                "UPDATE person SET naam = ? WHERE id = (SELECT person FROM registration WHERE stamnummer = ?)",
                (name, str(number + 1)),
            )
            store.execute("UPDATE enrolment SET klas = ? WHERE stamnummer = ?", (klas, str(number + 1)))


def test_nothing_that_a_name_asks_for_is_read_and_all_is_printed(hostile: Scene, canary: Path) -> None:
    ended = hostile.go("bulk-create", "--all", *AS_OF, "-o", hostile.out)
    assert ended.code == 0, ended.err
    assert strange(hostile, ended) == set()
    assert list(canary.parent.iterdir()) == [canary]
    (bundle,) = hostile.out.iterdir()
    assert re.fullmatch(r"leerid-[0-9-]{10}-[a-z0-9]{6}\.zip", bundle.name)
    assert all(re.fullmatch(r"[a-z0-9-]+\.(pdf|xlsx|json)", name) for name in members(bundle)), (
        "safe on Windows too"
    )
    assert all(b"secret of the canary" not in data for data in members(bundle).values())
    header, *cells = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    naam, voornaam, klas = (header.index(name) for name in ("Achternaam", "Voornaam", "Klas"))
    with closing(sqlite3.connect(hostile.store)) as store:
        held = store.execute(
            "SELECT naam, voornaam, klas FROM person JOIN registration ON person = id"
            " JOIN enrolment USING (school, stamnummer) JOIN account USING (person)"
        ).fetchall()
    assert len(held) >= len(NAMES) - 3
    printable = {tuple(CONTROL.sub("", text) for text in names) for names in held}
    places = (naam, voornaam, klas)
    written = {tuple(CONTROL.sub("", str(line[place])) for place in places) for line in cells}
    assert written == printable, "as text, exactly"


def test_the_control_a_trusting_program_reads_the_file(hostile: Scene, canary: Path) -> None:
    ended = hostile.go("bulk-create", "--all", *AS_OF, "-o", hostile.out, hook=("trusting",))
    assert str(canary) in strange(hostile, ended)


def test_lists_and_messages_show_such_names_without_obeying_them(hostile: Scene) -> None:
    for line in (
        ("search", *AS_OF),
        ("todo", *AS_OF),
        ("overview", *AS_OF),
        ("doctor",),
        ("conflicts", "list"),
    ):
        ended = hostile.go(*line)
        assert ended.code in (0, 7), f"{line}: {ended.err}"
        assert "Traceback" not in ended.err
