"""Files and settings made to do harm, by kind of input; `CANARY` stands for a file that no run may read.

Each has a function that puts it in place in a school and returns the arguments of the command that gets it.
"""

import io
import os
import sqlite3
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bombs import BOMBS, workbook
from PIL import Image
from scenes import Scene
from world import AS_OF

from leerid_cli.store.schema import APPLICATION_ID, MIGRATIONS
from leerid_cli.tables.limits import MAX_LIST_BYTES

Make = Callable[[Scene, Path], tuple[object, ...]]


@dataclass(frozen=True)
class Bad:
    """One bad input: how it is made, a part of the message that it must give, and the exit codes allowed."""

    name: str
    make: Make
    says: str
    codes: tuple[int, ...] = (3,)
    noted: bool = False
    """Whether the store changes after all: it notes a batch that was begun and undone."""


CREATE = ("create", "030569/1", *AS_OF, "-o", "OUT")


def arguments(scene: Scene, line: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(scene.out if word == "OUT" else word for word in line)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def written(content: "str | bytes") -> Callable[[Path], object]:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data)


def sparse(size: int) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.touch()
        os.truncate(path, size)

    return put


# What can be in the place of any file.
NO_FILES: Mapping[str, Callable[[Path], object]] = {
    "a pipe": a_pipe,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
    "64 MB": sparse(64 << 20),
    "noise": written(bytes(range(256)) * 40),
    "a link to /etc/passwd": lambda path: path.symlink_to("/etc/passwd"),
    "a link in a circle": lambda path: path.symlink_to(path.name),
}
DEEP = "a = " + "[" * 100_000
TOML: Mapping[str, str] = {
    "nested lists": DEEP,
    "nested tables": "a = " + "{a=" * 50_000,
    "a key of 60,000 parts": "a." * 60_000 + "a = 1",
    "a key of 500,000 parts": "a." * 500_000 + "a = 1",
    "a number of 100,000 digits": "a = " + "9" * 100_000,
    "a string without end": 'a = """' + "x" * 500_000,
    "no TOML": "<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
    "a key twice": "a = 1\na = 2",
    "UTF-16": "a = 1".encode("utf-16").decode("latin-1"),
    "a day that is none": "a = 2026-02-31",
}


# ---- logos


