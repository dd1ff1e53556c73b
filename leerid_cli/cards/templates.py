"""The templates in use: those that come with the program, each of which a file of the user's can replace.

Templates are what says how cards look: pages (Jinja), style (CSS), card layouts and label sheets (TOML).
"""

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
"""The files that a user's folder of templates can have, besides languages."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Where each template is looked for: in the user's `folder` if there is one, then in the program's."""

    folder: Path | None = None

    def own(self, name: str) -> Path | None:
        """Return the path of the user's file with a name of `NAMES`, None where there is none."""
        file = self.folder / name if self.folder else None
        return file if file and file.is_file() else None

    def path(self, name: str) -> Path:
        """Return the path of the file in use for a name of `NAMES`: the user's, else the program's."""
        return self.own(name) or resources.templates() / name

    def own_page(self) -> Path | None:
        """Return the first file of the user's that changes how pages are drawn, None if there is none."""
        return next(filter(None, map(self.own, (*HTML, LAYOUT_FILE))), None)


PROGRAM = Templates()
"""The templates of the program, without any file of a user."""


def read(file: Path) -> str:
    """Return the text of a template; raises InputError, naming the file, where it cannot be read."""
    try:
        return limits.read_text(file)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else _("it is not UTF-8 text")
        raise InputError(_("{file} cannot be read: {why}").format(file=file, why=why)) from error


def refused(file: Path, line: int | None, why: str) -> InputError:
    """Return the InputError for a fault in a template: its file, its line if that is known, and `why`."""
    place = f"{file}:{line}" if line else str(file)
    return InputError(
        _("the template {place}: {why}").format(place=place, why=why),
        _("correct the file, or remove it: then the template of leerid is used"),
    )


def line_of(text: str, word: str) -> int | None:
    """Return the number (from 1) of the first line that holds a word; None if none does, or for no word."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if word and word in line), None)
