"""Profiles: which column of which export means what. A profile is data, one TOML file each.

Those of the program and those of the user (`profiles/` beside the configuration file) are read
with the same care: a key that is misspelt is refused, for it would quietly lose a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.model.people import AccountType
from leerid_cli.rules.pupil_status import TYPE_OF_HOOFDSTRUCTUUR
from leerid_cli.rules.usernames import fold
from leerid_cli.runtime import limits
from leerid_cli.settings.toml_values import Check, WrongValueError, each, filled, one_of, refuse, table, texts

# A rejects file carries these beside the original columns; they say nothing about a pupil.
OWN_COLUMNS = ("line", "problem")
# In a workbook with accounts, these hold passwords: no file that import writes repeats them.
SECRET_COLUMNS = ("LeerID Wachtwoord", "Wachtwoord", "Password")
NEEDED = ("school", "stamnummer", "naam", "hoofdstructuur")
MAX_HEADING = 100
TYPE_FROM = ("hoofdstructuur", "type")
DATES = ("birth_date", "begin", "end")
CONSTANT = (
    "school", "hoofdstructuur", "type", "vestigingsplaats", "administratieve_groep",
    "administratieve_groep_omschrijving", "klas",
)  # fmt: skip
COLUMNS = (
    *CONSTANT, "stamnummer", "naam", "voornaam", "gender", "official_number", "bis_number", "provisional",
    "status", *DATES,
)  # fmt: skip
_DAY, _MONTH, _YEAR = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})", r"(?P<y>\d{4})"
# How dates may be written: what matches, and how a day is written so.
DATE_FORMS = {
    # Two digits each: a line that is cut short in its last cell must not become another date.
    "YYYY-MM-DD": (re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})"), "%Y-%m-%d"),
    "DD/MM/YYYY": (re.compile(f"{_DAY}/{_MONTH}/{_YEAR}"), "%d/%m/%Y"),
    "D/M/YYYY": (re.compile(f"{_DAY}/{_MONTH}/{_YEAR}"), "%d/%m/%Y"),
    "DD-MM-YYYY": (re.compile(f"{_DAY}-{_MONTH}-{_YEAR}"), "%d-%m-%Y"),
    "DD.MM.YYYY": (re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR}"), "%d.%m.%Y"),
    "YYYY/MM/DD": (re.compile(f"{_YEAR}/{_MONTH}/{_DAY}"), "%Y/%m/%d"),
    "YYYYMMDD": (re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"), "%Y%m%d"),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """Which headings of one kind of export mean which of our columns, and in which forms its values are.

    `columns` holds the aliases of every column by our name for it; of those in `first_alias` a file may
    have several, and the first alias counts. `type_from` says in which columns the account type is looked
    for, first to last. `constants` are values of columns that the export lacks, `values` translations by
    column. `not_used` are known headings that import does not read. Where `recognised_by` names headings, a
    file without any of them is not recognised as this profile. `xml_rows` are the elements that are rows.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date_forms: tuple[str, ...] = ("YYYY-MM-DD",)
    first_alias: tuple[str, ...] = ()
    type_from: tuple[str, ...] = TYPE_FROM
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    not_used: tuple[str, ...] = ()
    recognised_by: tuple[str, ...] = ()
    xml_rows: tuple[str, ...] = ()

    def aliases(self, column: str) -> tuple[str, ...]:
        """Return what a file may call this column: at least our own name for it."""
        return self.columns.get(column) or (column,)


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How one file's header fits a profile: our column name to position, and the columns nobody knows.

    `doubles` are pairs of headings with one meaning, `explained` the number of headings the profile knows.
    """

    profile: Profile
    header: tuple[str, ...]
    positions: Mapping[str, int]
    unknown: tuple[str, ...] = ()
    doubles: tuple[tuple[str, str], ...] = ()
    explained: int = 0
    line: int = 1

    def heading(self, column: str) -> str:
        """Return the file's own heading of a column, or the profile's first alias where it has none."""
        position = self.positions.get(column)
        return self.header[position].strip() if position is not None else self.profile.aliases(column)[0]

    def meaning(self, position: int) -> str:
        """Return our name for the column at this position, '' where it has none."""
        return next((column for column, place in self.positions.items() if place == position), "")


def load(folder: Path, own: Path | None = None) -> tuple[Profile, ...]:
    """Read all profiles of the program's folder and the user's, whose profiles replace others of their name.

    Raises InputError naming file and key where a profile cannot be understood.
    """
    found = {profile.name: profile for profile in _folder(folder)}
    theirs: dict[str, Profile] = {}
    for profile in _folder(own) if own else ():
        if profile.name in theirs:
            raise InputError(
                _("{folder}: two profiles have the name {name}").format(folder=own, name=profile.name)
            )
        theirs[profile.name] = profile
    return tuple((found | theirs).values())


def _folder(folder: Path) -> Iterable[Profile]:
    for file in sorted(folder.glob("*.toml")):
        try:
            data = limits.toml(limits.read_text(file))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise InputError(
                _("the profile {file} cannot be read: {error}").format(file=file, error=why)
            ) from error
        try:
            yield _profile(data)
        except WrongValueError as error:
            raise InputError(
                _("the profile {file}: {key}: {why}").format(file=file, key=error.key, why=error.why)
            ) from error


def _name(value: Any, key: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_-]{1,40}", value):
        refuse(key, _("must be a name of small letters, digits, - and _"))
    return value


def _headings(value: Any, key: str) -> tuple[str, ...]:
    return texts(value, key) or refuse(key, _("must be a list of texts"))


def _school(value: Any, key: str) -> str:
    number = filled(value, key)
    if not re.fullmatch(r"[0-9]{6}", number):
        refuse(key, _("an instellingsnummer has six digits"))
    return number


def _chosen(value: Any, key: str, *, allowed: tuple[str, ...]) -> str:
    return one_of(filled(value, key), key, allowed=allowed)


def _translations(value: Any, key: str) -> dict[str, str]:
    return {plain(old): new for old, new in each(value, key, check=filled).items()}


_CONSTANTS: Mapping[str, Check] = {
    **dict.fromkeys(CONSTANT, filled),
    "school": _school,
    "type": partial(_chosen, allowed=tuple(kind.value for kind in AccountType)),
    "hoofdstructuur": partial(_chosen, allowed=tuple(TYPE_OF_HOOFDSTRUCTUUR)),
}
_CHECKS: Mapping[str, Check] = {
    "name": _name,
    "date_forms": partial(texts, allowed=tuple(DATE_FORMS)),
    "columns": partial(table, checks=dict.fromkeys(COLUMNS, _headings)),
    "first_alias": partial(texts, allowed=COLUMNS),
    "type_from": partial(texts, allowed=TYPE_FROM),
    "constants": partial(table, checks=_CONSTANTS),
    "values": partial(table, checks=dict.fromkeys(COLUMNS, _translations)),
    "not_used": texts,
    "recognised_by": texts,
    "xml_rows": texts,
}
"""The keys of a profile, which are the fields of Profile, and the checks of their values."""


def _profile(data: dict[str, Any]) -> Profile:
    """Return the profile that the TOML of a file describes; raises WrongValueError."""
    found = table(data, checks=_CHECKS, needed=("name",))
    profile = Profile(**{key: value for key, value in found.items() if value})
    _refuse_doubles(profile)
    return profile


def _refuse_doubles(profile: Profile) -> None:
    seen: dict[str, str] = {}
    for column, aliases in profile.columns.items():
        for alias in aliases:
            other = seen.setdefault(plain(alias), column)
            if other != column:
                refuse(f"columns.{column}", _("{alias} means {other} too").format(alias=alias, other=other))


def plain(heading: str) -> str:
    """Return a heading without what may differ: case, accents, blanks, hyphens, underscores, unseen characters."""
    if len(heading) > MAX_HEADING:
        return ""
    return (
        fold(re.sub("[_\u00a0\u00ad\u200b-\u200f\u2060\ufeff]", " ", heading))
        .replace(" ", "")
        .replace("-", "")
    )


def fit(profile: Profile, header: Sequence[str], line: int = 1) -> ColumnMap:
    """Return which column of the header is what in this profile."""
    meanings = {plain(alias): column for column, aliases in profile.columns.items() for alias in aliases}
    ranks = {plain(alias): rank for aliases in profile.columns.values() for rank, alias in enumerate(aliases)}
    passed_over = {plain(heading) for heading in profile.not_used}
    positions: dict[str, int] = {}
    unknown, doubles = [], []
    explained = 0
    for position, heading in enumerate(header):
        name = plain(heading)
        column = meanings.get(name)
        explained += column is not None or name in passed_over
        if column is None:
            if heading.strip() and name not in OWN_COLUMNS and name not in passed_over:
                unknown.append(heading.strip())
        elif positions.setdefault(column, position) != position:
            other = header[positions[column]]
            if column not in profile.first_alias or plain(other) == name:
                doubles.append((other.strip(), heading.strip()))
            elif ranks[name] < ranks[plain(other)]:
                positions[column] = position
    return ColumnMap(profile, tuple(header), positions, tuple(unknown), tuple(doubles), explained, line)


def missing(column_map: ColumnMap, *, school_given: bool, type_given: bool) -> list[str]:
    """Return the needed columns that file, options and the profile's constants all lack (docs/contract.md §5)."""
    has = {*column_map.positions, *column_map.profile.constants}
    if school_given:
        has.add("school")
    if type_given or "type" in has:
        has.add("hoofdstructuur")
    if "voornaam" in has:
        has.add("naam")
    return [column for column in NEEDED if column not in has]


def require(column_map: ColumnMap, *, school_given: bool, type_given: bool) -> None:
    """Raise InputError where two headings mean the same, or naming every needed column that is missing."""
    for first, second in column_map.doubles:
        raise InputError(
            _("line {line}: the columns {first} and {second} mean the same").format(
                line=column_map.line or 1, first=first, second=second
            ),
            _("keep one of them"),
        )
    lacking = missing(column_map, school_given=school_given, type_given=type_given)
    if not lacking:
        return
    described = "; ".join(_described(column_map.profile.aliases(column)) for column in lacking)
    raise InputError(
        _("line {line}: missing column: {columns}; the nearest profile is {profile}").format(
            line=column_map.line or 1, columns=described, profile=column_map.profile.name
        ),
        _("add the column to the export; --school NR and --type stand in for school and hoofdstructuur"),
    )


def _described(aliases: Sequence[str]) -> str:
    if len(aliases) == 1:
        return aliases[0]
    return _("{column} (also read: {aliases})").format(column=aliases[0], aliases=", ".join(aliases[1:]))
