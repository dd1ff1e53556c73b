"""Where the files are that come with the program; no other module knows.

In a checkout they are at its top level (`templates/`, `pictograms/`, `wordlists/`); in a wheel the same
folders are in `leerid_cli/_data/`. Import profiles and translations are inside the package in both.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data(folder: str) -> Path:
    installed = _PACKAGE / "_data" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder


def templates() -> Path:
    """Return the folder of the templates of cards, with their fonts and languages."""
    return _data("templates") / "cards"


def config_template() -> Path:
    """Return the path of the configuration file that explains every setting, for `leerid config init`."""
    return _data("templates") / "config.toml"


def card_languages(own: Path | None = None) -> tuple[str, ...]:
    """Return the names of the languages of cards, sorted, with those in a user's templates folder `own`."""
    folders = (templates(), own) if own else (templates(),)
    return tuple(sorted({file.stem for folder in folders for file in (folder / "languages").glob("*.toml")}))


def pictograms() -> Path:
    """Return the folder of the catalogue of pictograms and their pictures."""
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
