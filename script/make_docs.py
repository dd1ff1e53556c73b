#!/usr/bin/env python3
"""Writes the documents that must not differ from the program: commands, exit codes, password strength.

    script/make_docs.py [--check]

`--check` writes nothing and exits 1 naming every document that is out of date.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import ExitCode
from leerid_cli.rules import passwords, pictograms, word_list

DOCS = Path(__file__).resolve().parent.parent / "docs"
COMMANDS = (
    "import", "adopt", "conflicts", "conflicts list", "conflicts link", "conflicts keep", "todo",
    "search", "show", "create", "bulk-create", "reset-password", "rename", "suspend", "reactivate", "reserve",
    "verify", "change-password", "export", "overview", "history", "calibrate", "cards", "cards preview",
    "recover", "doctor", "backup", "restore", "config", "config show", "config init",
)  # fmt: skip
MADE = "<!-- Written by script/make_docs.py; do not edit by hand. -->\n\n"
MEANINGS = {
    ExitCode.OK: ("ok", "done, or nothing to do; warnings may be in the report", "as said"),
    ExitCode.BUG: ("bug", "unexpected; `-v` shows where, never with values", "no"),
    ExitCode.USAGE: ("usage", "bad command line", "no"),
    ExitCode.INPUT: ("input", "missing or unreadable file, missing column, nothing usable in it", "no"),
    ExitCode.PARTIAL: ("partial", "done, but rows were rejected or held; the report names them", "yes"),
    ExitCode.NOT_FOUND: ("not-found", "no such pupil, username, hit or store", "no"),
    ExitCode.REFUSED: ("refused", "a conflict, something unsafe, a wrong password, the answer no", "no"),
    ExitCode.STORAGE: ("storage", "store or output cannot be read or written", "no, or the message says"),
    ExitCode.BUSY: ("busy", "another run holds the lock", "no"),
    ExitCode.UNDELIVERED: ("undelivered", "accounts are made, their ZIP needs an operator", "yes"),
    ExitCode.HUNG_UP: ("", "the terminal went away (SIGHUP)", "rolled back"),
    ExitCode.INTERRUPTED: ("", "Ctrl-C (SIGINT)", "rolled back"),
    ExitCode.READER_GONE: ("", "the reader of standard output went away; silent", "as said"),
    ExitCode.TERMINATED: ("", "SIGTERM", "rolled back"),
}


def exit_codes() -> str:
    """Return the table of exit codes; raises KeyError for a code without a meaning."""
    rows = ["| code | name | meaning | changed? |", "|---|---|---|---|"]
    rows += ["| {} | {} | {} | {} |".format(code.value, *MEANINGS[code]) for code in ExitCode]
    return MADE + "# Exit codes\n\n" + "\n".join(rows) + "\n\nTreat any other code as failure.\n"


def strength() -> Iterator[tuple[str, str, int]]:
    """Yield kind, form and number of combinations of each password kind, counted on the shipped files."""
    words = word_list.load_words(resources.wordlists())
    letters = len(passwords.UNAMBIGUOUS) - len(word_list.DIGITS)
    sizes = [len(category) for category in pictograms.load(resources.pictograms()).categories]
    yield (
        "word",
        f"one of {len(words.words)} words of 3 or 4 letters and digits 2-9, less {len(words.blocked)} blocked strings",
        sum(1 for _text in words.combinations()),
    )
    yield "picture", " × ".join(map(str, sizes)) + " pictures", math.prod(sizes)
    length = passwords.TEMPORARY_LENGTH
    yield (
        "temporary",
        f"{length} of {len(passwords.UNAMBIGUOUS)} characters, with a letter and a digit",
        len(passwords.UNAMBIGUOUS) ** length - letters**length - len(word_list.DIGITS) ** length,
    )


def password_strength() -> str:
    """Return the page on how many passwords of each kind there are."""
    rows = ["| kind | form | combinations | bits |", "|---|---|---|---|"]
    rows += [f"| {kind} | {form} | {n:,} | {math.log2(n):.1f} |" for kind, form, n in strength()]
    text = """# How many passwords there are

Counted on the files in `wordlists/` and `pictograms/`. Every combination is as likely as every
other; one that holds a part of three letters or more of the pupil's own name, username or class, or
the birth year, is drawn anew, which takes a fraction of a bit at most.

{table}

These formats are those of the LeerID manual. They are classroom passwords for a low-value account:
none reaches the length that NIST SP 800-63B-4 asks of a password that stands alone (15 characters).
A word password is safe only behind a sign-in page that locks an account after a few wrong tries; in
the hands of somebody who has the store, it is found in minutes.
"""
    return MADE + text.format(table="\n".join(rows))


def commands() -> str:
    """Return every command's help, as the program prints it in English on 100 columns."""
    environment = os.environ | {"COLUMNS": "100", "LEERID_LANG": "en"}
    parts = ["# Commands\n"]
    for command in ("", *COMMANDS):
        line = [sys.executable, "-m", "leerid_cli", *command.split(), "--help"]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
        parts.append(f"## leerid {command}".rstrip() + f"\n\n```text\n{done.stdout.strip()}\n```\n")
    return MADE + "\n".join(parts)


PAGES = {"exit-codes.md": exit_codes, "passwords.md": password_strength, "cli.md": commands}


def main(arguments: list[str]) -> int:
    """Write all pages, or with --check compare them; returns the exit code."""
    stale = 0
    for name, make in PAGES.items():
        path, text = DOCS / name, make()
        if arguments == ["--check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"docs/{name} is out of date: run script/make_docs.py", file=sys.stderr)
                stale += 1
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
