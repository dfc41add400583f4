"""Time formats cut into pieces: what `parse` and `format` share. Named shortcuts, zones, errors.

A format is a shortcut (`default_iso`, `epoch_secs`, `epoch_msecs`, `epoch_usecs`, `epoch_nsecs`) or
a strftime pattern in chrono's dialect: `%f` and its kin keep nanoseconds, `%-d` drops padding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lyftdata.core.errors import CodedError, EventError

NS: Final = 1_000_000_000
EPOCHS: Final = {
    "epoch_secs": NS,
    "epoch_msecs": 1_000_000,
    "epoch_usecs": 1_000,
    "epoch_nsecs": 1,
}
"""Shortcut of a number format -> nanoseconds in one unit."""
MIN_NS: Final = -62_135_510_400 * NS
MAX_NS: Final = 253_402_214_400 * NS
"""Years 1 to 9999 less a day, so that every zone's local time is in range too."""
MAX_FORMAT: Final = 200
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAY_NAMES: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_EXPANSIONS: Final = {
    "T": "%H:%M:%S",
    "X": "%H:%M:%S",
    "R": "%H:%M",
    "F": "%Y-%m-%d",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "r": "%I:%M:%S %p",
    "v": "%e-%b-%Y",
    "c": "%a %b %e %H:%M:%S %Y",
    "+": "%Y-%m-%dT%H:%M:%S%.f%:z",
    "h": "%b",
}
_DIRECTIVE = re.compile(r"%(?P<flag>[-_0])?(?P<name>\.?[369]?f|:z|.)", re.DOTALL)


class TimeFormatError(CodedError):
    """A time format or zone that does not exist."""

    code = "invalid-time-format"


class TimestampError(EventError):
    """A value that is no time in the format asked for."""

    code = "invalid-timestamp"


@dataclass(frozen=True, slots=True)
class Piece:
    """Either literal text (`name` empty) or one directive with its padding flag (`-`, `_`, `0`)."""

    name: str
    text: str = ""
    flag: str = ""


@lru_cache(maxsize=512)
def pieces(pattern: str) -> tuple[Piece, ...]:
    """Cut a strftime pattern; composite directives (`%T`, `%F`...) are replaced by their parts."""
    if len(pattern) > MAX_FORMAT:
        raise TimeFormatError(f"time format of {len(pattern)} characters; at most {MAX_FORMAT}.")
    found: list[Piece] = []
    position = 0
    while position < len(pattern):
        percent = pattern.find("%", position)
        if percent != position:
            end = len(pattern) if percent < 0 else percent
            found.append(Piece("", pattern[position:end]))
            position = end
            continue
        directive = _DIRECTIVE.match(pattern, position)
        if directive is None:
            raise TimeFormatError(f"time format {pattern!r} ends in a lone %; write %% for a %.")
        found.extend(_directive_pieces(directive))
        position = directive.end()
    return tuple(found)


def zone_named(name: str) -> tzinfo:
    """The zone of an IANA name. Raises `TimeFormatError`."""
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeFormatError(
            f"no time zone {name!r}; write an IANA name such as Europe/Berlin or UTC."
        ) from error


def _directive_pieces(directive: re.Match[str]) -> tuple[Piece, ...]:
    name, flag = directive["name"], directive["flag"] or ""
    if name == "%":
        return (Piece("", "%"),)
    if name in ("n", "t"):
        return (Piece("", "\n" if name == "n" else "\t"),)
    if name in _EXPANSIONS:
        return pieces(_EXPANSIONS[name])
    return (Piece(name, directive[0], flag),)
