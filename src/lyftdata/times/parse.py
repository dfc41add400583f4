"""Timestamps to exact epoch nanoseconds. A format is compiled once, its function called per event.

The fast way is one regular expression per format plus a memory of the minutes seen lately, since
logs are written in order. Nothing is rounded: fractions become nanoseconds by their digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from lyftdata.core.clock import Clock
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

Stamp: TypeAlias = str | int | float
Parser: TypeAlias = Callable[[Stamp], int]

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED: Final = 4096
_MAX_TEXT: Final = 256
_TWO: Final = r"([0-9]{1,2})"
_ZONE: Final = r"([Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)"
_GROUPS: Final = {
    "Y": r"([0-9]{4})",
    "y": r"([0-9]{2})",
    "m": _TWO,
    "d": r" ?([0-9]{1,2})",
    "e": r" ?([0-9]{1,2})",
    "H": _TWO,
    "k": r" ?([0-9]{1,2})",
    "I": _TWO,
    "l": r" ?([0-9]{1,2})",
    "M": _TWO,
    "S": _TWO,
    "j": r"([0-9]{1,3})",
    "p": r"([AaPp][Mm])",
    "P": r"([AaPp][Mm])",
    "b": r"([A-Za-z]{3})",
    "B": r"([A-Za-z]{3,9})",
    "a": r"(" + "|".join(name[:3] for name in DAY_NAMES) + r")",
    "A": r"(" + "|".join(DAY_NAMES) + r")",
    "f": r"([0-9]{1,9})[0-9]*",
    ".f": r"(?:[.,]([0-9]{1,9})[0-9]*)?",
    "z": _ZONE,
    ":z": _ZONE,
    "Z": r"(Z|UTC|GMT)",
    "s": r"(-?[0-9]{1,15})",
}
_FRACTIONS: Final = {"3f": 3, "6f": 6, "9f": 9, ".3f": 3, ".6f": 6, ".9f": 9}
_ROLE: Final = {"e": "d", "k": "H", "l": "I", "P": "p", "B": "b", ".f": "f", ":z": "z", "Z": "z"}
_MONTH_NUMBER: Final = {name[:3].lower(): at for at, name in enumerate(MONTH_NAMES, 1)} | {
    name.lower(): at for at, name in enumerate(MONTH_NAMES, 1)
}
_ISO: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9})[0-9]*)?)?"
    r" ?([Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)


def compile_parser(fmt: str, zone: str = "UTC", *, clock: Clock | None = None) -> Parser:
    """A function from a timestamp in `format` to epoch nanoseconds; it raises `TimestampError`.

    `zone` holds for texts without an offset of their own; a local time that occurs twice is the
    earlier one, one that a clock change skips is read with the offset before it. A format without a
    year needs `clock`: the year that brings the time nearest to now is taken.
    Raises `TimeFormatError` for a format or zone that does not exist.
    """
    if fmt in EPOCHS:
        return _epoch_parser(fmt)
    local = zone_named(zone)
    if fmt == "default_iso":
        return _iso_parser(local)
    return _pattern_parser(fmt, local, clock)


def _epoch_parser(fmt: str) -> Parser:
    unit = EPOCHS[fmt]

    def parse(value: Stamp) -> int:
        if type(value) is int:
            return _in_range(value * unit, value)
        if isinstance(value, bool) or not isinstance(value, str | float | int):
            raise _no_time(value, fmt)
        text = value.strip() if isinstance(value, str) else repr(value)
        try:
            number = Decimal(text) if len(text) <= _MAX_TEXT and "_" not in text else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number.adjusted() > 30:
            raise _no_time(value, fmt)
        return _in_range(int((number * unit).to_integral_value("ROUND_FLOOR")), value)

    return parse


def _iso_parser(zone: tzinfo) -> Parser:
    match = _ISO.fullmatch
    minutes: dict[tuple[str | None, ...], int] = {}

    def parse(value: Stamp) -> int:
        found = match(value.strip()) if isinstance(value, str) and len(value) <= _MAX_TEXT else None
        if found is None:
            raise _no_time(value, "default_iso")
        day, minute, second, fraction, offset = found.groups()
        key = (day, minute, offset)
        base = minutes.get(key)
        if base is None:
            base = _iso_minute_ns(value, key, zone)
            _remember(minutes, key, base)
        return base + _second_ns(second, value) + _fraction_ns(fraction)

    return parse


def _iso_minute_ns(value: Stamp, key: tuple[str, str | None, str | None], zone: tzinfo) -> int:
    day, minute, offset = key
    parts = {"Y": day[:4], "m": day[5:7], "d": day[8:]}
    if minute:
        parts |= {"H": minute[:2], "M": minute[3:]}
    if offset:
        parts["z"] = offset
    return _minute_ns(value, parts, zone)


def _pattern_parser(fmt: str, zone: tzinfo, clock: Clock | None) -> Parser:
    cut = pieces(fmt)
    pattern, roles = _expression(fmt, cut)
    _check_roles(fmt, roles, clock)
    match = re.compile(pattern).fullmatch
    slow = [at for at, role in enumerate(roles) if role not in ("S", "f")]
    second = roles.index("S") if "S" in roles else None
    fraction = roles.index("f") if "f" in roles else None
    if "s" in roles or not {"Y", "y"} & set(roles):
        return _uncached_parser(fmt, match, roles, zone, clock)
    minutes: dict[tuple[str | None, ...], int] = {}

    def parse(value: Stamp) -> int:
        found = match(value.strip()) if isinstance(value, str) and len(value) <= _MAX_TEXT else None
        if found is None:
            raise _no_time(value, fmt)
        groups = found.groups()
        key = tuple([groups[at] for at in slow])
        base = minutes.get(key)
        if base is None:
            base = _minute_ns(value, dict(zip((roles[at] for at in slow), key, strict=True)), zone)
            _remember(minutes, key, base)
        if second is not None:
            base += _second_ns(groups[second], value)
        return base if fraction is None else base + _fraction_ns(groups[fraction])

    return parse


def _uncached_parser(
    fmt: str,
    match: Callable[[str], re.Match[str] | None],
    roles: list[str],
    zone: tzinfo,
    clock: Clock | None,
) -> Parser:
    """Formats of epoch seconds (`%s`), and those without a year, which depend on now."""

    def parse(value: Stamp) -> int:
        text = str(value).strip() if isinstance(value, str | int) else ""
        found = match(text) if len(text) <= _MAX_TEXT else None
        if found is None or isinstance(value, bool):
            raise _no_time(value, fmt)
        parts = dict(zip(roles, found.groups(), strict=True))
        rest = _fraction_ns(parts.get("f"))
        if parts.get("s"):
            return _in_range(int(parts["s"]) * NS + rest, value)
        assert clock is not None
        rest += _second_ns(parts.get("S"), value)
        return _nearest(value, parts, zone, clock.wall_ns()) + rest

    return parse


def _nearest(value: Stamp, parts: Mapping[str, str | None], zone: tzinfo, now_ns: int) -> int:
    now = (_EPOCH + timedelta(seconds=now_ns // NS)).astimezone(zone)
    if not any(role in parts for role in ("m", "b", "d", "j")):
        today = {"Y": f"{now.year:04}", "m": str(now.month), "d": str(now.day)}
        return _minute_ns(value, {**parts, **today}, zone)
    candidates = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            candidates.append(_minute_ns(value, {**parts, "Y": f"{year:04}"}, zone))
        except TimestampError:
            continue  # the 29th of February of a common year
    if not candidates:
        raise _no_time(value, "its date in any year near now")
    return min(candidates, key=lambda ns: abs(ns - now_ns))


def _expression(fmt: str, cut: tuple[Piece, ...]) -> tuple[str, list[str]]:
    parts, roles = [], []
    for piece in cut:
        if not piece.name:
            parts.append(re.sub(r"(?:\\ )+", r" +", re.escape(piece.text)))
            continue
        role = _ROLE.get(piece.name, piece.name)
        if piece.name in _FRACTIONS:
            role = "f"
            dot = "[.,]" if piece.name.startswith(".") else ""
            parts.append(f"{dot}([0-9]{{{_FRACTIONS[piece.name]}}})")
        elif piece.name in _GROUPS:
            parts.append(_GROUPS[piece.name])
        else:
            raise TimeFormatError(f"time format {fmt!r}: {piece.text!r} cannot be read from text.")
        roles.append(role)
    return "".join(parts), roles


def _check_roles(fmt: str, roles: list[str], clock: Clock | None) -> None:
    twice = {role for role in roles if roles.count(role) > 1}
    if twice:
        raise TimeFormatError(f"time format {fmt!r} has %{min(twice)} (or a kin of it) twice.")
    if "s" in roles or (clock is not None and roles):
        return
    if not {"Y", "y"} & set(roles):
        raise TimeFormatError(f"time format {fmt!r} has no year; add %Y, or %s for epoch seconds.")


def _minute_ns(value: Stamp, parts: Mapping[str, str | None], zone: tzinfo) -> int:
    """Epoch ns of the minute that the groups name, before seconds and fraction."""
    try:
        day = _day(parts)
        hour, minute = _hour(parts), int(parts.get("M") or 0)
        if hour > 23 or minute > 59:
            raise ValueError("no such hour or minute")
        offset = parts.get("z")
        if offset or zone is UTC:
            seconds = (day.toordinal() - _EPOCH_DAY) * 86_400 + hour * 3600 + minute * 60
            return _in_range((seconds - _offset_seconds(offset)) * NS, value)
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        return _in_range((local - _EPOCH) // timedelta(seconds=1) * NS, value)
    except (ValueError, OverflowError) as error:
        raise TimestampError(f"{_shown(value)} is no time: {error}.", value=value) from error


def _day(parts: Mapping[str, str | None]) -> date:
    short = int(parts.get("y") or 0)
    year = int(parts.get("Y") or short + (2000 if short < 69 else 1900))
    if parts.get("j"):
        day = date(year, 1, 1) + timedelta(days=int(parts["j"] or 0) - 1)
        if day.year != year:
            raise ValueError("no such day of the year")
        return day
    name = parts.get("b")
    month = _MONTH_NUMBER.get(name.lower(), 0) if name else int(parts.get("m") or 1)
    return date(year, month, int(parts.get("d") or 1))


def _hour(parts: Mapping[str, str | None]) -> int:
    if parts.get("H"):
        return int(parts["H"] or 0)
    hour = int(parts.get("I") or 0)
    half = parts.get("p")
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _offset_seconds(text: str | None) -> int:
    if not text or text[0] not in "+-":
        return 0
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(f"no such offset as {text}")
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)


def _second_ns(text: str | None, value: Stamp) -> int:
    seconds = int(text) if text else 0
    if seconds > 60:
        raise TimestampError(f"{_shown(value)} is no time: no such second.", value=value)
    return seconds * NS


def _fraction_ns(text: str | None) -> int:
    return int(text.ljust(9, "0")) if text else 0


def _remember(
    memory: dict[tuple[str | None, ...], int], key: tuple[str | None, ...], ns: int
) -> None:
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = ns


def _in_range(ns: int, value: Stamp) -> int:
    if MIN_NS <= ns <= MAX_NS:
        return ns
    raise TimestampError(f"{_shown(value)} is outside the years 1 to 9999.", value=value)


def _no_time(value: object, fmt: str) -> TimestampError:
    return TimestampError(f"{_shown(value)} is no time in the format {fmt}.", value=value)


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > 256:
        return "an integer of more than 256 bits"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
