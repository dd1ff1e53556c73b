"""A world for a test: a store, a key and folders of its own, and the program run in it."""

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from leerid_cli.cli import context
from leerid_cli.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "students.csv"
HEADER = (
    "instellingsnummer;stamnummer;naam;voornaam;geboortedatum;geslacht;insz;hoofdstructuur;"
    "vestigingsplaats;administratieve_groep;administratieve_groep_omschrijving;klas;begindatum;einddatum"
)
# A day in the school year of the test data, so that no test depends on the day on which it runs.
AS_OF = ("--as-of", "2026-11-24")


@dataclass(frozen=True)
class Result:
    """The exit code and the output of one run of the program."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class World:
    """A folder with a configuration, a store and a folder for output, in which the program is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "leerid.db"
        self.config = folder / "config" / "config.toml"
        self.config.parent.mkdir()
        self.config.write_text('[portal]\nurl = "https://loket.test/l/{token}"\n')
        self.out = folder / "out"
        self.out.mkdir()

    def run(self, *arguments: object, stdin: str | bytes = "", today: date | None = None) -> Result:
        """Run the program in this process; `today` is the day it believes it to be, else the real one."""
        with pytest.MonkeyPatch.context() as patch:
            if today:
                patch.setattr(context, "today", lambda: today)
            return self._run(arguments, stdin)

    def _run(self, arguments: Iterable[object], stdin: str | bytes) -> Result:
        line = ["--db", self.store, "--config", self.config, *arguments]
        done = CliRunner().invoke(app, [str(argument) for argument in line], input=stdin)
        return Result(done.exit_code, done.stdout, done.stderr)

    def file(self, content: str | bytes, name: str = "pupils.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def pupils(self, *rows: str, name: str = "pupils.csv") -> Path:
        return self.file("\n".join((HEADER, *rows)) + "\n", name)

    def snapshot(self) -> bytes:
        """Return the bytes of the store, to compare before and after; b'' without a store."""
        return self.store.read_bytes() if self.store.exists() else b""

    def leftovers(self) -> list[str]:
        """Return the names of staged files and of a journal that is not empty: a run should leave neither."""
        found = self.folder.rglob("*")
        return [
            path.name
            for path in found
            if path.suffix == ".part" or (path.name.endswith("-journal") and path.stat().st_size)
        ]


def row(stamnummer: str, **cells: str) -> str:
    """Return a line of a discimus file; needed columns that are not given get a valid value."""
    values = dict.fromkeys(HEADER.split(";"), "") | {
        "instellingsnummer": "030569",
        "stamnummer": stamnummer,
        "naam": "Peeters",
        "voornaam": "Emma",
        "geboortedatum": "2015-03-07",
        "hoofdstructuur": "211",
        "klas": "5A",
        "begindatum": "2026-09-01",
    }
    return ";".join((values | cells).values())


def members(bundle: Path) -> dict[str, bytes]:
    """Return the members of a ZIP, by name."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook_cells(data: bytes) -> list[list[Any]]:
    """Return the values of the cells of the first worksheet, row by row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [list(cells) for cells in book.worksheets[0].iter_rows(values_only=True)]
