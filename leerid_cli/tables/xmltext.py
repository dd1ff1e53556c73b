"""Reading XML as a stream of events with defusedxml: no entities, no DTD, limits on size and depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from leerid_cli.errors import InputError
from leerid_cli.i18n import _
from leerid_cli.tables.limits import (
    MAX_BYTES,
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_ROWS,
    MAX_TAG,
)

_CHUNK = 1 << 16


class Events:
    """Receives elements while XML is read; subclasses override `opened` and `closed`.

    Names come without their namespace. Text is collected only while `collect` is true. `most` is the number
    of elements allowed, `elements` the number so far. Raises InputError, naming the line, beyond the limits.
    """

    def __init__(self, most: int = MAX_ELEMENTS) -> None:
        self.elements, self.most, self.depth = 0, most, 0
        self.collect = False
        self.had_event = False
        self._pieces: list[str] = []
        self._characters = 0
        self.parser: Any = None

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element; may set `collect`."""

    def closed(self, name: str, text: str) -> None:
        """Handle the end of an element, with the text collected since the last start or end of one."""

    @property
    def line(self) -> int:
        """The line, from 1, that is being read."""
        return int(self.parser.parser.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element from the parser."""
        self.had_event = True
        self.elements += 1
        self.depth += 1
        if self.elements > self.most or self.depth > MAX_DEPTH:
            raise InputError(
                _("line {line}: the XML is too large or nested too deep").format(line=self.line),
                _("export the enrolments again, as CSV if need be"),
            )
        self._forget()
        self.opened(local(tag), attributes)

    def end(self, tag: str) -> None:
        """Take the end of an element from the parser."""
        self.had_event = True
        self.depth -= 1
        text = "".join(self._pieces)
        self._forget()
        self.closed(local(tag), text)

    def data(self, text: str) -> None:
        """Take text from the parser."""
        self.had_event = True
        if self.collect:
            self._characters += len(text)
            if self._characters > MAX_CELL_CHARACTERS:
                raise InputError(
                    _("line {line}: a value has more than {most} characters").format(
                        line=self.line, most=MAX_CELL_CHARACTERS
                    )
                )
            self._pieces.append(text)

    def _forget(self) -> None:
        self._pieces.clear()
        self._characters = 0

    def close(self) -> None:
        """Take the end of the document from the parser."""


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def chunks(data: bytes) -> Iterator[bytes]:
    """Cut bytes into pieces for the parser."""
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def parse(pieces: Iterable[bytes], events: Events, encoding: str | None = None) -> None:
    """Read a document piece by piece and hand its elements to `events`.

    `encoding` goes before the one that the document declares. Raises InputError, naming the line, where the
    document is broken, declares a DTD or entities, or cannot be decoded.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, XMLParser

    try:
        events.parser = XMLParser(target=events, encoding=encoding, forbid_dtd=True)
        without_event = 0  # bytes since the last event
        for piece in pieces:
            events.had_event = False
            events.parser.feed(piece)
            without_event = 0 if events.had_event else without_event + len(piece)
            if without_event > MAX_TAG:  # the parser would read this tag from its beginning with every piece
                raise InputError(_("line {line}: a tag of the XML does not end").format(line=events.line))
        events.parser.close()
    except DefusedXmlException:
        raise InputError(
            _("line {line}: the XML declares a document type or entities").format(line=events.line),
            _("no export needs them, and they can do harm: export the enrolments again"),
        ) from None
    except ParseError as error:
        line = error.position[0]
        raise InputError(
            _("line {line}: the XML is broken or cut short").format(line=line),
            _("export the enrolments again"),
        ) from None
    except (LookupError, UnicodeError, ValueError):  # an encoding unknown to Python, or not one for text
        raise InputError(
            _("line {line}: the encoding of the XML cannot be read").format(
                line=events.line if events.parser else 1
            ),
            _("export the enrolments as UTF-8, or name the encoding with --encoding"),
        ) from None


class _Records(Events):
    """Collects every element that has values: attributes, or elements inside that only hold text.

    `tables` has them by their name, each as (line, {name of the value: text}).
    """

    def __init__(self) -> None:
        super().__init__()
        self.collect = True
        self.tables: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self._open: list[tuple[str, int, dict[str, str], list[bool]]] = []
        self._rows = self._cells = 0

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if self._open:
            self._open[-1][3][0] = True
        own = {local(key): value for key, value in attributes.items()}
        self._open.append((name, self.line, own, [False]))

    def closed(self, name: str, text: str) -> None:
        _name, line, values, (has_children,) = self._open.pop()
        if not has_children and self._open:
            parent = self._open[-1][2]
            if parent.setdefault(name, text) != text:
                raise InputError(
                    _("line {line}: {name} stands twice in one {parent}").format(
                        line=self.line, name=name, parent=self._open[-1][0]
                    )
                )
        elif has_children and values:
            self._rows += 1
            self._cells += len(values)
            if self._rows > MAX_ROWS or self._cells > MAX_CELLS:
                raise InputError(_("line {line}: the XML holds too many rows").format(line=self.line))
            self.tables.setdefault(name, []).append((line, values))


def records(data: bytes, encoding: str | None = None) -> dict[str, list[tuple[int, dict[str, str]]]]:
    """Return every element that has values, by its name: the line on which it begins, and its values by name.

    A value is an attribute, or an element inside that only holds text. Raises InputError as `parse` does, and
    where the document is too large or has one value twice.
    """
    if len(data) > MAX_BYTES:
        raise InputError(_("the XML is too large"))
    events = _Records()
    parse(chunks(data), events, encoding)
    return events.tables
