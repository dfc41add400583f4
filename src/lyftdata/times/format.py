"""Epoch nanoseconds to text or numbers in any format; the last second rendered is remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, TypeAlias

from lyftdata.times.patterns import (
    DAY_NAMES,
    EPOCHS,
    MAX_NS,
    MIN_NS,
    MONTH_NAMES,
    NS,
    Piece,
    TimeFormatError,
    TimestampError,
    pieces,
    zone_named,
)

Formatter: TypeAlias = Callable[[int], str | int]
_Part: TypeAlias = Callable[[datetime], str]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBERS: Final[dict[str, tuple[Callable[[datetime], int], int, str]]] = {
    "Y": (lambda at: at.year, 4, "0"),
    "C": (lambda at: at.year // 100, 2, "0"),
    "y": (lambda at: at.year % 100, 2, "0"),
    "m": (lambda at: at.month, 2, "0"),
    "d": (lambda at: at.day, 2, "0"),
    "e": (lambda at: at.day, 2, " "),
    "j": (lambda at: at.timetuple().tm_yday, 3, "0"),
    "H": (lambda at: at.hour, 2, "0"),
    "k": (lambda at: at.hour, 2, " "),
    "I": (lambda at: at.hour % 12 or 12, 2, "0"),
    "l": (lambda at: at.hour % 12 or 12, 2, " "),
    "M": (lambda at: at.minute, 2, "0"),
    "S": (lambda at: at.second, 2, "0"),
    "u": (lambda at: at.isoweekday(), 1, "0"),
    "w": (lambda at: at.isoweekday() % 7, 1, "0"),
    "G": (lambda at: at.isocalendar().year, 4, "0"),
    "g": (lambda at: at.isocalendar().year % 100, 2, "0"),
    "V": (lambda at: at.isocalendar().week, 2, "0"),
    "U": (lambda at: (at.timetuple().tm_yday + 6 - at.isoweekday() % 7) // 7, 2, "0"),
    "W": (lambda at: (at.timetuple().tm_yday + 6 - at.weekday()) // 7, 2, "0"),
    "s": (lambda at: (at - _EPOCH) // timedelta(seconds=1), 1, "0"),
}
_WORDS: Final[dict[str, _Part]] = {
    "b": lambda at: MONTH_NAMES[at.month - 1][:3],
    "B": lambda at: MONTH_NAMES[at.month - 1],
    "a": lambda at: DAY_NAMES[at.weekday()][:3],
    "A": lambda at: DAY_NAMES[at.weekday()],
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "z": lambda at: _offset(at, separator=""),
    ":z": lambda at: _offset(at, separator=":"),
    "Z": lambda at: at.tzname() or "UTC",
}
_FRACTIONS: Final[dict[str, Callable[[int], str]]] = {
    "f": lambda ns: f"{ns:09}",
    "3f": lambda ns: f"{ns // 1_000_000:03}",
    "6f": lambda ns: f"{ns // 1_000:06}",
    "9f": lambda ns: f"{ns:09}",
    ".3f": lambda ns: f".{ns // 1_000_000:03}",
    ".6f": lambda ns: f".{ns // 1_000:06}",
    ".9f": lambda ns: f".{ns:09}",
    ".f": lambda ns: _shortest_fraction(ns),  # noqa: PLW0108 - defined further down
}


def compile_formatter(fmt: str, zone: str = "UTC") -> Formatter:
    """A function from epoch nanoseconds to `fmt`: integers for `epoch_...` shortcuts, else text.

    `default_iso` gives milliseconds and `Z` (or the zone's offset); finer digits are cut, not
    rounded. The function raises `TimestampError` outside the years 1 to 9999. Raises
    `TimeFormatError` for a format or zone that does not exist.
    """
    local = zone_named(zone)
    if fmt in EPOCHS:
        unit = EPOCHS[fmt]
        return lambda ns: ns // unit
    if fmt == "default_iso":
        fmt = "%Y-%m-%dT%H:%M:%S%.3f" + ("Z" if local is UTC else "%:z")
    return _pattern_formatter(fmt, local)


def format_time(ns: int, fmt: str, zone: str = "UTC") -> str | int:
    """`ns` in `fmt`, with the formatter of each format remembered."""
    return _remembered(fmt, zone)(ns)


_remembered = lru_cache(maxsize=256)(compile_formatter)


def _pattern_formatter(fmt: str, zone: tzinfo) -> Formatter:
    runs, fractions = _runs(fmt)
    last_second, rendered = None, [""]

    def write(ns: int) -> str:
        nonlocal last_second, rendered
        second, rest = divmod(ns, NS)
        if second != last_second:
            rendered = _render(runs, ns, zone)
            last_second = second
        if not fractions:
            return rendered[0]
        text = rendered[0]
        for fraction, run in zip(fractions, rendered[1:], strict=True):
            text += fraction(rest) + run
        return text

    return write


def _runs(fmt: str) -> tuple[list[list[_Part]], list[Callable[[int], str]]]:
    """What a second fixes, in runs, and the fractions that stand between the runs."""
    runs: list[list[_Part]] = [[]]
    fractions = []
    for piece in pieces(fmt):
        if piece.name in _FRACTIONS:
            fractions.append(_FRACTIONS[piece.name])
            runs.append([])
        else:
            runs[-1].append(_part(fmt, piece))
    return runs, fractions


def _part(fmt: str, piece: Piece) -> _Part:
    if not piece.name:
        text = piece.text
        return lambda _: text
    if piece.name in _WORDS:
        return _WORDS[piece.name]
    if piece.name not in _NUMBERS:
        raise TimeFormatError(f"time format {fmt!r}: there is no {piece.text!r}.")
    number, width, fill = _NUMBERS[piece.name]
    if piece.flag:
        fill = {"-": "", "_": " ", "0": "0"}[piece.flag]
    if not fill:
        return lambda at: str(number(at))
    return lambda at: str(number(at)).rjust(width, fill)


def _render(runs: list[list[_Part]], ns: int, zone: tzinfo) -> list[str]:
    if not MIN_NS <= ns <= MAX_NS:
        raise TimestampError(f"{ns} ns is outside the years 1 to 9999.", value=ns)
    at = (_EPOCH + timedelta(seconds=ns // NS)).astimezone(zone)
    return ["".join([part(at) for part in run]) for run in runs]


def _offset(at: datetime, *, separator: str) -> str:
    seconds = round((at.utcoffset() or timedelta()).total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    return f"{sign}{seconds // 3600:02}{separator}{seconds % 3600 // 60:02}"


def _shortest_fraction(ns: int) -> str:
    if not ns:
        return ""
    if ns % 1_000_000 == 0:
        return f".{ns // 1_000_000:03}"
    return f".{ns // 1_000:06}" if ns % 1_000 == 0 else f".{ns:09}"
