"""`csv`: a line of separated values into fields."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, ClassVar, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lyftdata.actions import _paths as fieldwork
from lyftdata.actions._reading import Conversion, auto_value, converted
from lyftdata.core.errors import EventError
from lyftdata.core.event import MISSING, Json, get_path, remove_path
from lyftdata.spec.component import ActionDef, ActionSpec, ActionTools, Example, Step, Touches
from lyftdata.spec.types import FieldPath, Text

_CHUNK: Final = 7
"""Bytes of the header line in one counter: counters are integers of 64 bits."""


class CsvSpec(ActionSpec):
    """Cuts a line of separated values into fields, which replace fields that exist already. Each
    event holds one row. Values may be quoted, with the quote doubled inside."""

    ordered_maps: ClassVar[frozenset[str]] = frozenset({"fields"})

    input_field: FieldPath = fieldwork.RAW
    """The line."""
    header: bool = False
    """The first row names the fields. It is dropped, and so is every later row that is equal to it
    (the next file begins). The names are remembered with the job's state."""
    delim: Text = ","
    """The character between values; `tab` for a tabulator."""
    quote: Text = '"'
    """The character around values that hold the delimiter; empty: quotes mean nothing."""
    fields: dict[FieldPath, Conversion | None] = Field(default_factory=dict)
    """Names and kinds of the columns, in order: name -> `num`, `int`, `float`, `str`, `bool`,
    `json`, or nothing (then `autoconvert` decides). With `header` only the kinds count. An empty
    value of another kind than `str` is null, one that does not convert stays a text, with a
    warning. Columns without a name are called `column1`, `column2`..."""
    autoconvert: bool = False
    """Make numbers and booleans of values that are written as JSON writes them, in columns without
    a kind. Codes such as `007` stay texts."""
    remove: bool = False
    """Remove the input field after the row has been read."""
    on_error: fieldwork.OnError = "warn"
    """What follows when the line is no row (a quote that does not close): `warn` leaves the event
    as it is and counts a warning, `drop` drops it, `error` makes it an error of the event."""
    suppress_warnings: bool = False
    """Count no warnings."""

    @model_validator(mode="after")
    def _single_characters(self) -> CsvSpec:
        for key, text in (("delim", self.separator), ("quote", self.quote or " ")):
            if (len(text) != 1 and "{{" not in text) or text in "\r\n":
                fault = f"{key} is one character, not {text!r}"
                raise PydanticCustomError("bad-separator", "{text}", {"text": fault, "at": [key]})
        return self

    @property
    def separator(self) -> str:
        """The delimiter as it stands in the text."""
        return "\t" if self.delim in ("tab", "\\t") else self.delim


class _Header:
    """The names that the first row gave, kept in the job's counters across restarts."""

    def __init__(self, counters: MutableMapping[str, int], place: str) -> None:
        self._counters = counters
        self._key = f"{place}.header"
        length = counters.get(self._key, 0)
        raw = b"".join(
            [
                counters[f"{self._key}.{at}"].to_bytes(min(_CHUNK, length - at), "big")
                for at in range(0, length, _CHUNK)
            ]
        )
        self.line: str | None = raw.decode() if length else None

    def keep(self, line: str) -> None:
        """Remember the first row."""
        raw = line.encode("utf-8", "replace")
        self._counters[self._key] = len(raw)
        for at in range(0, len(raw), _CHUNK):
            self._counters[f"{self._key}.{at}"] = int.from_bytes(raw[at : at + _CHUNK], "big")
        self.line = line


def prepare(spec: CsvSpec, tools: ActionTools) -> Step:
    """The step: the event with the columns as fields; None for a header row."""
    table = _Table(spec, tools)
    path, on_error, quiet = spec.input_field, spec.on_error, spec.suppress_warnings

    def step(event: Json) -> Json | None:
        value = get_path(event, path)
        if value is MISSING or value is None:
            fieldwork.warn_missing(tools, path, quiet=quiet)
            return event
        try:
            found = table.row(value)
        except EventError as error:
            return fieldwork.refuse(tools, error, on_error, quiet=quiet, event=event)
        if found is None:
            return None
        if spec.remove:
            remove_path(event, path)
        for name, one in found:
            fieldwork.write_field(event, name, one)
        return event

    return step


