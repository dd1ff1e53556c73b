"""Bytes to rows: what the file is, how it is encoded, which delimiter and profile it uses.

Encodings are tried from the certain to the likely (byte order mark, strict UTF-8, strict cp1252)
and never with replacement: a name that loses a letter here is wrong on a card for years.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.intake.official import masked
from leerid_cli.intake.profiles import Layout, Profile, fit, require
from leerid_cli.tables import csvtext

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KINDS = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "XLSX or ZIP"),
    (b"\xd0\xcf\x11\xe0", "XLS or DOC"),
    (b"<?xml", "XML"),
)
_PREVIEW = 80


_NO_LAYOUT = Layout(Profile("", {}, ()), (), {}, ())


@dataclass(frozen=True)
class Source:
    """One enrolment file, opened: its layout and its rows as (line number, cells)."""

    file: str
    encoding: str
    delimiter: str
    layout: Layout
    rows: Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the command line says about reading: None means find out."""

    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    school_given: bool = False
    type_given: bool = False


def open_source(file: str, data: bytes, profiles: Sequence[Profile], reading: Reading) -> Source:
    """Return the opened file; raises InputError, without the file's name, saying why it cannot be read."""
    _refuse_other_kinds(data)
    text, encoding = decode(data, reading.encoding)
    candidates = [profile for profile in profiles if reading.profile in (None, profile.name)]
    if not candidates:
        known = ", ".join(profile.name for profile in profiles)
        raise InputError(
            _("there is no profile {name}").format(name=reading.profile),
            _("known: {known}").format(known=known),
        )
    delimiters = (reading.delimiter,) if reading.delimiter else csvtext.DELIMITERS
    layout, delimiter = _recognise(text, candidates, delimiters, reading)
    rows = csvtext.rows(text, delimiter)
    next(rows)
    return Source(file, encoding, delimiter, layout, rows)


def _refuse_other_kinds(data: bytes) -> None:
    if not data.strip(b"\r\n\t ;,\xef\xbb\xbf"):
        raise InputError(_("the file is empty"), _("export the enrolments again"))
    for start, kind in _KINDS:
        if data.lstrip(b"\xef\xbb\xbf").startswith(start):
            raise InputError(
                _("line 1: this is not a CSV file but {kind}").format(kind=kind),
                _("export the enrolments as CSV"),
            )


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """Return (text, encoding used); raises InputError naming the line of the first byte that cannot be read."""
    if encoding and "escape" in encoding.lower():
        raise InputError(_("there is no encoding {name}").format(name=encoding))  # none for text, that is
    tried = [encoding] if encoding else _likely(data)
    failure: UnicodeDecodeError | None = None
    for name in tried:
        try:
            text = data.decode(name)
        except LookupError:
            raise InputError(_("there is no encoding {name}").format(name=name)) from None
        except UnicodeDecodeError as error:
            failure = failure or error
            continue
        except UnicodeError:
            continue
        _refuse_control(text)
        return text, name
    line = data[: failure.start].count(b"\n") + 1 if failure else 1
    raise InputError(
        _("line {line}: the text is not in {encodings}").format(line=line, encodings=" or ".join(tried)),
        _("export as CSV UTF-8, or name the encoding with --encoding"),
    )


def _likely(data: bytes) -> list[str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return [name]
    return ["utf-8", "cp1252"]


def _refuse_control(text: str) -> None:
    for sign, what in (("\0", _("a zero byte")), ("\ufffd", _("a replaced character"))):
        if (position := text.find(sign)) >= 0:
            line = text.count("\n", 0, position) + 1
            raise InputError(
                _("line {line}: the text holds {what}").format(line=line, what=what),
                _("the export is damaged or is no CSV file: make it anew"),
            )


def _recognise(
    text: str, profiles: Sequence[Profile], delimiters: Sequence[str], reading: Reading
) -> tuple[Layout, str]:
    """Return the layout and delimiter under which most of the header is known; raises InputError if none fits."""
    fits = [
        (layout, delimiter)
        for delimiter in delimiters
        for profile in profiles
        if (header := _header(text, delimiter)) and (layout := fit(profile, header))
    ]
    layout, delimiter = max(fits, key=lambda found: len(found[0].positions), default=(_NO_LAYOUT, ""))
    if not layout.positions:
        preview = text.split("\n", 1)[0][:_PREVIEW]
        raise InputError(
            _("line 1: no known column in the header: {header}").format(header=masked(_printable(preview))),
            _("the first line must name the columns; known profiles: {known}").format(
                known=", ".join(profile.name for profile in profiles)
            ),
        )
    require(layout, school_given=reading.school_given, type_given=reading.type_given)
    return layout, delimiter


def _header(text: str, delimiter: str) -> list[str]:
    """Return the cells of the first row, none where the delimiter makes no sense of its quotes."""
    try:
        return next(csvtext.rows(text, delimiter), (1, []))[1]
    except InputError:
        return []


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)
