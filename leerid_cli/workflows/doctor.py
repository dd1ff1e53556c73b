"""`doctor`: checks the installation, the settings, the store, its key and its backups, and changes nothing.

An error in one check does not stop the others: people run this command just when the store is damaged or the
settings cannot be read.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from leerid_cli import resources
from leerid_cli.errors import LeeridError, StorageError
from leerid_cli.i18n import _, plural
from leerid_cli.rules import pictograms, word_list
from leerid_cli.settings.load import load_settings
from leerid_cli.settings.places import places
from leerid_cli.settings.settings import Settings
from leerid_cli.store import accounts, backups, history, keys, meta, place
from leerid_cli.store import connection as store
from leerid_cli.workflows.batch_findings import older_than_its_bundles, open_batches
from leerid_cli.workflows.findings import Finding


def examine(db: Path | None, file: Path | None) -> list[Finding]:
    """Return the findings of all checks, for the store and configuration file that the global options name.

    Never raises a LeeridError: an error within a check becomes a finding.
    """
    settings, found = _settings(db, file)
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("python", _python),
        ("cards", _cards),
        ("pictograms", _pictograms),
        ("words", _words),
        ("place", lambda: _place(settings)),
        ("store", lambda: _store(settings)),
        ("key", lambda: _key(settings)),
        ("backups", lambda: _backups(settings)),
    ]
    for name, check in checks:
        found += _guarded(name, check)
    return found


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Return the findings of one check; an error within it becomes a bad finding."""
    found: list[Finding] = []
    try:
        found.extend(check())
    except LeeridError as error:
        found.append(Finding(name, False, error.message, error.hint))
    except (OSError, ValueError, ImportError) as error:
        found.append(Finding(name, False, str(error)))
    return found


def _settings(db: Path | None, file: Path | None) -> tuple[Settings, list[Finding]]:
    try:
        settings = load_settings(db, file)
    except LeeridError as error:
        where = places(db, file)
        return Settings(*where), [Finding("config", False, error.message, error.hint)]
    if not settings.file.exists():
        return settings, [
            Finding(
                "config",
                True,
                _("there is no {file}; all settings are the usual ones").format(file=settings.file),
            )
        ]
    return settings, [
        *_kept_from_others("config", settings.file, 0o022),
        Finding("config", True, str(settings.file)),
    ]


def _python() -> Iterator[Finding]:
    text = f"Python {platform.python_version()}, SQLite {store.SQLITE_VERSION}, {platform.system()}"
    old = sys.version_info < (3, 11) or tuple(map(int, store.SQLITE_VERSION.split("."))) < (3, 37)
    yield Finding(
        "python", not old, text, _("Python 3.11 and SQLite 3.37 or later are needed") if old else ""
    )


def _cards() -> Iterator[Finding]:
    from leerid_cli.outputs.card_factory import drawing_libraries

    with drawing_libraries():
        from leerid_cli.cards import fonts, render  # noqa: F401 (loading it is the check)
    for name in fonts.FILES:
        fonts.font(name).width("Łukasz")
    yield Finding(
        "cards",
        True,
        _("the cards can be drawn: {library}").format(library=f"WeasyPrint {version('weasyprint')}"),
    )


def _pictograms() -> Iterator[Finding]:
    folder = resources.pictograms()
    catalogue = pictograms.load(folder)
    icons = [picture.icon for category in catalogue.categories for picture in category]
    missing = [
        f"{style}/{icon}.svg"
        for style in ("flat", "high-contrast")
        for icon in icons
        if not (folder / style / f"{icon}.svg").is_file()
    ]
    text = plural("{n} pictogram", "{n} pictograms", len(icons)).format(n=len(icons))
    if missing:
        text = _("pictograms are missing: {names}").format(names=", ".join(missing[:5]))
    yield Finding("pictograms", not missing, text, _("install leerid again") if missing else "")


def _words() -> Iterator[Finding]:
    words = word_list.load_words(resources.wordlists())
    yield Finding("words", True, plural("{n} word", "{n} words", len(words.words)).format(n=len(words.words)))


def _place(settings: Settings) -> Iterator[Finding]:
    place.refuse_network(settings.store)
    folder = settings.store.absolute().parent
    if not folder.is_dir():
        yield Finding("place", True, _("{folder} is made by the first import").format(folder=folder))
        return
    yield from _kept_from_others("place", folder, 0o022)
    yield Finding("place", True, _("{folder} is on a disk of this machine").format(folder=folder))


