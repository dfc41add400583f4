"""What texts of logs and tables mean as values: numbers, booleans, JSON. Exact or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from lyftdata.actions._paths import text_of
from lyftdata.core.event import MISSING, DecodeError, Missing, decode_json

Conversion: TypeAlias = Literal["num", "int", "float", "str", "bool", "json", "split"]

MAX_DIGITS: Final = 4000
"""Longer numbers stay texts: beyond what the event codec can write."""
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_AUTO: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TRUE: Final = frozenset(("true", "t", "yes", "y", "on", "1"))
_FALSE: Final = frozenset(("false", "f", "no", "n", "off", "0"))
DEFAULTS: Final[dict[str, Any]] = {
    "num": 0,
    "int": 0,
    "float": 0.0,
    "str": "",
    "bool": False,
    "json": None,
    "split": [],
}
"""What `default` settings put in place of a value that cannot be converted."""


def number_of(text: str) -> int | float | Missing:
    """The number that a text is, spaces around it aside; whole numbers keep every digit."""
    text = text.strip()
    if len(text) > MAX_DIGITS:
        return MISSING
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        if math.isfinite(number):
            return number
    return MISSING


def auto_value(text: str) -> Any:
    """A number or boolean if the text is written as JSON writes them, else the text itself.

    So `007`, `+1` and `1e999` stay texts: they are codes more often than numbers.
    """
    if text in ("true", "false"):
        return text == "true"
    if len(text) <= MAX_DIGITS and _AUTO.fullmatch(text):
        number = number_of(text)
        return text if number is MISSING else number
    return text


def converted(value: Any, conversion: str) -> Any:
    """The value as the kind asked for, `MISSING` when it has none. Null is the caller's matter."""
    return _CONVERTERS[conversion](value)


def _num(value: Any) -> Any:
    if isinstance(value, str):
        return number_of(value)
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, int | float) else MISSING


def _int(value: Any) -> Any:
    number = _num(value)
    return int(number) if isinstance(number, float) else number


def _float(value: Any) -> Any:
    number = _num(value)
    try:
        return float(number) if isinstance(number, int) else number
    except OverflowError:
        return MISSING


def _bool(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    word = text_of(value)
    word = word.strip().lower() if word else ""
    if word in _TRUE:
        return True
    return False if word in _FALSE else MISSING


def _json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return decode_json(value)
    except (DecodeError, UnicodeError, RecursionError):
        return MISSING


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return MISSING
    return [auto_value(word) for word in value.split()]


_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
    "num": _num,
    "int": _int,
    "float": _float,
    "str": text_of,
    "bool": _bool,
    "json": _json,
    "split": _split,
}
