#!/usr/bin/env python3
"""Fuzz the reader of enrolment files: bytes in, rows or a documented error out.

  script/fuzz_reader.py --seconds 300 [--seed N]

Every input is random bytes or a file of `tests/fixtures/intake/` that was damaged: bits flipped, cut short, pieces
doubled, moved, exchanged with those of another file; of workbooks also the parts inside. It must be read and its
rows checked, or be refused with a LeeridError. Anything else is printed with the seed and number that make it
again (`--only N`), and ends with exit 1.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from leerid_cli import resources  # noqa: E402
from leerid_cli.errors import LeeridError  # noqa: E402
from leerid_cli.intake import profiles  # noqa: E402
from leerid_cli.intake.check import Checker, Defaults, unique  # noqa: E402
from leerid_cli.intake.reading import Reading, open_source  # noqa: E402
from leerid_cli.model.people import AccountType  # noqa: E402

FIXTURES = ROOT / "tests" / "fixtures" / "intake"
TODAY = date(2026, 11, 24)
SLOW = 5.0
SPLICES = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b";", b"\r", b"\n", b"\xc3", b"<", b"</", b"&", b"]]>", b"<!DOCTYPE a>",
    b"&amp;", b"1E+06", b"1E999999999", b"=1+1", b"#N/A", b"_x0000_", b"_xD800_", b"\xed\xa0\x80", b"\xe2\x80\xae",
    b"99999999999999999999", b"-1", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06",
    b"XFD1048576", b' t="s"', b' t="d"', b' t="e"', b' s="99"',
]  # fmt: skip


@dataclass
class Tally:
    """What became of the inputs."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    slowest: float = 0.0


def dice(seed: int) -> random.Random:
    """Return a source of chance that is the same for the same seed."""
    return random.Random(seed)  # noqa: S311 - it must be repeatable


def corpus() -> dict[str, bytes]:
    """Return the files that are damaged; those that can be read come up nine times out of ten."""
    files = {}
    for path in sorted(FIXTURES.glob("*.expected.json")):
        sound = json.loads(path.read_text(encoding="utf-8"))["report"] is not None
        name = path.name.removesuffix(".expected.json")
        files[f"{'sound' if sound else 'broken'}/{name}"] = path.with_name(name).read_bytes()
    return files


def damage(data: bytes, others: list[bytes], draw: random.Random) -> bytes:
    """Return the bytes with one to eight damages."""
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 5))):
        at = draw.randrange(len(changed) + 1)
        length = draw.choice((1, 2, 8, 64, 1024))
        kind = draw.randrange(7)
        if kind == 0 and changed:
            changed[at % len(changed)] ^= 1 << draw.randrange(8)
        elif kind == 1:
            del changed[at:]
        elif kind == 2:
            del changed[at : at + length]
        elif kind == 3:
            changed[at:at] = changed[at : at + length] * draw.choice((1, 2, 50))
        elif kind == 4:
            other = draw.choice(others)
            begin = draw.randrange(len(other) + 1)
            changed[at : at + length] = other[begin : begin + length]
        elif kind == 5:
            changed[at:at] = draw.choice(SPLICES)
        else:
            changed[at : at + length] = draw.randbytes(length)
    return bytes(changed)


def damage_inside(data: bytes, others: list[bytes], draw: random.Random) -> bytes:
    """Return a workbook of which one part was damaged and packed again, some parts lost or doubled."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    chosen = draw.randrange(len(members))
    members[chosen] = (members[chosen][0], damage(members[chosen][1], others, draw))
    if draw.random() < 0.1:
        del members[draw.randrange(len(members))]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def made(number: int, seed: int, files: dict[str, bytes]) -> bytes:
    """Return input number N of a seed, always the same."""
    draw = dice(seed * 1_000_003 + number)
    others = list(files.values())
    if draw.random() < 0.05:
        return draw.randbytes(draw.choice((0, 1, 3, 30, 3000)))
    kind = "broken/" if draw.random() < 0.1 else "sound/"
    data = draw.choice([content for name, content in files.items() if name.startswith(kind)])
    if data.startswith(b"PK\x03\x04") and draw.random() < 0.8:
        try:
            return damage_inside(data, others, draw)
        except zipfile.BadZipFile:
            pass  # one of the fixtures is broken already
    return damage(data, others, draw)


def read(data: bytes, known: tuple[profiles.Profile, ...], draw: random.Random) -> str:
    """Read an input to the end; return what became of it, by a word."""
    how = Reading(
        profile=draw.choice((None, None, None, None, None, None, None, None, "wisa", "informat")),
        encoding=draw.choice((None, None, None, None, "utf-8", "cp1252", "utf-16")),
        school_given=True,
        type_given=True,
    )
    try:
        source = open_source("fuzz", data, known, how)
        checker = Checker(
            "fuzz", source.column_map, Defaults("030569", AccountType.BASIS), lambda digits: digits, TODAY
        )
        outcomes = [checker.check(line, cells) for line, cells in source.rows]
    except LeeridError as error:
        return f"refused ({error.name})"
    unique([outcome.pupil for outcome in outcomes if outcome.pupil])
    for outcome in outcomes:
        if outcome.pupil and outcome.rejected:
            raise ValueError("a row is both used and rejected")
        for text in (problem.message for problem in outcome.problems):
            text.encode()  # a message can always be printed
    return f"read ({source.kind})"


def run(seconds: float, seed: int, begin: int = 0, most: int | None = None, slow: float = SLOW) -> Tally:
    """Fuzz until the time is over, or so many inputs are read; return the tally.

    An input that takes longer than `slow` seconds is a failure.
    """
    tally, known, files = Tally(), profiles.load(resources.profiles()), corpus()
    ends = time.monotonic() + seconds
    number = begin
    while time.monotonic() < ends and (most is None or number < begin + most):
        data = made(number, seed, files)
        begun = time.monotonic()
        outcome = guarded(partial(read, data, known, dice(number)))
        took = time.monotonic() - begun
        tally.slowest = max(tally.slowest, took)
        if took > slow:
            outcome = f"FAILED: {took:.1f} s"
        if outcome.startswith("FAILED"):
            tally.failures.append((number, outcome))
        tally.outcomes[outcome.split("\n")[0]] += 1
        number += 1
    return tally


def guarded(work: Callable[[], str]) -> str:
    """Return what the work returns, or that it failed and where."""
    try:
        return work()
    except Exception:
        return (
            "FAILED: "
            + traceback.format_exc().strip().rsplit("\n", 1)[-1][:120]
            + "\n"
            + traceback.format_exc()
        )


def main() -> int:
    """Fuzz and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one input")
    options = parser.parse_args()
    tally = run(options.seconds, options.seed, options.only or 0, None if options.only is None else 1)
    for outcome, times in tally.outcomes.most_common():
        print(f"{times:8} {outcome}")
    print(
        f"{sum(tally.outcomes.values()):8} in all, seed {options.seed}; the slowest took {tally.slowest:.2f} s"
    )
    for number, failure in tally.failures[:5]:
        print(f"--only {number}\n{failure}", file=sys.stderr)
    return bool(tally.failures)


if __name__ == "__main__":
    sys.exit(main())
