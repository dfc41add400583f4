"""What a YAML scalar means: the core schema of YAML 1.2 (`NO` is a text, `010` is ten).

Timestamps are texts, integers have any size, and what JSON cannot hold (`.inf`, `.nan`) is refused.
"""

from __future__ import annotations

import math
import re
from typing import Final

from lyftdata.core.errors import CodedError

_NULL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE: Final = frozenset(("true", "True", "TRUE"))
_FALSE: Final = frozenset(("false", "False", "FALSE"))
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MAX_DIGITS: Final = 4000
_TAG: Final = "tag:yaml.org,2002:"

Scalar = str | int | float | bool | None


class ScalarFault(CodedError):
    """A scalar that has no value here."""

    code = "invalid-number"


def plain_scalar(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises `ScalarFault` for a number that JSON cannot hold."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if text[0] not in "-+.0123456789":
        return text
    return _number(text)


def tagged_scalar(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag (`!!str 5`). Raises `ScalarFault`."""
    name = tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag
    if name in ("str", "!"):
        return text
    value = plain_scalar(text)
    fits: dict[str, bool] = {
        "null": value is None,
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if name not in fits:
        raise ScalarFault(f"the tag {tag!r} means nothing here; leave it out", code="unknown-tag")
    if not fits[name]:
        raise ScalarFault(f"{text!r} is no {name}", code="bad-type")
    if name == "float" and isinstance(value, int):
        return _float(text)
    return value


def _number(text: str) -> Scalar:
    if _INTEGER.fullmatch(text):
        if len(text) > _MAX_DIGITS:
            raise ScalarFault(f"a number of {len(text)} digits; at most {_MAX_DIGITS}")
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return _float(text)
    if _NOT_FINITE.fullmatch(text):
        raise ScalarFault(f"{text} is no JSON number; quote it to mean the text")
    return text


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ScalarFault(f"{text[:60]} is larger than any 64-bit float; quote it to mean the text")
    return value