class _Table:
    """Names, kinds and the way to cut a row."""

    def __init__(self, spec: CsvSpec, tools: ActionTools) -> None:
        self._spec, self._tools = spec, tools
        self._cut = _cutter(spec)
        self._header = _Header(tools.counters, tools.place) if spec.header else None
        self._names = [*spec.fields]
        if self._header is not None:
            line = self._header.line
            self._names = [] if line is None else self._named(self._cut(line))

    def row(self, value: Any) -> list[tuple[str, Any]] | None:
        """Name and value of each column, None for a header row. Raises `EventError`."""
        field = self._spec.input_field
        if not isinstance(value, str):
            raise EventError(f"{field} is no text", code="invalid-csv", field=field, value=value)
        line = value.rstrip("\r\n")
        header = self._header
        if header is not None and line == header.line:
            return None
        try:
            cells = self._cut(line)
        except csv.Error as error:
            raise EventError(
                f"{field} is no row of values: {error}",
                code="invalid-csv",
                field=field,
                value=value,
            ) from error
        if header is not None and header.line is None:
            header.keep(line)
            self._names = self._named(cells)
            return None
        return self._columns(cells)

    def _named(self, cells: Sequence[str]) -> list[str]:
        return [cell.strip() or f"column{at}" for at, cell in enumerate(cells, 1)]

    def _columns(self, cells: Sequence[str]) -> list[tuple[str, Any]]:
        names = self._names
        if names and len(names) != len(cells):
            self._warn("column-count", expected=len(names), found=len(cells))
        extra = [f"column{at}" for at in range(len(names) + 1, len(cells) + 1)]
        return [
            (name, self._typed(name, cell))
            for name, cell in zip([*names, *extra], cells, strict=False)
        ]

    def _typed(self, name: str, cell: str) -> Any:
        kind = self._spec.fields.get(name)
        if kind is None:
            return auto_value(cell) if self._spec.autoconvert else cell
        if not cell.strip() and kind != "str":
            return None
        found = converted(cell, kind)
        if found is MISSING:
            self._warn("not-convertible", column=name, value=cell)
            return cell
        return found

    def _warn(self, code: str, **details: object) -> None:
        if not self._spec.suppress_warnings:
            self._tools.warn(code, self._tools.place, field=self._spec.input_field, **details)


def _cutter(spec: CsvSpec) -> Callable[[str], list[str]]:
    delim, quote = spec.separator, spec.quote
    csv.field_size_limit(sys.maxsize)

    def cut(line: str) -> list[str]:
        if not quote or quote not in line:
            return line.split(delim)
        rows = csv.reader(
            line.splitlines(keepends=True), delimiter=delim, quotechar=quote, strict=True
        )
        cells, more = next(rows), next(rows, None)
        if more is not None:
            raise csv.Error("it holds more than one row")
        return cells

    return cut


def _touches(spec: CsvSpec) -> Touches:
    return fieldwork.touches(
        spec,
        reads=[spec.input_field],
        writes=None,
        flags={"drops": spec.header or spec.on_error == "drop", "state": spec.header},
    )


component = ActionDef(
    name="csv",
    spec=CsvSpec,
    touches=_touches,
    prepare=prepare,
    category="parsing",
    examples=(
        Example(
            title="Named and typed columns",
            config="{fields: {name: str, age: num, admin: bool}, remove: true}",
            given={"_raw": '"Lovelace, Ada",36,true'},
            expect=({"name": "Lovelace, Ada", "age": 36, "admin": True},),
        ),
        Example(
            title="Columns without names, values by their looks",
            config="{input-field: row, delim: tab, autoconvert: true}",
            given={"row": "1\t007\tx"},
            expect=({"row": "1\t007\tx", "column1": 1, "column2": "007", "column3": "x"},),
        ),
        Example(
            title="The first row names the fields and is dropped",
            config="header: true",
            given={"_raw": "name,age"},
            expect=(),
        ),
        Example(
            title="A quote that does not close, sent to dead letters",
            config="{fields: {a: str, b: str}, on-error: error}",
            given={"_raw": 'x,"y'},
            expect=(),
            error="invalid-csv",
        ),
    ),
    tolerates=(
        ("the input field is missing or null", "unchanged, warning `no-such-field`"),
        ("the line is no row", "as `on-error` says; default: unchanged, warning `invalid-csv`"),
        ("more or fewer values than names", "what there is is set, warning `column-count`"),
        ("a value does not convert", "it stays a text, warning `not-convertible`"),
        ("a column path leads through a value that is no object", "error `path-through-scalar`"),
    ),
)