def _store(settings: Settings) -> Iterator[Finding]:
    if not settings.store.exists():
        yield Finding(
            "store",
            True,
            _("there is no store at {path} yet; the first import makes it").format(path=settings.store),
        )
        return
    yield from _kept_from_others("store", settings.store, 0o077)
    with closing(store.connect(settings.store, write=False)) as connection:
        try:
            found = store.faults(connection)
        except StorageError as error:  # so damaged that it cannot even be checked
            found = [str(error.__cause__)]
        if found:
            yield Finding(
                "store",
                False,
                _("{path} is damaged: {faults}").format(path=settings.store, faults="; ".join(found)),
                _("`leerid restore` puts back a backup"),
            )
            return
        number = accounts.number_of_accounts(connection)
        text = plural("{path} is sound and has {n} account", "{path} is sound and has {n} accounts", number)
        yield Finding("store", True, text.format(path=settings.store, n=number))
        yield from open_batches(connection, settings.store)
        yield from older_than_its_bundles(connection)


def _key(settings: Settings) -> Iterator[Finding]:
    path, wanted = settings.key_file, _fingerprint(settings)
    hint = _("put the key file back from a backup; if it is lost for good, the next import needs --new-key")
    try:
        key = keys.load(path)
    except LeeridError as error:
        yield Finding("key", False, error.message, hint)
        return
    if key is None:
        gone = bool(wanted)
        text = _("the key file {path} is gone") if gone else _("there is no key file {path} yet")
        yield Finding("key", not gone, text.format(path=path), hint if gone else "")
        return
    yield from _kept_from_others("key", path, 0o077)
    if wanted and keys.fingerprint(key) != wanted:
        yield Finding("key", False, _("{path} is not the key of this store").format(path=path), hint)
    else:
        yield Finding("key", True, str(path))


def _fingerprint(settings: Settings) -> str:
    """Return the fingerprint of the key in the store, '' where no store can be read."""
    try:
        with closing(store.connect(settings.store, write=False)) as connection:
            return meta.meta(connection, "key_fingerprint")
    except LeeridError:
        return ""


def _backups(settings: Settings) -> Iterator[Finding]:
    made = backups.made(settings.store)
    if made:
        yield from _kept_from_others("backups", made[-1].parent, 0o077)
    for path in made:
        yield from _kept_from_others("backups", path, 0o077)
    if made and settings.store.exists():
        yield from _older_than_its_backup(settings.store, made[-1])
    newest = backups.moment(made[-1]) if made else None
    text = plural("{n} automatic backup", "{n} automatic backups", len(made)).format(n=len(made))
    if newest:
        text += ", " + _("the newest of {date}").format(date=newest.date())
    yield Finding("backups", True, text)


def _older_than_its_backup(path: Path, backup: Path) -> Iterator[Finding]:
    """Yield a bad finding where the store was replaced by an older copy without `restore`.

    History only grows, so a store with less of it than its own backup is older than that backup.
    """
    with closing(store.connect(path, write=False)) as connection:
        mine, restored = history.last_history(connection)
    with closing(store.connect_for_copy(backup)) as connection:
        theirs, restored_there = history.last_history(connection)
    by_restore = restored is not None and (restored_there is None or restored > restored_there)
    if theirs > mine and not by_restore:
        yield Finding(
            "backups",
            False,
            _("the store is older than its backup {path}: an older copy took its place").format(path=backup),
            _(
                "`leerid restore {path}` puts the newer one back, with --bundles DIR also accounts of later ZIPs"
            ).format(path=backup),
        )


def _kept_from_others(check: str, path: Path, forbidden: int) -> Iterator[Finding]:
    """Yield a bad finding where a file or folder has one of the mode bits `forbidden`, such as 0o077."""
    if place.lets_others(path, forbidden):
        what = (
            _("others can read {path}") if forbidden & 0o044 else _("others can write in or to {path}")
        ).format(path=path)
        mode = "700" if path.is_dir() else "600"
        if not forbidden & 0o044:
            mode = "go-w"
        yield Finding(check, False, what, f"chmod {mode} {path}")
