"""The documents say what the program does, and what they link to is there."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from typer.main import get_command
from world import ROOT

from leerid_cli.cards.sizing import LEAST_MODULE, LEAST_TEXT
from leerid_cli.cli.app import app

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "examples" / "README.md"])


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "script" / "make_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives a heading: small letters, blanks become hyphens, other signs go."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w -]", "", text).replace(" ", "-")


def prose(page: Path) -> str:
    """Return a page without what stands in fences."""
    return re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"(?m)^#+ (.*)$", prose(page))}


def dead_links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links and pictures that are not there: no such file, or no such heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://")):
            continue
        file, _sign, anchor = target.partition("#")
        there = page.parent / file if file else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield f"{page.name}: {target}"


def test_links_pictures_and_anchors_exist() -> None:
    assert [link for page in PAGES for link in dead_links(page)] == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One: two\n[a](page.md#one-two) [b](none.md) [c](#one)\n```\n# three\n```\n[d](#three)\n"
    )
    assert list(dead_links(page)) == ["page.md: none.md", "page.md: #one", "page.md: #three"]


def test_the_index_of_decisions_names_each_with_its_date_and_title() -> None:
    folder = ROOT / "docs" / "decisions"
    rows = re.findall(
        r"(?m)^\| \[(\d{3})\]\(([^)]+)\) \| (\S+) \| (.*) \|$", (folder / "README.md").read_text("utf-8")
    )
    assert [int(number) for number, *_rest in rows] == list(range(1, len(rows) + 1))
    assert {file for _number, file, *_rest in rows} == {path.name for path in folder.glob("[0-9]*.md")}
    assert [day for _number, _file, day, _title in rows] == sorted(
        day for _number, _file, day, _title in rows
    )
    for number, file, day, title in rows:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.startswith(f"# {number} {title}\n\n{day}\n"), file
        assert re.findall(r"(?m)^\*\*(\w+)\.\*\*", text) == ["Question", "Choice", "Price"], file


def test_every_command_is_in_the_reference_and_has_help() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    reference = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in commands.items():
        assert f"## leerid {name}\n" in reference
        assert all(parameter.help for parameter in command.params if parameter.name != "help"), name


def test_options_named_in_the_pages_exist() -> None:
    known = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for page in PAGES:
        for line in re.findall(
            r"^ *(?:\$ )?(?:[0-9*]+ .*)?leerid (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line):
                assert option in known, f"{page.name}: {option}"


def test_the_least_sizes_on_cards_are_in_the_documents() -> None:
    for name in ("how-to.md", "formats.md"):
        text = " ".join((ROOT / "docs" / name).read_text(encoding="utf-8").split())
        assert f"{LEAST_TEXT:g} points" in text, name
        assert f"{LEAST_MODULE:g} mm" in text, name
