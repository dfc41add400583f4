"""Units of data and time, and numbers moved from one to another without losing digits."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from lyftdata.actions._reading import number_of
from lyftdata.core.event import MISSING

_BINARY: Final = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_DATA: Final[dict[str, Fraction]] = {
    "B": Fraction(1),
    **{name: Fraction(1024**power) for name, power in _BINARY.items()},
    **{f"{name}iB": Fraction(1024**power) for name, power in _BINARY.items()},
    "kiB": Fraction(1024),
    **{f"{name}B": Fraction(1000**power) for name, power in _BINARY.items()},
    "kB": Fraction(1000),
}
_TIME: Final[dict[str, Fraction]] = {
    "ns": Fraction(1, 1_000_000_000),
    "us": Fraction(1, 1_000_000),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86_400),
}
UNITS: Final[dict[str, tuple[str, Fraction]]] = {
    **{name: ("data", size) for name, size in _DATA.items()},
    **{name: ("time", size) for name, size in _TIME.items()},
}
"""Unit -> what it measures and its size. K, M, G as KiB, MiB, GiB: powers of 1024; KB, MB, GB:
powers of 1000."""
_WITH_UNIT: Final = re.compile(r"\s*([-+0-9.eE]*[0-9.])\s*([A-Za-z]+)\s*")


def moved(value: Any, source: str, target: str) -> Any:
    """A number, or a text with a unit of its own, in another unit; `MISSING` if it is neither."""
    if isinstance(value, str):
        found = _WITH_UNIT.fullmatch(value)
        if found and found[2] in UNITS:
            value, source = found[1], found[2]
        value = number_of(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return MISSING
    if UNITS[source][0] != UNITS[target][0]:
        return MISSING
    exact = Fraction(value) * UNITS[source][1] / UNITS[target][1]
    if exact.denominator == 1 and isinstance(value, int):
        return exact.numerator
    try:
        return float(exact)
    except OverflowError:
        return MISSING
