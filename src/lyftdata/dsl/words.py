"""Pydantic's error types in our words and codes. A type with a dash is a code of our own."""

from __future__ import annotations

from typing import Any, Final

from pydantic_core import ErrorDetails

_TYPES: Final = {
    "string_type": "this takes a text",
    "int_type": "this takes a whole number",
    "int_parsing": "this takes a whole number",
    "int_from_float": "this takes a whole number",
    "float_type": "this takes a number",
    "float_parsing": "this takes a number",
    "bool_type": "this takes true or false",
    "bool_parsing": "this takes true or false",
    "list_type": "this takes a list",
    "tuple_type": "this takes a list",
    "dict_type": "this takes a map of keys and values",
    "model_type": "this takes a block of fields",
    "model_attributes_type": "this takes a block of fields",
    "none_required": "this takes nothing",
}
_VALUES: Final = {
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "has {actual_length} entries; at least {min_length} needed",
    "too_long": "has {actual_length} entries; at most {max_length} allowed",
    "string_too_short": "must not be empty",
    "string_too_long": "takes at most {max_length} characters",
    "string_pattern_mismatch": "must look like {pattern}",
}


_SHOWN: Final = 60


def code_of(error_type: str) -> str:
    """The stable diagnostic code of a pydantic error type."""
    if "-" in error_type:
        return error_type
    return "bad-type" if error_type in _TYPES else "bad-value"


def sentence(detail: ErrorDetails) -> str:
    """What is wrong and what would be right, without the name of the field."""
    error_type = detail["type"]
    if error_type in _TYPES:
        return f"{_TYPES[error_type]}, not {_kind(detail['input'])}"
    if error_type in _VALUES:
        return _VALUES[error_type].format(**(detail.get("ctx") or {}))
    return detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list):
        return "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
