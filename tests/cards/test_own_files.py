"""Files of the user's for cards: any value at any key is read, or refused by file and key."""

import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toml_files import VALUES, KeyPath, paths, replaced, written

from leerid_cli import resources
from leerid_cli.cards import card_layouts, custom_layouts, labels, languages
from leerid_cli.cards.templates import PROGRAM, Templates
from leerid_cli.errors import InputError

LABELS = {"mine": {
    "columns": 2, "rows": 5, "width": 90, "height": 50, "left": 10, "top": 20, "pitch": [90, 50], "page": [210, 297],
    "paper": 6, "edge": 3,
}}  # fmt: skip
TEXT = {
    "at": [0, 20, 40, 9], "size": [30, 9], "show": "voornaam", "text": "x", "font": "bold", "tracking": 0.1,
    "breaks": "words", "align": "left", "valign": "top", "when": "word", "frame": True,
}  # fmt: skip
PICTURES = {"at": [5, 0, 80, 9], "number": "left", "numeral": 8, "word": 8, "least": 7, "spill": 1}
LAYOUT = {
    "height": 42, "texts": [TEXT], "instruction": "scan", "code": [50, 10, 20], "logo": [0, 30, 9, 9],
    "pictures": PICTURES,
}  # fmt: skip
LANGUAGE = tomllib.loads((resources.templates() / "languages" / "nl.toml").read_text(encoding="utf-8"))


def read_language(templates: Templates) -> None:
    languages.language.cache_clear()
    languages.language("tr", templates)


def refusal(file: Path, data: Mapping[str, Any], read: Callable[[Templates], object]) -> str:
    """Return the message with which a file of the user's is refused, '' where it is read."""
    templates = file.parent.parent if file.parent.name == "languages" else file.parent
    file.parent.mkdir(exist_ok=True)
    file.write_text(written(data), encoding="utf-8")
    try:
        read(Templates(templates))
    except InputError as error:
        return error.message
    return ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("templates")


def test_what_comes_with_the_program_is_read_in_any_thread_and_what_is_the_users_is_not(
    tmp_path: Path,
) -> None:
    """A worker of a cluster draws in threads, and is sent no files of the user's."""
    (tmp_path / "languages").mkdir()
    (tmp_path / "languages" / "tr.toml").write_text(written(LANGUAGE), encoding="utf-8")
    (tmp_path / "faces.toml").write_text(written({"password-picture": [LAYOUT]}), encoding="utf-8")
    languages.language.cache_clear()
    card_layouts.built_in_layouts.cache_clear()
    with ThreadPoolExecutor(1) as other:
        assert other.submit(custom_layouts.load, PROGRAM).result()
        assert other.submit(languages.language, "en", PROGRAM).result().labels
        for read in (custom_layouts.load, read_language):
            with pytest.raises(RuntimeError, match="main thread"):
                other.submit(read, Templates(tmp_path)).result()


def test_the_files_that_are_changed_here_are_right(folder: Path) -> None:
    """Without this, the tests below could pass because everything is refused."""
    assert refusal(folder / "labels.toml", LABELS, labels.formats) == ""
    assert refusal(folder / "languages" / "tr.toml", LANGUAGE, read_language) == ""
    assert refusal(folder / "faces.toml", {"password-picture": [LAYOUT]}, custom_layouts.load) == ""


@given(path=st.sampled_from(sorted(paths(LABELS))), value=VALUES)
def test_label_sheets(folder: Path, path: KeyPath, value: Any) -> None:
    file = folder / "labels.toml"
    why = refusal(file, replaced(LABELS, path, value), labels.formats)
    # A length that is possible by itself may make another one impossible.
    assert not why or why.startswith(f'{file}: "mine"')


@given(path=st.sampled_from(sorted(paths(LANGUAGE))), value=VALUES)
def test_languages(folder: Path, path: KeyPath, value: Any) -> None:
    file = folder / "languages" / "tr.toml"
    why = refusal(file, replaced(LANGUAGE, path, value), read_language)
    assert not why or why.startswith(f"the template {file}")
    assert not why or f": {'.'.join(path)}" in why


