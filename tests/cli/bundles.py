"""What stands in the ZIP of a batch, for tests to look at."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
from world import World, members, workbook_cells

PDFS = {
    "leerid-kaartjes-a4.pdf",
    "leerid-stickers-volledig.pdf",
    "leerid-stickers-aanmelden.pdf",
    "leerid-stickers-wachtwoord.pdf",
}
# The accounts for leerid itself to read.
ACCOUNTS = "leerid-accounts.json"
HEADER = [
    "Stamnummer", "Administratieve groep", "Achternaam", "Voornaam", "LeerID Gebruikersnaam",
    "LeerID Wachtwoord", "Klas", "Instellingsnummer", "Accounttype", "Wachtwoordsoort", "URL", "Opmerking",
]  # fmt: skip


def records(bundle: Path) -> list[dict[str, str]]:
    header, *rows = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    assert header == HEADER
    return [
        dict(zip(HEADER, ("" if cell is None else cell for cell in cells), strict=True)) for cells in rows
    ]


def accounts_in(bundle: Path) -> list[dict[str, Any]]:
    """Return the accounts that stand in the ZIP for leerid itself to read."""
    found: list[dict[str, Any]] = json.loads(members(bundle)[ACCOUNTS])["accounts"]
    return found


def zipped(entries: dict[str, bytes]) -> bytes:
    """Return a ZIP with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def text(pdf: bytes) -> str:
    return "\n".join(
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))
    )


def squeezed(value: str) -> str:
    return "".join(value.split())


def table(bundle: Path) -> dict[str, dict[str, str]]:
    """Return the rows of the workbook by stamnummer."""
    header, *rows = workbook_cells(members(bundle)["leerid-accounts.xlsx"])
    return {cells[0]: dict(zip(header, cells, strict=True)) for cells in rows}


def passwords(bundle: Path) -> dict[str, str]:
    return {number: cells["LeerID Wachtwoord"] for number, cells in table(bundle).items()}


def opens(world: World, username: str, password: str) -> bool:
    return world.run("verify", username, stdin=password + "\n").code == 0


def verify(world: World, username: str, password: str) -> int:
    """Return the exit code of `verify`."""
    return world.run("verify", username, stdin=password + "\n").code
