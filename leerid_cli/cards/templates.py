"""The templates in use: those that come with the program, each of which a file of the user's may replace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.runtime import limits

PAGE = "sheets.html.j2"
CARD = "card.html.j2"
STYLE = "sheets.css.j2"
HTML = (PAGE, CARD, STYLE)
LAYOUT_FILE = "faces.toml"
LABELS = "labels.toml"
NAMES = (*HTML, LAYOUT_FILE, LABELS)


@dataclass(frozen=True, slots=True)
class Templates:
    """Where templates are looked for: in the user's folder, file by file, then in the program's own."""

    folder: Path | None = None

    def own(self, name: str) -> Path | None:
        """Return the user's file of one of `NAMES`, None where there is none."""
        file = self.folder / name if self.folder else None
        return file if file and file.is_file() else None

    def path(self, name: str) -> Path:
        """Return the file in use of one of `NAMES`."""
        return self.own(name) or resources.templates() / name

    def own_page(self) -> Path | None:
        """Return the user's file that shapes pages, the first if there are several."""
        return next(filter(None, map(self.own, (*HTML, LAYOUT_FILE))), None)


PROGRAM = Templates()
"""No file of the user's."""


def read(file: Path) -> str:
    """Return the text of a template; raises InputError where it cannot be read."""
    try:
        return limits.read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise InputError(_("{file} cannot be read: {why}").format(file=file, why=why)) from error


def refused(file: Path, line: int | None, why: str) -> InputError:
    """Return the error for something wrong in a template, naming file, line (where known) and what."""
    place = f"{file}:{line}" if line else str(file)
    return InputError(
        _("the template {place}: {why}").format(place=place, why=why),
        _("correct the file, or remove it: then the template of leerid is used"),
    )


def line_of(text: str, word: str) -> int | None:
    """Return the first line of a text that holds a word, None if none does."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if word and word in line), None)
