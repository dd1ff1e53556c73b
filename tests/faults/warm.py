"""A process that has loaded everything and used it once; each run of the program is a fork of it.

It reads requests from standard input, one line of JSON each, and answers each with a line of JSON: from
`{"arguments", "environment", "stdin", "out", "err", "hook"}` to `{"process", "status"}`, the status as of
`os.waitpid`. The hook is a function of `hooks`, which the fork calls before the program starts. There is one
thread only, so that forking is safe.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import hooks

from leerid_cli import resources
from leerid_cli.cli.app import app
from leerid_cli.rules import pictograms, word_list


def warm_up(folder: Path) -> None:
    """Make an account once, so that fonts, templates and word lists are in memory."""
    store, config = folder / "warm.db", folder / "warm.toml"
    config.write_text("")
    pupil = "instellingsnummer;stamnummer;naam;voornaam;geboortedatum;insz;hoofdstructuur;klas;begindatum\n"
    rows = pupil + "030569;1;Peeters;Emma;2015-03-07;15030700157;211;5A;2026-09-01\n"
    (folder / "warm.csv").write_text(rows)
    for line in (
        ("import", folder / "warm.csv"),
        ("bulk-create", "--all", "--as-of", "2026-11-24", "-o", folder),
    ):
        try:
            app([str(word) for word in ("-q", "--db", store, "--config", config, *line)])
        except SystemExit as left:
            if left.code:
                raise
    pictograms.load(resources.pictograms())
    word_list.load_words(resources.wordlists())


def run(request: dict[str, Any]) -> dict[str, int]:
    """Run the program in a fork; return its process id and its wait status."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return {"process": child, "status": os.waitpid(child, 0)[1]}
    code = 1
    try:
        os.environ.update(request["environment"])
        os.dup2(os.open(request["stdin"] or os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(request["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        os.dup2(os.open(request["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(0, encoding="utf-8"),
            os.fdopen(1, "w", encoding="utf-8"),
            os.fdopen(2, "w", encoding="utf-8"),
        )
        if request["hook"]:
            getattr(hooks, request["hook"][0])(*request["hook"][1:])
        app(request["arguments"])
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warm_up(Path(sys.argv[1]))
    for line in sys.stdin:
        answers.write(json.dumps(run(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