@given(path=st.sampled_from(sorted(paths(LAYOUT))), value=VALUES)
def test_card_layouts(folder: Path, path: KeyPath, value: Any) -> None:
    why = refusal_of_layout(folder, replaced(LAYOUT, path, value))
    assert not why or why.startswith((".".join(path), "the box"))


@given(key=st.sampled_from(sorted(TEXT)), value=VALUES)
def test_texts_of_a_card_layout(folder: Path, key: str, value: Any) -> None:
    why = refusal_of_layout(folder, {**LAYOUT, "texts": [TEXT, {**TEXT, key: value}]})
    assert not why or why.startswith((f"texts.2.{key}", "the box"))


def refusal_of_layout(folder: Path, layout: Any) -> str:
    """Return what is wrong with the second of two card layouts of one name, '' where nothing is."""
    file = folder / "faces.toml"
    why = refusal(file, {"password-picture": [LAYOUT, layout]}, custom_layouts.load)
    place, _told, what = why.partition(": in [[password-picture]], number 2: ")
    assert place in ("", f"the template {file}")
    return what


@given(name=st.text(min_size=1), value=VALUES)
def test_names_of_card_layouts(folder: Path, name: str, value: Any) -> None:
    file = folder / "faces.toml"
    why = refusal(file, {name: value}, custom_layouts.load)
    assert why.startswith(f"the template {file}")
    assert f": {name}: unknown key; known here: " in why


FIRST = """
[[full-text]]
height = 40
texts = [
  { at = [1, 1, 50, 10], size = [9, 6], text = "x" },
]
"""
SECOND = """
[[full-text]]
height = 41
texts = [
  { at = [1, 1, 50, 10], size = [9, 6], text = "y" },
  { at = [1, 20, 50, 10], size = [9, 6], text = "z" },
]
"""
OTHER = """
[[full-picture]]
height = 40
texts = [{ at = [1, 1, 50, 10], size = [9, 6], text = "x", frame = true }]
"""


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (("height = 41", "height = 0"), 9, "height: must be a length above 0, up to 2000"),
        (("height = 41\n", ""), 8, "height: is missing"),
        (('"z"', "5"), 11, "texts.2.text: must be text"),
        (('text = "z"', '"text" = 5'), 11, "texts.2.text: must be text"),
        (('text = "z"', f'text = "{"z" * 1001}"'), 11, "texts.2.text: has more than 1000 characters"),
        (('text = "z"', "frame = 1"), 12, "texts.2.frame: must be true or false"),
        (('size = [9, 6], text = "z"', 'show = "naam"'), 11, "texts.2.size: is missing"),
        (('size = [9, 6], text = "z"', "size = [9, 0]"), 11, "texts.2.size: needs lengths above 0"),
        (("texts = [\n", "texts = [ 3,\n"), 8, "texts.1: must be a table"),
        (("texts = [\n", f"texts = [ {'3, ' * 99}\n"), 10, "texts: has more than 100 entries"),
        (
            ("texts = [", 'instruction = "scn"\ntexts = ['),
            10,
            "instruction: must be one of: scan-and-sign-in, ",
        ),
        (("texts = [", "logo = [1, 1, 0, 9]\ntexts = ["), 10, "logo: needs lengths above 0"),
    ],
)
def test_the_line_is_one_of_the_card_layout_that_is_wrong(
    tmp_path: Path, change: tuple[str, str], line: int, told: str
) -> None:
    """With card layouts of the same name before it, and of another one behind it."""
    assert change[0] in SECOND
    file = tmp_path / "faces.toml"
    file.write_text(FIRST + SECOND.replace(*change) + OTHER)
    with pytest.raises(InputError) as refused:
        custom_layouts.load(Templates(tmp_path))
    assert refused.value.message.startswith(f"the template {file}:{line}: in [[full-text]], number 2: {told}")


def test_a_card_layout_is_one_of_several_of_its_name(tmp_path: Path) -> None:
    file = tmp_path / "faces.toml"
    file.write_text("\n[full-text]\nheight = 40\n")
    with pytest.raises(InputError) as refused:
        custom_layouts.load(Templates(tmp_path))
    assert refused.value.message == f"the template {file}:2: full-text: must be written [[full-text]]"
