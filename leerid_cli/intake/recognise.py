"""Finding out which table of a file has the enrolments, which row is its header, and which profile fits it.

A table is a sheet, a CSV under one delimiter, or the XML elements of one name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake.official import masked
from leerid_cli.intake.profiles import ColumnMap, Profile, fit, missing, plain, require
from leerid_cli.tables.limits import MAX_COLUMNS

# The header must be among so many first rows.
HEADER_ROWS = 20
# How many characters of a header that is not recognised a message shows.
_PREVIEW = 80
Rows = Iterator[tuple[int, list[str]]]
"""Rows as (line number, cells)."""


@dataclass(frozen=True, slots=True)
class Given:
    """Which columns the command line supplies, so that a file need not have them (`--school`, `--type`)."""

    school: bool = False
    type: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One way to read a file as rows: CSV under one delimiter, a sheet, or the XML elements of one name.

    `label` is that delimiter or name; `head` are the first rows as (line number, cells); `rows` yields all
    rows, from the first on, each time it is called.
    """

    label: str
    head: Sequence[tuple[int, list[str]]]
    rows: Callable[[], Rows]


def lacking(column_map: ColumnMap, given: Given) -> list[str]:
    """Return the needed columns that neither the file nor the profile nor the command line supplies."""
    return missing(column_map, school_given=given.school, type_given=given.type)


def column_map_of(table: Table, profiles: Sequence[Profile], given: Given) -> ColumnMap | None:
    """Return the column map of the profile that knows most of a table's header, None where none knows any.

    The header is the first row in which some profile finds all needed columns, else the row of which most
    headings are known; rows above it are not read (docs/decisions/033-the-first-complete-header.md). Raises
    InputError where two profiles know equally much of it and would read different values.
    """
    column_maps = [
        column_map
        for line, cells in table.head
        if len(cells) <= MAX_COLUMNS
        for profile in profiles
        if (len(profiles) == 1 or _is_possible(profile, cells))
        and (column_map := fit(profile, cells, line)).positions
    ]
    if not column_maps:
        return None
    complete = [column_map.line for column_map in column_maps if not lacking(column_map, given)]
    line = (
        min(complete)
        if complete
        else max(column_maps, key=lambda column_map: (_rank(column_map, given), -column_map.line)).line
    )
    of_header = [column_map for column_map in column_maps if column_map.line == line]
    best = max(of_header, key=lambda column_map: _rank(column_map, given))
    for rival in of_header:
        if _rank(rival, given) == _rank(best, given) and _meaning(rival) != _meaning(best):
            raise InputError(
                _("line {line}: the header fits the profiles {first} and {second} equally well").format(
                    line=best.line or 1, first=best.profile.name, second=rival.profile.name
                ),
                _("name the right one with --profile"),
            )
    return best


def _is_possible(profile: Profile, header: Sequence[str]) -> bool:
    if not profile.recognised_by:
        return True
    return not {plain(heading) for heading in profile.recognised_by}.isdisjoint(
        plain(cell) for cell in header
    )


def _rank(column_map: ColumnMap, given: Given) -> tuple[int, int]:
    """Return how well a column map fits: known headings, then as few missing columns as possible."""
    return column_map.explained, -len(lacking(column_map, given))


def _meaning(column_map: ColumnMap) -> tuple[object, ...]:
    """Return what two column maps have in common if they read the same values from every row."""
    profile = column_map.profile
    constants = {
        column: value for column, value in profile.constants.items() if column not in column_map.positions
    }
    values = {column: table for column, table in profile.values.items() if column in column_map.positions}
    return dict(column_map.positions), constants, values


def best_table(tables: Sequence[Table], profiles: Sequence[Profile], given: Given) -> tuple[Table, ColumnMap]:
    """Return the table whose header is known best, with its column map.

    XML elements that the profile names as rows go first. Raises InputError where no header is known, where
    two headings mean the same, or where a needed column is missing.
    """
    found = [(table, column_map) for table in tables if (column_map := column_map_of(table, profiles, given))]
    if not found:
        raise _unknown(tables, profiles)
    table, column_map = max(found, key=lambda pair: (_named_row(*pair), *_rank(pair[1], given)))
    require(column_map, school_given=given.school, type_given=given.type)
    return table, column_map


def _named_row(table: Table, column_map: ColumnMap) -> bool:
    """Tell whether the profile names this XML element as a row."""
    return table.label.lower() in {name.lower() for name in column_map.profile.xml_rows}


def best_sheet(tables: Sequence[Table], profiles: Sequence[Profile], given: Given) -> tuple[Table, ColumnMap]:
    """Return the only sheet that is a list of enrolments, with its column map.

    Raises InputError where several sheets are, naming them, or where none is, as `best_table` does.
    """
    found = [(table, column_map) for table in tables if (column_map := column_map_of(table, profiles, given))]
    complete = [pair for pair in found if not lacking(pair[1], given) and not pair[1].doubles]
    filled = [pair for pair in complete if any(line > pair[1].line for line, _cells in pair[0].rows())]
    if len(filled) == 1:
        return filled[0]
    if len(complete) > 1:
        names = ", ".join(table.label for table, _map in complete)
        raise InputError(
            _("several sheets are lists of enrolments: {sheets}").format(sheets=names),
            _("keep one of them, or save each as a workbook of its own and name them all"),
        )
    return complete[0] if complete else best_table(tables, profiles, given)


def _unknown(tables: Sequence[Table], profiles: Sequence[Profile]) -> InputError:
    cells = next((table.head[0][1] for table in tables if table.head), [])
    preview = ";".join(cells[:MAX_COLUMNS])[:_PREVIEW]
    shown = masked("".join(character if character.isprintable() else "?" for character in preview))
    nearest = profiles[0]
    return InputError(
        _("line 1: no known column in the header: {header}").format(header=shown),
        _(
            "a line among the first {rows} must name the columns; known profiles: {known}; {nearest} needs {needed}"
        ).format(
            rows=HEADER_ROWS,
            known=", ".join(profile.name for profile in profiles),
            nearest=nearest.name,
            needed=", ".join(
                nearest.aliases(column)[0] for column in ("school", "stamnummer", "naam", "hoofdstructuur")
            ),
        ),
    )
