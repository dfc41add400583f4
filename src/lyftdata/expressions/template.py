"""`${...}` in texts of a job, filled per event. What is filled in is data and never expanded again.

A missing value without `||` fallback leaves the placeholder as it stands and counts a warning; null
counts as missing. `$${` stands for a literal `${`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from lyftdata.core.event import MISSING, Json, encode_json
from lyftdata.expressions.durations import DurationError, parse_duration
from lyftdata.expressions.emit import Bind, binder, define
from lyftdata.expressions.errors import ExpressionError, nearest
from lyftdata.expressions.interpret import read_field
from lyftdata.expressions.tools import ExpressionTools

SCOPES: Final = ("msg", "dyn", "secret", "cred", "stat", "time")
MAX_TEMPLATE: Final = 1024 * 1024
_WITHOUT_DEFAULT: Final = ("secret", "cred", "time")
_START = re.compile(r"\$\$\{|\$\{|#\{(?=msg\|)")
_TIME = re.compile(
    r"(?P<clock>now|start|end)_time_(?:(?P<plain>iso|secs|msecs)|fmt (?P<fmt>.*?\S))"
    r"(?:\s+(?P<sign>[+-])\s*(?P<shift>[0-9][0-9.a-zA-Zµμ ]*))?",
    re.DOTALL,
)
_PLAIN_FORMATS: Final = {"iso": "default_iso", "secs": "epoch_secs", "msecs": "epoch_msecs"}


@dataclass(frozen=True, slots=True)
class TimeRef:
    """`${time|...}`: which clock, moved by how many nanoseconds, in which time format."""

    clock: str
    shift_ns: int
    fmt: str

    def text(self, tools: ExpressionTools) -> str:
        """The time as text. Raises an `EventError` when it cannot be written in the format."""
        if self.clock == "now":
            ns = tools.clock.wall_ns()
        else:
            ns = tools.window.start_ns if self.clock == "start" else tools.window.end_ns
        return str(tools.format_time(ns + self.shift_ns, self.fmt))


@dataclass(frozen=True, slots=True)
class Expansion:
    """One `${...}`: `scope` is empty for a field of the event."""

    text: str
    offset: int
    scope: str
    path: str
    default: str | None
    place: str
    time: TimeRef | None = None

    def filled(self, tools: ExpressionTools, value: Any) -> str:
        """The text for a value: itself, its JSON, the default, or the placeholder as it stands."""
        if isinstance(value, str):
            return value
        if value is not None and value is not MISSING:
            return encode_json(value).decode()
        if self.default is not None:
            return self.default
        tools.warn("missing-expansion", self.place, expansion=self.text)
        return self.text


@dataclass(frozen=True)
class Template:
    """A text cut into literal pieces and expansions."""

    text: str
    pieces: tuple[str | Expansion, ...]

    @cached_property
    def literal(self) -> str | None:
        """The text itself when nothing in it is to be filled in, else None."""
        if self.expansions:
            return None
        return "".join([piece for piece in self.pieces if isinstance(piece, str)])

    @cached_property
    def expansions(self) -> tuple[Expansion, ...]:
        """The expansions in their order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Expansion))

    @cached_property
    def fields(self) -> frozenset[str]:
        """Paths of the event fields that it reads, as written."""
        return frozenset(one.path for one in self.expansions if not one.scope)

    @cached_property
    def scopes(self) -> frozenset[str]:
        """Sources besides the event: some of `SCOPES`."""
        return frozenset(one.scope for one in self.expansions if one.scope)

    @cached_property
    def time_formats(self) -> tuple[tuple[str, int], ...]:
        """Time formats used and where, for a check by a room that knows them."""
        return tuple((one.time.fmt, one.offset) for one in self.expansions if one.time)

    def source(self, event: str, bind: Bind, *, tools: str = "tools") -> str:
        """Python source of the filled text; names as in `Expression.source`."""
        sources = [
            repr(piece) if isinstance(piece, str) else _source(piece, at, event, bind, tools)
            for at, piece in enumerate(self.pieces)
        ]
        if len(sources) <= 4:
            return "(" + (" + ".join(sources) or "''") + ")"
        return f"''.join(({', '.join(sources)}))"

    def compile(self, tools: ExpressionTools) -> Callable[[Json], str]:
        """The function from an event to the filled text."""
        names: dict[str, object] = {"tools": tools}
        return define("event", self.source("event", binder(names)), names)

    def fill(self, event: Json, tools: ExpressionTools) -> str:
        """The filled text, piece by piece: the oracle of `compile`."""
        parts = []
        for piece in self.pieces:
            if isinstance(piece, str):
                parts.append(piece)
            elif piece.time:
                parts.append(piece.time.text(tools))
            elif piece.scope:
                parts.append(piece.filled(tools, tools.lookup(piece.scope, piece.path)))
            else:
                parts.append(piece.filled(tools, read_field(event, piece.path)))
        return "".join(parts)


