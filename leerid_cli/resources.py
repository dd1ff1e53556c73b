"""The one way to the files that come with the program, wherever it is installed.

In a checkout they stand at its top level (`templates/`, `pictograms/`, `wordlists/`); the wheel
carries the same folders under `leerid_cli/_data/`. Profiles and translations live in the package.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data(folder: str) -> Path:
    installed = _PACKAGE / "_data" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder


def templates() -> Path:
    """Return the folder of the card templates, with their fonts."""
    return _data("templates") / "cards"


def config_template() -> Path:
    """Return the configuration file with every setting explained."""
    return _data("templates") / "config.toml"


def card_languages(own: Path | None = None) -> tuple[str, ...]:
    """Return the names of the languages that a card can have, sorted; with those in a user's templates `own`."""
    folders = (templates(), own) if own else (templates(),)
    return tuple(sorted({file.stem for folder in folders for file in (folder / "languages").glob("*.toml")}))


def pictograms() -> Path:
    """Return the folder of the pictogram catalogue and its pictures."""
    return _data("pictograms")


def wordlists() -> Path:
    """Return the folder of the word list and the block list."""
    return _data("wordlists")


def profiles() -> Path:
    """Return the folder of the import profiles that come with the program."""
    return _PACKAGE / "intake" / "profiles"


def translations() -> Path:
    """Return the folder of the gettext catalogues."""
    return _PACKAGE / "locale"
