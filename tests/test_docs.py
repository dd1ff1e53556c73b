"""The documents say what the program does, and what they link to is there."""

import re
import subprocess
import sys

from typer.main import get_command
from world import ROOT

from leerid_cli.cli.app import app

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "examples" / "README.md"])


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "script" / "make_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_links_and_pictures_exist() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http://", "https://")) and not (page.parent / target).exists()
    ]
    assert not missing, "\n".join(missing)


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
