"""Every message of the program has a Dutch translation that says the same with the same values."""

import ast
import gettext
import io
import os
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from world import ROOT

CATALOGUE = ROOT / "leerid_cli" / "locale" / "nl" / "LC_MESSAGES" / "leerid.po"
PARSED = read_po(io.BytesIO(CATALOGUE.read_bytes()))
MESSAGES = [message for message in PARSED if message.id]
MARKS = {"_", "N_", "plural"}
NOT_PUT_IN = "POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By"


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def forms(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_the_catalogue_holds_the_messages_of_the_code_and_no_others() -> None:
    keywords = {"_": None, "N_": None, "plural": (1, 2)}
    method = [("**.py", "python")]
    found = extract_from_dir(ROOT / "leerid_cli", keywords=keywords, method_map=method)
    assert {message.id for message in MESSAGES} == {id_ for _file, _line, id_, _comments, _context in found}
    assert not PARSED.obsolete


def test_the_compiled_catalogue_gives_every_translation() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        dutch = gettext.GNUTranslations(compiled)
    for message in MESSAGES:
        if message.pluralizable:
            assert tuple(dutch.ngettext(*message.id, n) for n in (1, 2)) == tuple(message.string)
        else:
            assert dutch.gettext(message.id) == message.string
    header = dutch.gettext("")
    assert "Plural-Forms: nplurals=2; plural=(n != 1);" in header
    assert not [name for name in NOT_PUT_IN if name in header]


def test_the_script_finds_nothing_to_do() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "script" / "translate", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(MESSAGES) > 200


def fault(message: Message) -> str:
    """Return what is wrong with a translation, '' where nothing is."""
    originals, translations = forms(message.id), forms(message.string)
    if message.fuzzy:
        return "is marked as fuzzy"
    if len(originals) != len(translations) or not all(text.strip() for text in translations):
        return "is not filled in"
    pairs = zip(originals, translations, strict=True)
    return "" if all(fields(one) == fields(other) for one, other in pairs) else "names other values"


def test_every_translation_is_filled_in_and_names_the_same_values() -> None:
    faults = [f"{message.id}: the translation {said}" for message in MESSAGES if (said := fault(message))]
    assert not faults, "\n".join(faults)


def hidden_messages(path: Path) -> Iterator[str]:
    """Yield place and reason for each message of a module that the extractor does not find."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKS and path.name != "i18n.py":
            if not isinstance(node.args[0], ast.Constant | ast.Name):
                yield f"{path}:{node.lineno}: the message is put together"
        elif isinstance(node, ast.JoinedStr):
            called = {ast.unparse(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
            if called & MARKS:
                yield f"{path}:{node.lineno}: the message stands in an f-string"


def test_no_message_hides_in_an_f_string_or_is_put_together() -> None:
    found = [line for path in (ROOT / "leerid_cli").rglob("*.py") for line in hidden_messages(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("options", "environment", "dutch"),
    [
        (("--lang", "nl"), {}, True),
        (("--lang", "en"), {"LEERID_LANG": "nl"}, False),
        ((), {"LEERID_LANG": "nl", "LC_ALL": "en_US.UTF-8"}, True),
        ((), {"LC_ALL": "nl_BE.UTF-8"}, True),
        ((), {"LANG": "nl_BE.UTF-8"}, True),
        ((), {"LC_ALL": "C"}, False),
        ((), {}, False),
    ],
)
def test_the_language_of_messages(
    tmp_path: Path, options: tuple[str, ...], environment: dict[str, str], dutch: bool
) -> None:
    unset = {"LEERID_LANG", "LANG", "LC_ALL", "LC_MESSAGES"}
    clean = {name: value for name, value in os.environ.items() if name not in unset}
    line = [sys.executable, "-m", "leerid_cli", "--db", str(tmp_path / "none.db"), *options]
    helped = subprocess.run(
        [*line, "search", "--help"], env=clean | environment, capture_output=True, text=True, check=True
    )
    overview = subprocess.run(
        [*line, "--help"], env=clean | environment, capture_output=True, text=True, check=True
    )
    failed = subprocess.run(
        [*line, "search", "x"], env=clean | environment, capture_output=True, text=True, check=False
    )
    assert ("Zoek leerlingen" in helped.stdout, "Find pupils" in helped.stdout) == (dutch, not dutch)
    assert ("voor een hele school" in overview.stdout, "for a whole school" in overview.stdout) == (
        dutch,
        not dutch,
    )
    assert failed.returncode == 5
    assert ("er is geen opslag" in failed.stderr, "there is no store" in failed.stderr) == (dutch, not dutch)
