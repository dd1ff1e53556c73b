"""Writes the table of docs/saboteur.md: the cases, with what becomes of them.

.venv/bin/python tests/saboteur/page.py
"""

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import corruptions  # noqa: E402,F401 (registers its cases)
import more_corruptions  # noqa: E402,F401 (registers its cases)
import real_life  # noqa: E402,F401 (registers its cases)
from corrupting import CASES, Verdict  # noqa: E402

PAGE = ROOT / "docs" / "saboteur.md"
BEGIN = "<!-- written by tests/saboteur/page.py -->\n"


def table() -> str:
    """Return the counts and the cases as Markdown."""
    counts = Counter(case.verdict for case in CASES.values())
    wrong = len(CASES) - counts[Verdict.UNTOUCHED]
    lines = [
        f"Of {wrong} wrong files, {counts[Verdict.REFUSED]} are refused, {counts[Verdict.WITHHELD]} withheld,",
        f"{counts[Verdict.NAMED]} named, 0 taken over in silence. "
        f"Of {counts[Verdict.UNTOUCHED]} good files, 0 are withheld.",
        "",
        "| file | imported on | verdict |",
        "|---|---|---|",
    ]
    lines += [
        f"| {case.name.replace('_', ' ')} | {case.on} | {case.verdict.value} |" for case in CASES.values()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    head = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(head + BEGIN + "\n" + table(), encoding="utf-8")
