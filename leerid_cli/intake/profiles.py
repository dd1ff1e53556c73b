"""Profiles: which column of which export means what. A profile is data, one TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leerid_cli.accounts.names import fold
from leerid_cli.errors import InputError
from leerid_cli.i18n import _

# A rejects file carries these beside the original columns; they say nothing about a pupil.
OWN_COLUMNS = ("line", "problem")
NEEDED = ("school", "stamnummer", "naam", "hoofdstructuur")


@dataclass(frozen=True, slots=True)
class Profile:
    """One export layout: aliases of every column by our name for it, and how it writes dates."""

    name: str
    columns: dict[str, tuple[str, ...]]
    date_forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file's header fits a profile: our column name to position, and the columns nobody knows."""

    profile: Profile
    header: tuple[str, ...]
    positions: dict[str, int]
    unknown: tuple[str, ...]

    def heading(self, column: str) -> str:
        """Return the file's own heading of a column, or the profile's first alias where it has none."""
        position = self.positions.get(column)
        return self.header[position].strip() if position is not None else self.profile.columns[column][0]


def load(folder: Path) -> tuple[Profile, ...]:
    """Read all profiles of a folder, by name."""
    profiles = []
    for file in sorted(folder.glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        columns = {column: tuple(aliases) for column, aliases in data["columns"].items()}
        profiles.append(Profile(data["name"], columns, tuple(data["date_forms"])))
    return tuple(profiles)


def _plain(heading: str) -> str:
    return fold(heading.replace("\ufeff", "").replace("_", " ")).replace(" ", "").replace("-", "")


def fit(profile: Profile, header: Sequence[str]) -> Layout:
    """Return which column of the header is what in this profile; raises InputError when one stands twice."""
    meanings = {_plain(alias): column for column, aliases in profile.columns.items() for alias in aliases}
    positions: dict[str, int] = {}
    unknown = []
    for position, heading in enumerate(header):
        column = meanings.get(_plain(heading))
        if column is None:
            if heading.strip() and _plain(heading) not in OWN_COLUMNS:
                unknown.append(heading.strip())
        elif positions.setdefault(column, position) != position:
            raise InputError(
                _("line 1: the columns {first} and {second} mean the same").format(
                    first=header[positions[column]].strip(), second=heading.strip()
                ),
                _("keep one of them"),
            )
    return Layout(profile, tuple(header), positions, tuple(unknown))


def missing(layout: Layout, *, school_given: bool, type_given: bool) -> list[str]:
    """Return the needed columns that the file lacks: contract §5 says which options stand in for which."""
    has = set(layout.positions)
    if school_given:
        has.add("school")
    if type_given or "type" in has:
        has.add("hoofdstructuur")
    if "voornaam" in has:
        has.add("naam")
    return [column for column in NEEDED if column not in has]


def require(layout: Layout, *, school_given: bool, type_given: bool) -> None:
    """Raise InputError naming every needed column that is missing, with its aliases."""
    lacking = missing(layout, school_given=school_given, type_given=type_given)
    if not lacking:
        return
    described = "; ".join(
        _("{column} (also read: {aliases})").format(
            column=layout.profile.columns[column][0], aliases=", ".join(layout.profile.columns[column])
        )
        for column in lacking
    )
    raise InputError(
        _("line 1: missing column: {columns}").format(columns=described),
        _("add the column to the export; --school NR and --type stand in for school and hoofdstructuur"),
    )