def parse_template(text: str, *, place: str = "") -> Template:
    """Cut `text` at its expansions; `place` names it in warnings. Raises `ExpressionError`."""
    if len(text) > MAX_TEMPLATE:
        raise ExpressionError(f"{len(text)} characters; at most {MAX_TEMPLATE}", MAX_TEMPLATE)
    pieces: list[str | Expansion] = []
    position = 0
    while start := _START.search(text, position):
        pieces.append(text[position : start.start()])
        if start[0] == "$${":
            pieces.append("${")
            position = start.end()
            continue
        end = text.find("}", start.end())
        if end < 0:
            hint = "add the }, or write $${ for a literal ${"
            raise ExpressionError(f"{start[0]} is not closed", start.start(), hint)
        pieces.append(_expansion(text[start.start() : end + 1], start.start(), place))
        position = end + 1
    pieces.append(text[position:])
    return Template(text, tuple(_merged(pieces)))


def _merged(pieces: list[str | Expansion]) -> list[str | Expansion]:
    merged: list[str | Expansion] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    return merged


def _expansion(text: str, offset: int, place: str) -> Expansion:
    name, bars, rest = text[2:-1].partition("||")
    default = rest if bars else None
    scope, bar, path = (part.strip() for part in name.partition("|"))
    if not bar:
        scope, path = "", scope
    elif scope not in SCOPES:
        hint = nearest(scope, SCOPES) or f"there are {', '.join(SCOPES)}; a default follows ||"
        raise ExpressionError(f"there is no source {scope!r} in {text}", offset, hint)
    if not path:
        hint = "write ${field}, or $${ for a literal ${"
        raise ExpressionError(f"{text} names nothing", offset, hint)
    if scope in _WITHOUT_DEFAULT and default is not None:
        raise ExpressionError(f"{scope} takes no default: {text}", offset, "remove the || part")
    time = _time(path, text, offset) if scope == "time" else None
    return Expansion(text, offset, scope, path, default, place, time)


def _time(path: str, text: str, offset: int) -> TimeRef:
    found = _TIME.fullmatch(path)
    if found is None:
        names = "(now|start|end)_time_(iso|secs|msecs|fmt FORMAT), then + or - a duration"
        raise ExpressionError(f"there is no time {path!r} in {text}", offset, f"it is {names}")
    try:
        shift = parse_duration(found["shift"]) if found["shift"] else 0
    except DurationError as error:
        raise ExpressionError(str(error), offset) from error
    fmt = found["fmt"] or _PLAIN_FORMATS[found["plain"]]
    return TimeRef(found["clock"], -shift if found["sign"] == "-" else shift, fmt)


def _source(piece: Expansion, at: int, event: str, bind: Bind, tools: str) -> str:
    if piece.time:
        return f"{bind(piece.time.text)}({tools})"
    value = f"{bind(read_field)}({event}, {piece.path!r})"
    if piece.scope:
        value = f"{tools}.lookup({piece.scope!r}, {piece.path!r})"
    elif "." not in piece.path and "/" not in piece.path:
        value = f"{event}.get({piece.path!r})"
    filled = f"{bind(piece.filled)}({tools}, _s{at})"
    return f"(_s{at} if type(_s{at} := {value}) is str else {filled})"
