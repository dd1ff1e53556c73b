#!/usr/bin/env python3
"""Draws the pictograms of `pictograms/catalogue.csv` out of the Fluent emoji packages.

Reads two npm packages (MIT, drawn by Microsoft) and writes one SVG per picture and set:
`pictograms/high-contrast/ICON.svg` for paper and `pictograms/flat/ICON.svg` for colour.
The packages are fetched with `npm pack` into a temporary folder, or read from folders given:

    script/make_pictograms.py [HIGH_CONTRAST_PACKAGE FLAT_PACKAGE]

The catalogue itself is written by hand and append-only: a code that was ever issued stands in
the hash of somebody's password, so it keeps its picture; a word may change if the former one
becomes an alias.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from archives import unpack

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "pictograms" / "catalogue.csv"
PACKAGES = {
    "high-contrast": "@iconify-json/fluent-emoji-high-contrast@1.2.6",
    "flat": "@iconify-json/fluent-emoji-flat@1.2.6",
}


def fetch(package: str, folder: Path) -> Path:
    """Fetch one npm package into `folder` and return the folder it was unpacked to."""
    folder.mkdir()
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob("*.tgz")
    unpack(archive, folder)
    return folder / "package"


def svg(icon: dict[str, Any], width: int, height: int) -> str:
    """Return one icon as an SVG document; the one-colour set becomes pure black."""
    body = str(icon["body"]).replace("currentColor", "#000")
    width, height = icon.get("width", width), icon.get("height", height)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{body}</svg>\n'


def draw(set_name: str, package: Path, icons: list[str]) -> None:
    """Write the SVGs of one set; raises KeyError naming an icon that the package lacks."""
    data = json.loads((package / "icons.json").read_text(encoding="utf-8"))
    target = ROOT / "pictograms" / set_name
    target.mkdir(exist_ok=True)
    for name in icons:
        drawing = svg(data["icons"][name], data.get("width", 16), data.get("height", 16))
        (target / f"{name}.svg").write_text(drawing, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Draw both sets from the given package folders, or from freshly fetched ones."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        icons = [row["icon"] for row in csv.DictReader(file, delimiter=";")]
    with tempfile.TemporaryDirectory() as scratch:
        for number, (set_name, package) in enumerate(PACKAGES.items()):
            given = Path(arguments[number]) if arguments else fetch(package, Path(scratch) / set_name)
            draw(set_name, given, icons)


if __name__ == "__main__":
    main(sys.argv[1:])
