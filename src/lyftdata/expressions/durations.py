"""Durations as people write them (`36h45m`, `500ms`), to and from exact nanoseconds.

Pure text work, so that the rooms below `times` can use it too; `times` re-exports it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from lyftdata.core.errors import CodedError

MAX_DURATION_NS: Final = 2**63 - 1
"""The longest duration: about 292 years."""

_UNITS: Final = {
    "w": 604_800_000_000_000,
    "d": 86_400_000_000_000,
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
}
_SPELLINGS: Final = {
    "w": ("week", "weeks"),
    "d": ("day", "days"),
    "h": ("hr", "hrs", "hour", "hours"),
    "m": ("min", "mins", "minute", "minutes"),
    "s": ("sec", "secs", "second", "seconds"),
    "ms": ("msec", "msecs", "millis", "millisecond", "milliseconds"),
    "us": ("µs", "μs", "usec", "usecs", "micros", "microsecond", "microseconds"),
    "ns": ("nsec", "nsecs", "nanos", "nanosecond", "nanoseconds"),
}
_NS_PER_UNIT: Final = _UNITS | {
    spelling: _UNITS[unit] for unit, spellings in _SPELLINGS.items() for spelling in spellings
}
_PART = re.compile(r"\s*([0-9]{1,30}(?:\.[0-9]{1,30})?)\s*([A-Za-zµμ]*)")


class DurationError(CodedError):
    """A text that is no duration."""

    code = "invalid-duration"


def parse_duration(text: str) -> int:
    """Nanoseconds in `36h45m`, `500ms`, `1.5h`, `2 days` or `0`. Raises `DurationError`."""
    stripped = text.strip()
    if stripped == "0":
        return 0
    total, position = 0, 0
    while position < len(stripped):
        part = _PART.match(stripped, position)
        if part is None:
            raise DurationError(
                _message(text, f"cannot read {stripped[position : position + 20]!r}")
            )
        total += _part_ns(text, number=part[1], unit=part[2])
        position = part.end()
    if not stripped or total > MAX_DURATION_NS:
        raise DurationError(_message(text, "longer than 292 years" if stripped else "it is empty"))
    return total


def format_duration(ns: int) -> str:
    """Text in whole units, `0s` for nothing; `parse_duration` reads it back exactly."""
    if ns < 0:
        return "-" + format_duration(-ns)
    parts = []
    for unit, size in _UNITS.items():
        if unit == "w":
            continue
        count, ns = divmod(ns, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _part_ns(text: str, *, number: str, unit: str) -> int:
    if not unit:
        raise DurationError(_message(text, f"{number} has no unit; for seconds write {number}s"))
    size = _NS_PER_UNIT.get(unit) or _NS_PER_UNIT.get(unit.lower() if len(unit) > 1 else unit)
    if size is None:
        known = ", ".join(_UNITS)
        raise DurationError(_message(text, f"no unit {unit!r}; units are {known}"))
    exact = Decimal(number) * size
    if exact > MAX_DURATION_NS:
        raise DurationError(_message(text, "longer than 292 years"))
    if exact != int(exact):
        raise DurationError(_message(text, f"{number}{unit} is not a whole number of nanoseconds"))
    return int(exact)


def _message(text: str, why: str) -> str:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return f"{shown!r} is no duration: {why}. Write it like 30s, 500ms or 36h45m."