def png(width: int, height: int, *more: tuple[bytes, bytes], data: bytes = b"") -> bytes:
    """Return a PNG whose header states this size, whatever its data, with additional chunks."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", data or zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*one) for one in more) + pixels + chunk(b"IEND", b"")


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 30), "red").save(out, kind, **options)
    return out.getvalue()


def bomb_of_pixels() -> bytes:
    return png(30_000, 30_000, data=zlib.compress(bytes(90_001 * 100)))


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<image xlink:href="file://CANARY"/><style>@import url(file://CANARY);</style></svg>'
)
POSTSCRIPT = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(CANARY) (r) file\n"
LOGOS: Mapping[str, bytes | str] = {
    "an SVG that refers to files": SVG,
    "an SVG with an entity": '<!DOCTYPE s [<!ENTITY x SYSTEM "file://CANARY">]>'
    + SVG.replace("<style>", "&x;<style>"),
    "PostScript": POSTSCRIPT,
    "a PDF": "%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj",
    "a bomb of 900 million pixels": bomb_of_pixels(),
    "a header of 4 thousand million pixels": png(2**31 - 1, 2**31 - 1),
    "no width": png(0, 10),
    "one pixel high, 25 million wide": png(25_000_001, 1),
    "half a PNG": picture("PNG")[:60],
    "half a JPEG": picture("JPEG")[:300],
    "a PNG with wrong checksums": picture("PNG").replace(b"IDAT", b"IDAX"),
    "a PNG whose text inflates to 200 MB": png(
        60, 30, (b"zTXt", b"x\0\0" + zlib.compress(bytes(200 << 20), 9))
    ),
    "a PNG whose profile inflates to 200 MB": png(
        60, 30, (b"iCCP", b"x\0\0" + zlib.compress(bytes(200 << 20), 9))
    ),
    "a GIF": picture("GIF"),
    "a BMP": picture("BMP"),
    "a TIFF": picture("TIFF"),
    "a WebP": picture("WEBP"),
    "an icon": picture("ICO"),
    "HTML": "<img src=file://CANARY>",
    "nothing": "",
    "6 MB": picture("PNG") + bytes(6 << 20),
    "a ZIP": "PK\x03\x04",
}
NAMES_OF_LOGOS = {
    "a name from outside the folder": "../../../../../../etc/shadow",
    "an absolute name": "/etc/shadow",
    "an address": "http://evil.test/logo.png",
    "a file address": "file:///etc/passwd",
    "a NUL": "a\\u0000b",
    "a line break and colours": "a\\n\\u001b[31mb",
    "10,000 letters": "x" * 10_000,
    "an environment variable": "$HOME/.ssh/id_rsa",
    "the memory of the program": "/proc/self/mem",
    "a terminal": "/dev/tty",
    "a random device": "/dev/urandom",
}


def logo(name: str, scene: Scene, canary: Path) -> tuple[object, ...]:
    content = LOGOS[name]
    text = content.replace("CANARY", str(canary)) if isinstance(content, str) else content
    written(text)(scene.config.parent / "logo.png")
    return with_logo("logo.png", scene)


def no_logo(put: Callable[[Path], object], scene: Scene, _canary: Path) -> tuple[object, ...]:
    put(scene.config.parent / "logo.png")
    return with_logo("logo.png", scene)


def named_logo(name: str, scene: Scene, _canary: Path) -> tuple[object, ...]:
    return with_logo(name, scene)


def with_logo(name: str, scene: Scene) -> tuple[object, ...]:
    scene.config.write_text(f'{scene.config.read_text()}\n[schools."030569"]\nlogo = "{name}"\n')
    return arguments(scene, CREATE)


# ---- profiles, card layouts, labels, settings


def profile(put: Callable[[Path], object], scene: Scene, _canary: Path) -> tuple[object, ...]:
    folder = scene.config.parent / "profiles"
    folder.mkdir()
    put(folder / "own.toml")
    return ("import", scene.folder / "pupils.csv")


def template(file: str, put: Callable[[Path], object], scene: Scene, canary: Path) -> tuple[object, ...]:
    folder = scene.config.parent / "templates"
    folder.mkdir()
    put(folder / file)
    if (folder / file).is_file() and (folder / file).stat().st_size < 1 << 20:
        data = (folder / file).read_bytes().replace(b"CANARY", str(canary).encode())
        if not (folder / file).is_symlink():
            (folder / file).write_bytes(data)
    return arguments(scene, CREATE)


def labels(put: Callable[[Path], object], scene: Scene, canary: Path) -> tuple[object, ...]:
    template("labels.toml", put, scene, canary)
    return arguments(scene, (*CREATE, "--sheet", "own"))


def settings(put: Callable[[Path], object], scene: Scene, canary: Path) -> tuple[object, ...]:
    scene.config.unlink()
    put(scene.config)
    return arguments(scene, CREATE)


PROFILES: Mapping[str, str] = {
    "a name that is a path": 'name = "../../x"',
    "a name that is no text": "name = inf",
    "no name": "[columns]",
    "a pattern as a form of dates": 'name = "own"\ndate_forms = ["(a+)+$"]',
    "numbers for headings": 'name = "own"\n[columns]\nnaam = [1, nan, -inf]',
    "a table for headings": 'name = "own"\n[columns.naam]\nx = 1',
    "an unknown column": 'name = "own"\n[columns]\npassword_hash = ["x"]',
    "an unknown key": 'name = "own"\nexec = "id"',
    "one heading for two columns": 'name = "own"\n[columns]\nnaam = ["x"]\nvoornaam = ["X"]',
    "a school of letters": 'name = "own"\n[constants]\nschool = "x; DROP TABLE person"',
    "an unknown type": 'name = "own"\n[constants]\ntype = "admin"',
    "a constant without end": 'name = "own"\n[constants]\nklas = 5',
    "a translation that is no text": 'name = "own"\n[values.klas]\na = [1]',
    "a first alias of no column": 'name = "own"\nfirst_alias = ["rowid"]',
    "a heading of blanks": 'name = "own"\n[columns]\nnaam = ["  "]',
    "a dictionary for a list": 'name = "own"\nnot_used = {a = 1}',
}
GOOD_LABELS = {"columns": "2", "rows": "6", "width": "105", "height": "48"}
LABELS: Mapping[str, str] = {
    "columns = 0": "whole number",
    "columns = -1": "whole number",
    "columns = 1.5": "whole number",
    "columns = true": "whole number",
    "columns = 1000000000": "whole number",
    "columns = nan": "whole number",
    'columns = "2"': "whole number",
    "rows = 0": "whole number",
    "rows = 99": "end",
    "width = nan": "length",
    "width = inf": "length",
    "width = -inf": "length",
    "width = 1e308": "length",
    "width = -1": "length",
    "width = 0": "length",
    "width = false": "length",
    "width = " + "9" * 400: "length",
    "width = 1e-300": "no room",
    "height = 1e999": "length",
    "height = 500": "end",
    "left = -1": "length",
    "left = nan": "length",
    "left = 300": "end",
    "top = 1e308": "length",
    "pitch = [0, 0]": "length",
    "pitch = [1, 1]": "overlap",
    "pitch = [nan, nan]": "length",
    "pitch = 5": "two lengths",
    "pitch = []": "two lengths",
    "page = [1, 1]": "end",
    "page = [inf, inf]": "length",
    "paper = 1000": "no room",
    "edge = 24": "no room",
    "edge = nan": "length",
    "colour = 'red'": "unknown key",
}
LAYOUT = '[[full-text]]\nheight = 40\ntexts = [{at = [1, 1, 50, 10], size = [9, 6], text = "x"}]\n'
LAYOUTS: Mapping[str, str] = {
    "at = [nan, nan, nan, nan]": LAYOUT.replace("[1, 1, 50, 10]", "[nan, nan, nan, nan]"),
    "at = [inf, 0, inf, 9]": LAYOUT.replace("[1, 1, 50, 10]", "[inf, 0, inf, 9]"),
    "at = [1e308, 0, 1e308, 9]": LAYOUT.replace("[1, 1, 50, 10]", "[1e308, 0, 1e308, 9]"),
    "at far outside": LAYOUT.replace("[1, 1, 50, 10]", "[90000, -90000, 50, 10]"),
    "at = [0, 0, 0, 0]": LAYOUT.replace("[1, 1, 50, 10]", "[0, 0, 0, 0]"),
    "at of two numbers": LAYOUT.replace("[1, 1, 50, 10]", "[1, 1]"),
    "at of text": LAYOUT.replace("[1, 1, 50, 10]", '"1 1 50 10"'),
    "size = [0, 0]": LAYOUT.replace("[9, 6]", "[0, 0]"),
    "size = [-9, -6]": LAYOUT.replace("[9, 6]", "[-9, -6]"),
    "size = [nan, nan]": LAYOUT.replace("[9, 6]", "[nan, nan]"),
    "size = [inf, 6]": LAYOUT.replace("[9, 6]", "[inf, 6]"),
    "size = [1e9, 1e8]": LAYOUT.replace("[9, 6]", "[1e9, 1e8]"),
    "height = nan": LAYOUT.replace("height = 40", "height = nan"),
    "height = -1": LAYOUT.replace("height = 40", "height = -1"),
    "height = 1e308": LAYOUT.replace("height = 40", "height = 1e308"),
    "height of text": LAYOUT.replace("height = 40", 'height = "x"'),
    "a field of Python": LAYOUT.replace('text = "x"', 'show = "__class__"'),
    "a field of the program": LAYOUT.replace('text = "x"', 'show = "credential"'),
    "a font from a file": LAYOUT.replace('text = "x"', 'text = "x", font = "/etc/passwd"'),
    "an alignment that is CSS": LAYOUT.replace(
        'text = "x"', 'text = "x", align = "left;background:url(file://CANARY)"'
    ),
    "a valign that is CSS": LAYOUT.replace('text = "x"', 'text = "x", valign = "x;background:url(file://CANARY)"'),
    "tracking = 1e308": LAYOUT.replace('text = "x"', 'text = "x", tracking = 1e308'),
    "tracking = nan": LAYOUT.replace('text = "x"', 'text = "x", tracking = nan'),
    "an unknown way to break": LAYOUT.replace('text = "x"', 'text = "x", breaks = "loop"'),
    "a text of a million letters": LAYOUT.replace('text = "x"', f'text = "{"x" * 1_000_000}"'),
    "20,000 texts": "[[full-text]]\nheight = 40\ntexts = ["
    + '{at=[1,1,50,9],size=[9,6],text="x"},' * 20_000 + "]\n",
    "no list": "full-text = 5",
    "a code far away": LAYOUT + "code = [1e308, -1e308, 1e308]\n",
    "a code of no size": LAYOUT + "code = [1, 1, -5]\n",
    "a logo of two numbers": LAYOUT + "logo = [1, 2]\n",
    "pictures without a box": LAYOUT + "[full-text.pictures]\nnumber = 1\n",
}  # fmt: skip
TEMPLATES: Mapping[str, str] = {
    "include of /etc/passwd": "{% include '/etc/passwd' %}",
    "include out of the folder": "{% include '../../../../../../etc/passwd' %}",
    "include of the key": "{% include '../official-number.key' %}",
    "import": "{% import 'file://CANARY' as x %}",
    "extends": "{% extends 'CANARY' %}",
    "source of a file": "{{ source('CANARY') }}",
    "img": "<img src='file://CANARY'>",
    "img without scheme": "<img src='CANARY'>",
    "img over the net": "<img src='http://evil.test/x.png'>",
    "img over ftp": "<img src='ftp://evil.test/x.png'>",
    "img of an SVG within the page": "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' "
    "xmlns:xlink='http://www.w3.org/1999/xlink'%3E%3Cimage xlink:href='file://CANARY' width='9' height='9'/%3E"
    '%3C/svg%3E">',
    "SVG in the page": "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"
    "<image xlink:href='file://CANARY' width='9' height='9'/></svg>",
    "SVG that uses another": "<svg xmlns='http://www.w3.org/2000/svg' "
    "xmlns:xlink='http://www.w3.org/1999/xlink'><use xlink:href='file://CANARY#x'/></svg>",
    "a base elsewhere": "<base href='file:///etc/'><img src='passwd'>",
    "object": "<object data='file://CANARY'></object>",
    "embed": "<embed src='file://CANARY'>",
    "iframe": "<iframe src='file://CANARY'></iframe>",
    "style sheet": "<link rel=stylesheet href='file://CANARY'>",
    "style sheet over the net": "<link rel=stylesheet href='https://evil.test/x.css'>",
    "attachment": "<link rel=attachment href='file://CANARY'>",
    "attachment by a link": "<a rel=attachment href='file://CANARY'>x</a>",
    "@import": "<style>@import url(file://CANARY);</style>",
    "@font-face": "<style>@font-face{font-family:x;src:url(file://CANARY)}</style><p style='font-family:x'>x",
    "@font-face local": "<style>@font-face{font-family:y;src:url(file:///etc/passwd)}</style>"
    "<p style='font-family:y'>x",
    "background": "<p style='background:url(file://CANARY)'>x",
    "list marker": "<ul style='list-style-image:url(file://CANARY)'><li>x</ul>",
    "content": "<style>p:before{content:url(file://CANARY)}</style><p>x",
    "border": "<p style='border-image:url(file://CANARY) 1'>x",
    "page background": "<style>@page{background:url(file://CANARY)}</style>",
    "a name in capitals": "<img src='FILE://CANARY'>",
    "an address with blanks": "<img src=' file://CANARY '>",
    "a loop of a thousand million": "{% for i in range(1000000000) %}x{% endfor %}",
    "loops in loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "pages without end": "{% for i in range(99999) %}{% for j in range(9999) %}<p>x</p>{% endfor %}{% endfor %}",
    "a text of a thousand million": "{{ 'x' * 1000000000 }}",
    "a list of a thousand million": "{% set a = [0] * 1000000000 %}",
    "a power": "{{ 10 ** (10 ** 9) }}",
    "a number of 10,000 digits": "{{ " + "9" * 10_000 + " }}",
    "a smaller power": "{{ 10 ** (10 ** 7) }}",
    "a width": "{{ '%1000000000d' % 1 }}",
    "a width by format": "{{ '{:>1000000000}'.format(1) }}",
    "a centred text": "{{ 'x'|center(1000000000) }}",
    "an indented text": "{{ 'x'|indent(1000000000, true) }}",
    "a repeated string": "{% set x = namespace(a='x') %}{% for i in range(40) %}{% set x.a = x.a ~ x.a %}{% endfor %}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a template that includes itself": "{% include 'card.html.j2' %}",
    "nested brackets": "{{ " + "(" * 5000 + ")" * 5000 + " }}",
    "nested tags": "<div>" * 200_000,
    "a million tags": "<p>" * 250_000,
    "wide": "<div style='width:1e9mm;height:1e9mm;background:red'>x</div>",
    "a page more": "<div style='height:400mm'>x</div>",
    "a thousand columns": "<div style='columns:100000'>" + "x " * 10_000 + "</div>",
    "a table of spans": "<table>" + "<tr>" + "<td colspan=1000 rowspan=65534>x" * 500,
    "__class__": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "attr": "{{ ()|attr('__class__') }}",
    "globals of a function": "{{ mm.__globals__ }}",
    "globals of cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "globals of lipsum": "{{ lipsum.__globals__['os'] }}",
    "the template itself": "{{ self._TemplateReference__context }}",
    "a format string": "{{ '{0.__class__}'.format(mm) }}",
    "a format by map": "{{ ['{0.__class__.__init__.__globals__}']|map('format', mm)|list }}",
    "the password's own class": "{{ card.credential.__class__ }}",
    "an unknown field": "{{ card.password_hash }}",
    "a mistake": "{% if %}",
    "a block that does not end": "{% for x in (1,) %}",
    "a division by zero": "{{ 1 // 0 }}",
    "debug": "{% debug %}",
    "a change of what is given": "{% do pages.append(1) %}",
}
# Templates that are drawn, since WeasyPrint ignores what is wrong in them; but nothing is read for them.
HARMLESS = (
    "img without scheme", "img of an SVG within the page", "SVG in the page", "SVG that uses another", "iframe", "wide",
    "a page more",
)  # fmt: skip
NOT_IN_THE_PAGE = (
    "the password's own class", "an unknown field", "a template that includes itself", "a thousand columns",
    "a table of spans", "nested tags",
)  # fmt: skip
PORTALS: Mapping[str, str] = {
    "javascript": "javascript:alert('{token}')",
    "data": "data:text/html,{token}",
    "file": "file:///etc/{token}",
    "no token": "https://loket.example/l/",
    "two tokens": "https://loket.example/{token}/{token}",
    "an attribute of Python": "https://loket.example/{token.__class__}",
    "a format": "https://loket.example/{token:>100}",
    "a position": "https://loket.example/{0}{token}",
    "a line break": "https://loket.example/{token}\\nX: y",
    "a NUL": "https://loket.example/{token}\\u0000",
    "a turn of direction": "https://loket.example/\\u202e{token}",
    "blanks": "https://loket.example/ {token}",
    "quotation marks of another kind": "https://loket.example/\\u201c{token}",
    "10,000 letters": "https://loket.example/" + "x" * 10_000 + "{token}",
}
SETTINGS: Mapping[str, str] = {
    "an unknown setting": "[portal]\nurl = 'https://x.test/{token}'\nfallback = 'x'",
    "a language that is a path": "[cards]\nlanguage = '../../../../etc/passwd'",
    "a school of letters": "[schools.\"../../x\"]\nname = 'x'",
    "a school that is no table": "schools = 5",
    "a name that is a number": '[schools."030569"]\nname = 5',
    "a kind of gevorderd": "[passwords]\nbasis = 'temporary'",
    "a kind that is a list": "[passwords]\nbasis = ['word']",
    "a class that is a table": '[schools."030569".basis_class]\n1A = {a = 1}',
    "an offset of nan": "[printers.x]\noffset_x = nan",
    "an offset of inf": "[printers.x]\noffset_x = inf",
    "a scale of 0": "[printers.x]\nscale_y = 0",
    "a scale of text": "[printers.x]\nscale_y = '1'",
    "a sheet that is a path": "[printing]\nprinter = 'x'\n[printers.x]\nsheet = '../../../etc/passwd'",
    "a printer that is not there": "[printing]\nprinter = 'y'\n[printers.x]\nsheet = ''",
    "a rule that is none": "[accounts]\nkleuter = 'everybody'",
}


# ---- plans, accounts, lists


def plan(edit: Callable[[str], str], scene: Scene, _canary: Path) -> tuple[object, ...]:
    file = scene.folder / "plan.csv"
    scene.done("bulk-create", "--all", "--plan", file, *AS_OF)
    file.write_text(edit(file.read_text(encoding="utf-8")))
    return arguments(scene, ("bulk-create", "--apply", file, *AS_OF, "-o", "OUT"))


def plan_file(data: Callable[[], bytes], name: str, scene: Scene, _canary: Path) -> tuple[object, ...]:
    file = scene.file(data(), name)
    return arguments(scene, ("bulk-create", "--apply", file, *AS_OF, "-o", "OUT"))


def plan_place(put: Callable[[Path], object], scene: Scene, _canary: Path) -> tuple[object, ...]:
    put(scene.folder / "plan.xlsx")
    return arguments(scene, ("bulk-create", "--apply", scene.folder / "plan.xlsx", *AS_OF, "-o", "OUT"))


def cell(old: str, new: str) -> Callable[[str], str]:
    """Return a function that changes a cell in the first row of a plan."""

    def edit(text: str) -> str:
        header, first, rest = text.split("\n", 2)
        assert old in first, first
        return "\n".join((header, first.replace(old, new, 1), rest))

    return edit


def typed(password: str, kind: str = "word") -> Callable[[str], str]:
    return cell(f'"{kind}";""', f'"{kind}";"{password}"')


PLAN_HEADER = (
    "school;stamnummer;naam;voornaam;administratieve_groep;klas;type;username;password_kind;password\n"
)
PLANS: Mapping[str, tuple[Callable[[str], str], str]] = {
    "a formula in the name": (cell('"Peeters"', '"=HYPERLINK(""http://evil.test"")"'), "naam"),
    "another name": (cell('"Peeters"', '"Claes"'), "naam"),
    "another class": (cell('"5A"', '"6A"'), "klas"),
    "another school": (cell('"030569"', '"999999"'), "no pupil"),
    "a school that is SQL": (cell('"030569"', "\"030569' OR '1'='1\""), "no pupil"),
    "another type": (cell('"basis"', '"gevorderd"'), "type"),
    "a child of nobody": (cell('"1"', '"12345"'), "no pupil"),
    "a username that is a path": (cell('"emma.peeters"', '"../../x"'), "username"),
    "a username that is HTML": (cell('"emma.peeters"', '"<b>x</b>"'), "username"),
    "a username of 10,000 letters": (cell('"emma.peeters"', f'"{"x" * 10_000}"'), "username"),
    "a username with an at sign": (cell('"emma.peeters"', '"e@x.test"'), "username"),
    "a username of another script": (cell('"emma.peeters"', '"еmma.peeters"'), "username"),
    "no username": (cell('"emma.peeters"', '""'), "empty"),
    "a kind that is none": (cell('"word"', '"pin"'), "kind"),
    "the kind of the others": (cell('"word"', '"temporary"'), "kind"),
    "a password of 73 bytes": (typed("x" * 72 + "2"), "6 to 72"),
    "a password of a million letters": (typed("x2" * 500_000), ""),
    "a password that is short": (typed("a2"), "6 to 72"),
    "a password with a line break": (typed("kers\n42"), "6 to 72"),
    "a password with a NUL": (typed("kers\x0042"), ""),
    "a password in capitals": (typed("KERS42"), "6 to 72"),
    "a password with a turn of direction": (typed("kers\u202e42"), "6 to 72"),
    "a language that is a path": (
        lambda text: text.replace('"password"\n', '"password";"card_language"\n').replace(
            '"word";""\n', '"word";"";"../../etc/passwd"\n'
        ),
        "languages",
    ),
    "a row twice": (lambda text: text + text.split("\n", 2)[1] + "\n", "same pupil"),
    "a username twice": (lambda text: text.replace("jan.peeters", "emma.peeters"), "taken"),
    "no rows": (lambda text: text.split("\n")[0] + "\n", "no row"),
    "a column less": (lambda text: text.replace('"username"', '"user"'), "username"),
    "no plan": (lambda _text: "a;b\n1;2\n", "no plan"),
    "rows too short": (lambda text: text.split("\n")[0] + "\n030569;1\n", ""),
    "an open quotation mark": (lambda text: text + '"' + "x" * 1_000_000, ""),
    "a million rows": (lambda _text: PLAN_HEADER + "030569;1;a;b;;5A;basis;u;word;\n" * 1_000_000, "16 MiB"),
    "a million short rows": (lambda _text: PLAN_HEADER + "1\n" * 1_000_000, "rows"),
}


def link_outside() -> bytes:
    part = b'<Relationship Id="r1" Type="x" Target="file:///etc/passwd" TargetMode="External"/>'
    text = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    rels = b'<Relationships xmlns="x">' + part + b"</Relationships>"
    return workbook(
        **{"xl/externalLinks/externalLink1.xml": text, "xl/externalLinks/_rels/externalLink1.xml.rels": rels}
    )


def zipped(*entries: tuple[str, bytes], link: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
        if link:
            entry = zipfile.ZipInfo("leerid-accounts.xlsx")
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, link)
    return out.getvalue()


def nested(levels: int) -> bytes:
    data = b"x"
    for _level in range(levels):
        data = zipped(("leerid-accounts.xlsx", data))
    return data


def many_entries() -> bytes:
    return zipped(
        *((f"{number}/leerid-accounts.xlsx", b"") for number in range(70_000)), method=zipfile.ZIP_STORED
    )


def adopt(data: Callable[[], bytes], name: str, scene: Scene, _canary: Path) -> tuple[object, ...]:
    return ("adopt", scene.file(data(), name), *AS_OF)


def adopt_place(put: Callable[[Path], object], scene: Scene, _canary: Path) -> tuple[object, ...]:
    put(scene.folder / "accounts.zip")
    return ("adopt", scene.folder / "accounts.zip", *AS_OF)


ACCOUNTS = "Instellingsnummer;Stamnummer;LeerID Gebruikersnaam;LeerID Wachtwoord\n"
# What LeerID has issued is kept as it is, as text.
ISSUED = (
    "a username that is a path", "a username that is HTML", "a username that is a formula",
    "a password with a turn of direction",
)  # fmt: skip
ADOPTED_ZIPS: Mapping[str, Callable[[], bytes]] = {
    "members outside the folder": lambda: zipped(("../../../leerid-accounts.xlsx", b"x")),
    "a member with an absolute name": lambda: zipped(("/etc/cron.d/leerid-accounts.xlsx", b"x")),
    "a member that is a link": lambda: zipped(link="/etc/passwd"),
    "a ZIP in a ZIP in a ZIP": lambda: nested(30),
    "a bomb as workbook": lambda: zipped(("leerid-accounts.xlsx", bytes(300 << 20))),
    "70,000 members": many_entries,
    "no workbook": lambda: zipped(("readme.txt", b"x")),
    "half a ZIP": lambda: zipped(("leerid-accounts.xlsx", bytes(1000)))[:60],
    "a workbook that is none": lambda: zipped(("leerid-accounts.xlsx", b"=1+1")),
    "another way of packing": lambda: zipped(
        ("leerid-accounts.xlsx", bytes(1 << 20)), method=zipfile.ZIP_BZIP2
    ),
    "a workbook bomb within": lambda: zipped(("leerid-accounts.xlsx", BOMBS["far-cell.xlsx"]())),
}


def account_list(accounts: str, version: str = "1") -> str:
    return f'{{"schema_version": {version}, "accounts": {accounts}}}'


ACCOUNT = (
    '{"school": "030569", "stamnummer": "1", "naam": "", "voornaam": "", "klas": "", "type": "basis",'
    ' "username": "emma.p", "password_kind": "word", "password": "kers42", "url": "", "must_change": false}'
)
# Of the accounts in a ZIP for leerid to read: their content, and what the message says.
ADOPTED_ACCOUNTS: Mapping[str, tuple[Callable[[], str], str]] = {
    "no JSON": (lambda: "=1+1", "no JSON"),
    "70 MB of blanks": (lambda: account_list("[" + " " * (70 << 20) + "]"), "64 MiB"),
    "a text of 60 MB": (lambda: account_list("[" + ACCOUNT.replace('"naam": "', '"naam": "' + "x" * (60 << 20)) + "]"),
                        "naam"),
    "20 million lists": (lambda: account_list("[" + "[]," * 20_000_000 + "0]"), "more time or memory"),
    "20 million objects": (lambda: account_list("[" + "{}," * 20_000_000 + "0]"), "more time or memory"),
    "lists in lists": (lambda: account_list("[" * 1_000_000), "more time or memory"),
    "objects in objects": (lambda: '{"a":' * 1_000_000, "more time or memory"),
    "a number of 10 million digits": (lambda: account_list("[]", "9" * 10_000_000), "no JSON"),
    "an endless number": (lambda: account_list("[]", "1e999999999"), "schema_version"),
    "a million keys, one of them twice": (
        lambda: "{" + "".join(f'"{number}": 0,' for number in range(1_000_000)) + '"999999": 0}', "twice"
    ),
    "a key of 30 MB twice": (lambda: "{" + ",".join([f'"{"x" * (30 << 20)}": 0'] * 2) + "}", "twice"),
    "a key with a turn of direction twice": (lambda: '{"\u202e\x1b": 0, "\u202e\x1b": 1}', "JSON"),
    "100,001 accounts": (lambda: account_list("[" + f"{ACCOUNT}," * 100_000 + ACCOUNT + "]"), "100000 accounts"),
    "half a character": (lambda: account_list("[" + ACCOUNT.replace("kers42", "\\ud83d") + "]"), "password"),
    "a line break in a password": (lambda: account_list("[" + ACCOUNT.replace("kers42", "kers\\n42") + "]"), "control"),
    "a version from the future": (lambda: account_list("[]", "2"), "schema_version"),
}  # fmt: skip


def adopted_accounts(content: Callable[[], str], scene: Scene, canary: Path) -> tuple[object, ...]:
    return adopt(lambda: zipped(("leerid-accounts.json", content().encode())), "accounts.zip", scene, canary)


def twice() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of a name that stands twice
        return zipped(*[("leerid-accounts.json", account_list(f"[{ACCOUNT}]").encode())] * 2)


ADOPTED_ROWS: Mapping[str, str] = {
    "a million rows": "030569;1;emma.p;kers42\n" * 1_000_000,
    "a million short rows": "1\n" * 1_000_000,
    "a password of a million letters": f"030569;1;emma.p;{'x2' * 500_000}\n",
    "a password with a turn of direction": "030569;1;emma.p;kers\u202e42\n",
    "a username with a turn of direction": "030569;1;emma\u202e.p;kers42\n",
    "a username with a NUL": "030569;1;emma\0.p;kers42\n",
    "an open quotation mark": '030569;1;emma.p;"' + "x" * 1_000_000,
    "a username that is a path": "030569;1;../../x;kers42\n",
    "a username that is HTML": "030569;1;<b>x</b>;kers42\n",
    "a username of 10,000 letters": f"030569;1;{'x' * 10_000};kers42\n",
    "a username that is a formula": '030569;1;"=1+1";kers42\n',
    "no username": "030569;1;;kers42\n",
}


def ids(content: str, scene: Scene, _canary: Path) -> tuple[object, ...]:
    file = scene.file(content, "ids.txt")
    return arguments(scene, ("bulk-create", "--from", file, *AS_OF, "-o", "OUT"))


def ids_place(put: Callable[[Path], object], scene: Scene, _canary: Path) -> tuple[object, ...]:
    put(scene.folder / "ids.txt")
    return arguments(scene, ("bulk-create", "--from", scene.folder / "ids.txt", *AS_OF, "-o", "OUT"))


def output(name: str, scene: Scene, _canary: Path) -> tuple[object, ...]:
    return ("create", "030569/1", *AS_OF, "-o", name.replace("OUT", str(scene.out)))


# ---- stores


def restored(
    change: Callable[[sqlite3.Connection], object], scene: Scene, _canary: Path
) -> tuple[object, ...]:
    """Change something in a backup, and return the command that restores it."""
    copy = scene.folder / "copy.db"
    scene.done("backup", copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as store:
        change(store)
    return ("restore", copy)


def restored_file(put: Callable[[Path], object], scene: Scene, _canary: Path) -> tuple[object, ...]:
    put(scene.folder / "copy.db")
    return ("restore", scene.folder / "copy.db")


def restored_bytes(edit: Callable[[bytes], bytes], scene: Scene, _canary: Path) -> tuple[object, ...]:
    copy = scene.folder / "copy.db"
    scene.done("backup", copy)
    copy.write_bytes(edit(copy.read_bytes()))
    return ("restore", copy)


def script(*statements: str) -> Callable[[sqlite3.Connection], object]:
    return lambda store: [store.execute(statement) for statement in statements]


def traps(*changes: tuple[str, str]) -> Callable[[sqlite3.Connection], object]:
    """Return a function that replaces text in the schema itself, as only an attacker does."""

    def change(store: sqlite3.Connection) -> None:
        store.execute("PRAGMA writable_schema = ON")
        for old, new in changes:
            done = store.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE sql LIKE ?",
                                 (old, new, f"%{old}%"))  # fmt: skip
            assert done.rowcount, old

    return change


def in_the_schema(change: str) -> Callable[[sqlite3.Connection], object]:
    return script("PRAGMA writable_schema = ON", f"UPDATE sqlite_schema SET {change} WHERE name = 'meta'")


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
STORES: Mapping[str, Callable[[sqlite3.Connection], object]] = {
    "a trigger that changes passwords": script(
        "CREATE TRIGGER t AFTER INSERT ON history BEGIN UPDATE account SET password_hash = 'x'; END"
    ),
    "a trigger that never ends": script(
        "CREATE TRIGGER t AFTER INSERT ON history BEGIN "
        "INSERT INTO meta SELECT i, i FROM (SELECT 1 AS i UNION ALL SELECT 2); "
        "DELETE FROM account; END"
    ),
    "a history that can be changed": script("DROP TRIGGER history_no_update"),
    "a view in the place of a table": script(
        "DROP TABLE withheld",
        "CREATE VIEW withheld AS SELECT '1' AS school, 1 AS pupils, '' AS code, '' AS files, '' AS at",
    ),
    "a view that never ends": script(
        "DROP TABLE meta", f"CREATE VIEW meta AS {ENDLESS} i AS key, i AS value FROM n"
    ),
    "a view more": script("CREATE VIEW extra AS SELECT * FROM account"),
    "a table more": script("CREATE TABLE extra (a)"),
    "a table less": script("DROP TABLE search_term"),
    "a column more": script("ALTER TABLE account ADD COLUMN clear TEXT"),
    "a column that costs 100 MB": script(
        "ALTER TABLE meta ADD COLUMN big BLOB GENERATED ALWAYS AS (zeroblob(100000000)) VIRTUAL"
    ),
    "an index that costs": script("CREATE INDEX i ON meta (length(hex(zeroblob(100000000))))"),
    "a check taken out": traps((" CHECK (must_change IN (0, 1))", "")),
    "a default that is a function": traps(("suspended TEXT NOT NULL DEFAULT ''", "suspended TEXT DEFAULT (hex(1))")),
    "a virtual table": script("CREATE VIRTUAL TABLE v USING fts5(a)"),
    "another application": script("PRAGMA application_id = 1"),
    "a version from the future": script("PRAGMA user_version = 999"),
    "a version below 0": script("PRAGMA user_version = -1"),
    "an older version than its tables": script("PRAGMA user_version = 1"),
    "no version": script("PRAGMA user_version = 0"),
    "a reference to nobody": script("PRAGMA foreign_keys = OFF", "UPDATE registration SET person = 99"),
    "a text where a number belongs": traps(("person INTEGER NOT NULL REFERENCES", "person TEXT NOT NULL REFERENCES")),
    "a table without SQL": in_the_schema("sql = NULL"),
    "a schema that is no SQL": in_the_schema("sql = 'x'"),
    "a root page that is elsewhere": in_the_schema("rootpage = 4000"),
}  # fmt: skip


def header(place: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:place] + value + data[place + len(value) :]


BYTES: Mapping[str, Callable[[bytes], bytes]] = {
    "half of it": lambda data: data[: len(data) // 2],
    "its first page": lambda data: data[:4096],
    "100 bytes": lambda data: data[:100],
    "noise in the middle": lambda data: data[:8192] + os.urandom(8192) + data[16384:],
    "zeros in the middle": lambda data: data[:4096] + bytes(4096) + data[8192:],
    "a page size of 65,536": header(16, b"\0\1"),
    "a page size of 1": header(16, b"\0\0"),
    "a page size that is odd": header(16, b"\x10\x01"),
    "a format from the future": header(18, b"\xff\xff"),
    "reserved space everywhere": header(20, b"\xff"),
    "2 thousand million pages": header(28, b"\x7f\xff\xff\xff"),
    "a list of free pages in a circle": header(32, b"\0\0\0\2\0\0\0\5"),
    "another name at its head": header(0, b"SQLite format 9\0"),
}


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("CREATE TABLE account (username, password)")


def only_an_id(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store:
        store.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        store.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def everything() -> dict[str, list[Bad]]:
    """Return all bad inputs, by kind of input."""
    bad = {
        "logos": [
            *(Bad(name, partial(logo, name), "logo") for name in LOGOS),
            *(Bad(name, partial(no_logo, put), "logo") for name, put in NO_FILES.items()),
            *(Bad(name, partial(named_logo, text), "logo") for name, text in NAMES_OF_LOGOS.items()),
        ],
        "profiles": [
            *(Bad(name, partial(profile, put), "profile") for name, put in NO_FILES.items()),
            *(Bad(name, partial(profile, written(text)), "profile") for name, text in (TOML | PROFILES).items()),
        ],
        "labels": [
            *(
                Bad(name, partial(labels, put), "labels.toml", (2,) if name in ("a pipe", "a folder") else (3,))
                for name, put in NO_FILES.items()
                if name not in ("a pipe", "a folder", "an endless device", "a link in a circle")
            ),
            *(Bad(name, partial(labels, written(text)), "labels.toml") for name, text in TOML.items()),
            *(
                Bad(text[:40], partial(labels, written(f"[own]\n{_labels(text)}")), says)
                for text, says in LABELS.items()
            ),
            Bad("a name that is a path", partial(labels, written(f'["../../own"]\n{_labels("")}')), "name"),
        ],
        "card layouts": [
            *(Bad(name, partial(template, "faces.toml", written(text)), "faces.toml") for name, text in TOML.items()),
            *(
                Bad(name, partial(template, "faces.toml", written(text)), "faces.toml")
                for name, text in LAYOUTS.items()
            ),
            *(
                Bad(name, partial(template, "faces.toml", NO_FILES[name]), "faces.toml")
                for name in ("64 MB", "noise", "a link to /etc/passwd")
            ),
        ],
        "templates": [
            *(
                Bad(
                    name, partial(template, "card.html.j2", written(text)), "card.html.j2",
                    (0,) if name in HARMLESS else (3,),
                )
                for name, text in TEMPLATES.items()
            ),
            *(
                Bad(f"{name}, in the page", partial(template, "sheets.html.j2", written(text)), "sheets.html.j2")
                for name, text in TEMPLATES.items()
                if name not in NOT_IN_THE_PAGE
            ),
            *(
                Bad(
                    f"{name}, in the style", partial(template, "sheets.css.j2", written(text)), "sheets.css.j2",
                    # it takes no time; how cards look without the program's style is up to the user
                    (0,) if "a variable" in name else (3,),
                )
                for name, text in {
                    "@import": "@import url(file://CANARY);",
                    "@import over the net": "@import 'http://evil.test/x.css';",
                    "@font-face": "@font-face{font-family:x;src:url(file://CANARY)}*{font-family:x !important}",
                    "background": "*{background:url(file://CANARY)}",
                    "page": "@page{background:url(file://CANARY)}",
                    "content": "*:before{content:url(file://CANARY)}",
                    "the end of the style": "</style><img src='file://CANARY'>",
                    "100,000 rules": "a{b:c}" * 100_000,
                    "a selector without end": ":not(" * 50_000,
                    "brackets without end": "{" * 200_000,
                    "a variable in a circle": "*{--a:var(--b);--b:var(--a);width:var(--a)}",
                    "a variable that doubles": "".join(
                        f"*{{--a{n}:var(--a{n - 1}) var(--a{n - 1})}}" for n in range(1, 40)
                    ) + "*{--a0:x;content:var(--a39)}",
                }.items()
            ),
            *(
                Bad(name, partial(template, "card.html.j2", NO_FILES[name]), "card.html.j2")
                for name in ("64 MB", "noise")
            ),
        ],
        "settings": [
            *(Bad(name, partial(settings, put), "config.toml") for name, put in NO_FILES.items()),
            *(Bad(name, partial(settings, written(text)), "config.toml") for name, text in (TOML | SETTINGS).items()),
            *(
                Bad(f"{name} as address", partial(settings, written(f'[portal]\nurl = "{text}"\n')), "portal.url")
                for name, text in PORTALS.items()
            ),
        ],
        "plans": [
            *(Bad(name, partial(plan, edit), says, (3, 6)) for name, (edit, says) in PLANS.items()),
            *(Bad(name, partial(plan_place, put), "plan") for name, put in NO_FILES.items() if name != "a pipe"),
            *(
                Bad(name, partial(plan_file, partial(_cut, data), name), name)
                for name, data in BOMBS.items()
                if name.endswith((".xlsx", ".csv"))
            ),
            Bad("links to other files", partial(plan_file, link_outside, "plan.xlsx"), "no plan"),
            Bad("members outside the folder", partial(plan_file, ADOPTED_ZIPS["members outside the folder"], "p.xlsx"),
                ""),
        ],
        "accounts": [
            *(Bad(name, partial(adopt, data, "accounts.zip"), "accounts.zip") for name, data in ADOPTED_ZIPS.items()),
            Bad("a member twice", partial(adopt, twice, "accounts.zip"), "leerid-accounts.json twice"),
            *(
                Bad(
                    name, partial(adopted_accounts, content), says,
                    (4,) if name == "a line break in a password" else (3,),
                )
                for name, (content, says) in ADOPTED_ACCOUNTS.items()
            ),
            *(
                Bad(name, partial(adopt_place, put), "accounts.zip")
                for name, put in NO_FILES.items() if name != "a pipe"
            ),
            *(
                Bad(
                    name, partial(adopt, partial(bytes, ACCOUNTS + rows, "utf-8"), "accounts.csv"), "",
                    (3,) if name not in ISSUED else (0, 4),
                )
                for name, rows in ADOPTED_ROWS.items()
            ),
            *(
                Bad(name, partial(adopt, data, name), name)
                for name, data in BOMBS.items()
                if name.endswith(".xlsx")
            ),
        ],
        "lists": [
            *(Bad(name, partial(ids_place, put), "", (3, 5)) for name, put in NO_FILES.items() if name != "a pipe"),
            Bad("SQL", partial(ids, "030569/1' OR '1'='1\n"), "", (5,)),
            Bad("paths", partial(ids, "../../etc/passwd\n"), "", (5,)),
            Bad("100,000 ids that are none", partial(ids, "030569/x\n" * 100_000), "", (5,)),
            Bad("a line of a million signs", partial(ids, "x" * 1_000_000), "", (5,)),
        ],
        "outputs": [
            Bad("standard output", partial(output, "-"), "standard output", (2,)),
            Bad("a device", partial(output, "/dev/null"), "exists", (7,)),
            Bad("a full device", partial(output, "/dev/full"), "exists", (7,)),
            Bad("a system file", partial(output, "/etc/passwd"), "exists", (7,)),
            Bad("in a file", partial(output, "/etc/passwd/x.zip"), "", (7,)),
            Bad("in the process", partial(output, "/proc/self/x.zip"), "", (7,), noted=True),
            Bad("a folder that is not there", partial(output, "OUT/a/b/c.zip"), "folder", (7,)),
            Bad("a name of 300 letters", partial(output, "OUT/" + "x" * 300), "", (7,)),
            Bad("a path of 5,000 letters", partial(output, "OUT/" + "x/../" * 1000 + "x"), "", (7,)),
        ],
        "stores": [
            *(Bad(name, partial(restored, change), "copy.db", (7,)) for name, change in STORES.items()),
            *(Bad(name, partial(restored_bytes, edit), "copy.db", (7,)) for name, edit in BYTES.items()),
            *(Bad(name, partial(restored_file, put), "copy.db", (7,)) for name, put in NO_FILES.items()),
            Bad("nothing", partial(restored_file, written("")), "copy.db", (7,)),
            Bad("the store of another program", partial(restored_file, other_program), "copy.db", (7,)),
            Bad("only the mark of leerid", partial(restored_file, only_an_id), "copy.db", (7,)),
        ],
    }  # fmt: skip
    assert all(len({one.name for one in group}) == len(group) for group in bad.values()), (
        "none is counted twice"
    )
    return bad


def _cut(make: Callable[[], bytes]) -> bytes:
    """Return as much of a file as the program reads of a list."""
    return make()[:MAX_LIST_BYTES]


def _labels(changed: str) -> str:
    key = changed.partition(" =")[0]
    lines = [f"{name} = {value}" for name, value in GOOD_LABELS.items() if name != key]
    return "\n".join((*lines, changed)) + "\n"
