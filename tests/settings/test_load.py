"""The configuration file: its keys in the documents, and any value at each of them."""

import re
import tomllib
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toml_files import VALUES, KeyPath, paths, replaced, written
from world import ROOT

from leerid_cli.errors import InputError
from leerid_cli.settings.load import load_settings

DOCUMENT = tomllib.loads(
    (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
)
TEMPLATE = tomllib.loads(
    re.sub(r"(?m)^# (\[|[a-z_]+ = )", r"\1", (ROOT / "templates" / "config.toml").read_text(encoding="utf-8"))
)
NAMED = {"schools", "printers", "basis_class", "basis_hoofdstructuur"}
"""Tables whose keys are names of the user's choice."""
# What some key takes, so that not all that is tried is refused.
SOME = st.sampled_from(
    ["picture", "word", "all", "nl", "Balie", "https://x.test/{token}", 0, 1, 1.01, {}, {"1A": "word"}]
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings") / "config.toml"


def dotted(path: KeyPath) -> str:
    """Return a path as messages name it: names of the user's choice stand between quotation marks."""
    above = zip(("", *path), path, strict=False)
    return ".".join(f'"{name}"' if table in NAMED else name for table, name in above)


def at(data: Any, path: KeyPath) -> Any:
    return reduce(lambda table, name: table[name], path, data)


def refusal(file: Path, data: Any) -> str:
    """Return the message with which a configuration file is refused, '' where it gives settings."""
    file.write_text(written(data), encoding="utf-8")
    try:
        load_settings(config=file)
    except InputError as error:
        return error.message
    return ""


@given(path=st.sampled_from(sorted(paths(DOCUMENT))), value=VALUES | SOME)
def test_any_value_at_any_key_gives_settings_or_is_refused_by_file_and_key(
    file: Path, path: KeyPath, value: Any
) -> None:
    why = refusal(file, replaced(DOCUMENT, path, value))
    keys = [dotted(path)]
    if path == ("printers",):  # the printer that is meant may not be among them
        keys.append("printing.printer")
    assert not why or any(why.startswith(f"the configuration file {file}: {key}") for key in keys)


@pytest.mark.parametrize(
    "path",
    [
        (),
        *(path for path in paths(DOCUMENT) if isinstance(at(DOCUMENT, path), dict) and path[-1] not in NAMED),
    ],
    ids=dotted,
)
def test_the_keys_that_are_known_are_those_of_the_document_and_the_template(
    file: Path, path: KeyPath
) -> None:
    why = refusal(file, replaced(DOCUMENT, (*path, "other"), 1))
    place, known = why.split(": unknown key; known here: ")
    assert place.endswith(f": {dotted((*path, 'other'))}")
    assert sorted(known.split(", ")) == sorted(at(DOCUMENT, path)) == sorted(at(TEMPLATE, path))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("schools", "30569"), {}, 'schools."30569": an instellingsnummer has six digits'),
        (
            ("schools", "030569", "basis"),
            "temporary",
            'schools."030569".basis: must be one of: picture, word',
        ),
        (("printers",), {}, "printing.printer: there is no printer: add [printers.NAME]"),
        (("printing", "printer"), "Gang", "printing.printer: must be one of: Balie"),
        (("cards", "language"), "xx", "cards.language: must be one of: en, fr, nl, uk"),
        (("portal", "url"), "https://x.test/", "portal.url: must be a web address that holds {token} once"),
        (("accounts", "kleuter"), "some", "accounts.kleuter: must be one of: none, leerplicht, all"),
    ],
)
def test_what_is_wrong_is_said(file: Path, path: KeyPath, value: Any, told: str) -> None:
    assert refusal(file, DOCUMENT) == ""
    assert refusal(file, replaced(DOCUMENT, path, value)) == f"the configuration file {file}: {told}"
