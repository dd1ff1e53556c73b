"""Prints one table of how fast and how large leerid is, against the limits set for it.

    script/bench [--quick] [start import search create render waits memory]

Every time but those of `waits` is a ratio of two things measured in the same run, so that a slow machine changes
nothing.
`--quick` takes a tenth of the pupils: for a first look, not for a figure to rely on. The limits are for
all of them, so it shows none.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import pupils
from measure import Figure, median, place, run

BASELINES = Path(__file__).with_name("baselines.py")
HELD = Path(__file__).with_name("held.py")
CORES = os.cpu_count() or 1
AS_OF = ("--as-of", "2026-11-24")


def start(scale: int) -> Iterator[Figure]:
    """Start-up, against a Typer program of one command."""
    hello = median([sys.executable, BASELINES, "hello"], 15)
    with place() as (folder, leerid):
        run([*leerid, "import", pupils.write(folder / "p.csv", 100_000 // scale)])
        yield Figure(
            "leerid --version, of a one-command program", median([*leerid, "--version"], 15) / hello, 1.4
        )
        searching = median([*leerid, "search", "1200077"], 15)
        yield Figure(f"search among {100_000 // scale}, of a one-command program", searching / hello, 1.4)


def import_(scale: int) -> Iterator[Figure]:
    """Import, against pandas and executemany."""
    many = 100_000 // scale
    with place() as (folder, leerid):
        large, small = (
            pupils.write(folder / "large.csv", many),
            pupils.write(folder / "small.csv", many // 10),
        )
        store = folder / "leerid.db"
        bare, first, tenth, again = [], [], [], []
        peak = 0
        for turn in range(3):
            bare.append(run([sys.executable, BASELINES, "import", large, folder / f"bare{turn}.db"]).seconds)
            store.unlink(missing_ok=True)
            tenth.append(run([*leerid, "import", small]).seconds)
            store.unlink()
            done = run([*leerid, "import", large], memory=turn == 2)
            first.append(done.seconds)
            peak = max(peak, done.peak)
            again.append(run([*leerid, "import", large]).seconds)
    middle = [sorted(times)[1] for times in (bare, first, tenth, again)]
    yield Figure(f"import of {many} rows, of pandas and executemany", middle[1] / middle[0], 7)
    yield Figure("ten times the rows", middle[1] / middle[2], 11)
    yield Figure("the same file again, of the first time", middle[3] / middle[1], 1)
    yield Figure(f"memory of importing {many} rows", peak / 2**20, 1024, "MiB")


def search(scale: int) -> Iterator[Figure]:
    """Search, beyond what the same command takes among ten pupils."""
    with place() as (folder, leerid), place() as (small_folder, small):
        run([*leerid, "import", pupils.write(folder / "p.csv", 100_000 // scale)])
        run([*small, "import", pupils.write(small_folder / "p.csv", 10)])
        for what, words in (
            ("stamnummer prefix", ["120000"]),
            ("name without accents", ["lukasz", "wisniewski67"]),
        ):
            beyond = median([*leerid, "search", *words], 15) - median([*small, "search", *words], 15)
            yield Figure(f"search by {what}, beyond start-up", beyond * 1000, 100, "ms")


def create(scale: int) -> Iterator[Figure]:
    """bulk-create, against all hashes and all rendering on one core, divided by the cores."""
    for count, cost in ((300 // scale or 30, 12), (3000 // scale, 4)):
        with place() as (folder, leerid):
            run([*leerid, "import", pupils.write(folder / "p.csv", count)])
            hashing = run([sys.executable, BASELINES, "hashes", count, cost]).core_seconds
            rendering = rendered(count, class_lists=True)
            done = run(
                [*leerid, "bulk-create", "--all", *AS_OF, "-o", folder / "a.zip"],
                environment={"LEERID_BCRYPT_COST": str(cost)},
            )
            ideal = (hashing + rendering) / CORES
            yield Figure(
                f"bulk-create of {count} at cost {cost}, of the work by {CORES} cores",
                done.seconds / ideal,
                1.15,
            )
            # The same without what other programs do meanwhile: what the wall time comes to on a machine at rest.
            yield Figure("  the core seconds it took, of the work", done.core_seconds / CORES / ideal, 1.15)
            size = sum(entry.compress_size for entry in zipfile.ZipFile(folder / "a.zip").infolist())
            yield Figure(f"ZIP a pupil of {count}", size / count / 1024, 6, "KB")


def rendered(count: int, *, class_lists: bool = False) -> float:
    """Return how long one core draws the cards of so many picture pupils, in seconds."""
    import rendering

    began = time.process_time()
    rendering.draw(count, class_lists=class_lists)
    return time.process_time() - began


def render(scale: int) -> Iterator[Figure]:
    """Draw one picture pupil, against one hash at cost 12."""
    import rendering

    hashing = run([sys.executable, BASELINES, "hashes", 20, 12]).seconds / 20
    count = 480 // scale
    rendered(12)  # fonts and templates are loaded once a process
    yield Figure(
        "all PDFs of a picture pupil, of one hash at cost 12", rendered(count) / count / hashing, 0.2
    )
    fixed, chosen = rendering.codes(count)
    yield Figure("a QR code, of one whose mask is chosen by penalty points", fixed / chosen, 0.5)
    yield from beside_peers(count, hashing)


def beside_peers(count: int, hashing: float) -> Iterator[Figure]:
    """Draw the same picture sticker sheet with each program that is installed, for comparison: no limit."""
    import peers
    import rendering

    programs = {
        "WeasyPrint": lambda cards, _codes: rendering.stickers(len(cards)),
        "ReportLab": peers.by_reportlab,
        "Typst": peers.by_typst,
    }
    for name, draw in programs.items():
        with suppress(ImportError):
            cost = peers.milliseconds(draw, count) / 1000 / hashing
            yield Figure(f"  a picture sticker by {name}, of one hash at cost 12", cost, math.inf)


def waits(scale: int) -> Iterator[Figure]:
    """How long others wait for a batch: a pupil who changes a password meanwhile, and the store lock itself."""
    making, changing = 300 // scale, 200 // scale
    with place() as (folder, leerid):
        text = pupils.write(folder / "p.csv", making + changing).read_text(encoding="utf-8")
        (folder / "p.csv").write_text(text.replace(";211;", ";311;"), encoding="utf-8")
        run([*leerid, "import", folder / "p.csv", "--accept", f"030000:{making + changing}"])
        rows = [f"030000;{1_200_000 + number};pupil.{number};bcdf2345" for number in range(changing)]
        head = "instellingsnummer;stamnummer;gebruikersnaam;wachtwoord"
        (folder / "known.csv").write_text("\n".join((head, *rows)), encoding="utf-8")
        run([*leerid, "adopt", folder / "known.csv", *AS_OF], environment={"LEERID_BCRYPT_COST": "10"})
        alone = statistics.median(_changed(leerid, number) for number in range(changing // 4))
        batch = subprocess.Popen(
            [*map(str, leerid), "-q", "bulk-create", "--all", *AS_OF, "-o", str(folder / "a.zip")],
            env=os.environ | {"LEERID_BCRYPT_COST": "10"},
        )
        beside = [
            _changed(leerid, number) for number in range(changing // 4, changing) if batch.poll() is None
        ]
        if batch.wait():
            raise subprocess.CalledProcessError(batch.returncode, "bulk-create")
    yield Figure(
        f"longest of {len(beside)} changes beside a bulk-create, beyond one alone",
        max(beside) - alone,
        1,
        "s",
    )
    count = 3000 // scale
    with place() as (folder, leerid):
        run([*leerid, "import", pupils.write(folder / "p.csv", count)])
        line = [*leerid[1:], "bulk-create", "--all", *AS_OF, "-o", folder / "a.zip"]
        run([sys.executable, HELD, folder / "held", *line], environment={"LEERID_BCRYPT_COST": "4"})
        seconds = [float(one) for one in (folder / "held").read_text(encoding="utf-8").split()]
    yield Figure(f"store lock of a bulk-create of {count}, in all", sum(seconds), 0.5, "s")


def _changed(leerid: Sequence[object], number: int) -> float:
    """Change a password as its owner does, and return the seconds that it took."""
    began = time.perf_counter()
    subprocess.run(
        [*map(str, leerid), "-q", "change-password", f"pupil.{number}"],
        input="bcdf2345\na password of my own\n",
        text=True,
        check=True,
        env=os.environ | {"LEERID_BCRYPT_COST": "10"},
    )
    return time.perf_counter() - began


def memory(scale: int) -> Iterator[Figure]:
    """Memory of the whole process tree, for ten times the pupils."""
    peaks = []
    for count in (2_000 // scale, 20_000 // scale):
        with place() as (folder, leerid):
            run([*leerid, "import", pupils.write(folder / "p.csv", count)])
            done = run(
                [*leerid, "bulk-create", "--all", *AS_OF, "-o", folder / "a.zip"],
                environment={"LEERID_BCRYPT_COST": "4"},
                memory=True,
            )
            peaks.append(done.peak)
    yield Figure(
        f"memory for {20_000 // scale} pupils, of that for {2_000 // scale}", peaks[1] / peaks[0], 1.3
    )
    yield Figure(f"memory for {20_000 // scale} pupils", peaks[1] / 2**20, 1024, "MiB")


PARTS = {
    "start": start,
    "import": import_,
    "search": search,
    "create": create,
    "render": render,
    "waits": waits,
    "memory": memory,
}


def main() -> int:
    """Measure and print; returns 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description="Measure leerid.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the pupils")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which; by default all")
    arguments = parser.parse_args()
    over = False
    for name in arguments.parts or PARTS:
        for figure in PARTS[name](10 if arguments.quick else 1):
            shown = replace(figure, limit=math.inf) if arguments.quick else figure
            print(shown.line(), flush=True)
            over |= shown.value > shown.limit
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
